namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x held within two ends; the greatest where they are the wrong way round.</summary>
/// <param name="Least">Least result; −∞: none.</param>
/// <param name="Greatest">Greatest result; +∞: none.</param>
public sealed record Clip(double Least, double Greatest) : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "clip";

    /// <inheritdoc/>
    public override bool IsNonNegative => Math.Min(Least, Greatest) >= 0;

    /// <inheritdoc/>
    public override double Of(double x) => Held(x, Least, Greatest);

    /// <inheritdoc/>
    public override double Slope(double x) => x > Least && x < Greatest ? 1 : 0;

    // A number that is none stays so.
    internal static double Held(double x, double least, double greatest) =>
        x > greatest || greatest < least ? greatest : x < least ? least : x;
}
