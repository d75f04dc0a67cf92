using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>A loss landscape and what it is of.</summary>
/// <param name="Generator">Program and version.</param>
/// <param name="Command">The command line that redoes it.</param>
/// <param name="Workload">Name of the workload.</param>
/// <param name="Profile">Name of the hardware profile whose arithmetic fixed-point methods used.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Result">What was found.</param>
public sealed record Landscape(
    string Generator, string Command, string Workload, string Profile, LandscapeRequest Request, LandscapeResult Result);
