using NpuSim.Reports.Charts;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>One colour and dash pattern per method and format, the same in every chart of a study.</summary>
/// <param name="study">The study.</param>
internal sealed class MethodColors(StudyResult study)
{
    private readonly string[] _methods = [.. study.Runs.Select(r => r.MethodLabel()).Distinct()];

    /// <summary>Colour of a run's method.</summary>
    public OxyColor Color(RunResult run) => Palette.Series[Index(run) % Palette.Series.Length];

    /// <summary>Dash pattern of a run's method: differs where colours repeat, and between backpropagation and the rest.</summary>
    public LineStyle Style(RunResult run) =>
        (LineStyle)(((Index(run) / Palette.Series.Length) + (run.IsBackpropagation() ? 1 : 0)) % 4);

    private int Index(RunResult run) => Array.IndexOf(_methods, run.MethodLabel());
}
