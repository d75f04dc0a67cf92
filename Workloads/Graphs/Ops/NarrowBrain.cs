namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x rounded to bfloat16, the upper half of a binary32, halves to even; its slope is that of x.</summary>
public sealed record NarrowBrain : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "to-bf16";

    /// <inheritdoc/>
    public override double Of(double x) => Bfloat16.Nearest((float)x);

    /// <inheritdoc/>
    public override double Slope(double x) => 1;
}
