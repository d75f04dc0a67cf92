namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x to a power; no number where x is below 0 and the power has a fraction.</summary>
/// <param name="Exponent">The power.</param>
public sealed record Power(double Exponent) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "power";

    /// <inheritdoc/>
    public override bool HasTable => false;

    /// <inheritdoc/>
    public override bool IsNonNegative => !double.IsOddInteger(Exponent);

    /// <inheritdoc/>
    public override double Of(double x) => Math.Pow(x, Exponent);

    /// <inheritdoc/>
    public override double Slope(double x) => Exponent * Math.Pow(x, Exponent - 1);
}
