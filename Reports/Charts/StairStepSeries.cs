namespace NpuSim.Reports.Charts;

/// <summary>Steps: each point's value holds until the next point's x.</summary>
public sealed class StairStepSeries : LineSeries
{
    /// <summary>Opacity of the area between the steps and zero, 0..1; 0: none. (OxyPlot has no such member.)</summary>
    public double FillOpacity { get; set; }
}
