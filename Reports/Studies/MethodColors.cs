using NpuSim.Reports.Charts;
using NpuSim.Simulator.Studies;
using OxyPlot;

namespace NpuSim.Reports.Studies;

/// <summary>One colour and dash pattern per method and format, the same in every chart of a study.</summary>
/// <param name="study">The study.</param>
internal sealed class MethodColors(StudyResult study)
{
    private readonly string[] _methods = [.. study.Runs.Select(r => r.MethodLabel()).Distinct()];

    /// <summary>Colour of a run's method.</summary>
    public OxyColor Color(RunResult run) => Palette.Series[Index(run) % Palette.Series.Length];

    /// <summary>Dash pattern of a run's method: neighbours differ, so that one line over another leaves both visible.</summary>
    public double[]? Style(RunResult run) => Dashes.Of((Index(run) % 2) + (2 * (Index(run) / Palette.Series.Length % 2)));

    private int Index(RunResult run) => Array.IndexOf(_methods, run.MethodLabel());
}
