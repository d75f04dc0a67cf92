namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x².</summary>
public sealed record Square : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "square";

    /// <inheritdoc/>
    public override bool IsNonNegative => true;

    /// <inheritdoc/>
    public override double Of(double x) => x * x;

    /// <inheritdoc/>
    public override double Slope(double x) => 2 * x;
}
