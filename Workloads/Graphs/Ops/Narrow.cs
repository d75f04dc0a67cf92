namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x rounded to IEEE 754 binary16, halves to even; its slope is that of x.</summary>
public sealed record Narrow : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "to-fp16";

    /// <inheritdoc/>
    public override double Of(double x) => (double)(Half)(float)x;

    /// <inheritdoc/>
    public override double Slope(double x) => 1;
}
