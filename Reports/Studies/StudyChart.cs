using NpuSim.Reports.Charts;

namespace NpuSim.Reports.Studies;

/// <summary>A chart of a report.</summary>
/// <param name="Name">Unique in the report; letters, digits and "-": the name of its file without ".svg".</param>
/// <param name="Profile">The profile it belongs to; null for those over all profiles.</param>
/// <param name="Model">The chart.</param>
internal sealed record StudyChart(string Name, string? Profile, Chart Model);
