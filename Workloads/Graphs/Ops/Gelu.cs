namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>Gaussian error linear unit: x · Φ(x) = x/2 · (1 + erf(x/√2)) (arXiv 1606.08415, the exact form).</summary>
public sealed record Gelu : UnaryFunction
{
    private const double RootHalf = 0.70710678118654752;

    /// <inheritdoc/>
    public override string Name => "gelu";

    /// <inheritdoc/>
    public override double Of(double x) => x * (1 + Elementary.Erf(x * RootHalf)) / 2;

    /// <inheritdoc/>
    public override double Slope(double x) =>
        ((1 + Elementary.Erf(x * RootHalf)) / 2) + (x * Elementary.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
}
