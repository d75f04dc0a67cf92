namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>GELU by tanh: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) (arXiv 1606.08415).</summary>
public sealed record TanhGelu : UnaryFunction
{
    private static readonly double RootTwoOverPi = Math.Sqrt(2 / Math.PI);

    /// <inheritdoc/>
    public override string Name => "tanhgelu";

    /// <inheritdoc/>
    public override double Of(double x) => x / 2 * (1 + Inner(x));

    /// <inheritdoc/>
    public override double Slope(double x)
    {
        double tanh = Inner(x);
        return (0.5 * (1 + tanh)) + (x / 2 * (1 - (tanh * tanh)) * RootTwoOverPi * (1 + (3 * 0.044715 * x * x)));
    }

    private static double Inner(double x) => Elementary.Tanh(RootTwoOverPi * (x + (0.044715 * x * x * x)));
}
