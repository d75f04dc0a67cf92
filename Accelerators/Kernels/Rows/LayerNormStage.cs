using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Constants of a layer normalisation.</summary>
/// <param name="Beta">Δβ · 2¹⁵ / Δγ: from β to n · γ, where n has 15 fractional bits.</param>
/// <param name="Output">Δγ · 2⁻¹⁵ / Δy: from n · γ to y.</param>
/// <param name="Epsilon">ε / Δx², rounded: what is added to the variance in units of x².</param>
/// <param name="OutputZeroPoint">Zero point of y.</param>
public sealed record LayerNormStage(FixedScale Beta, FixedScale Output, long Epsilon, int OutputZeroPoint = 0)
{
    /// <summary>False: RMS normalisation, in which 0 stands for the mean.</summary>
    public bool IsCentred { get; init; } = true;

    private OutputStage? forInt8, forInt16;

    // What is derived is not copied: a "with" changes what it is derived from.
    private LayerNormStage(LayerNormStage other) =>
        (Beta, Output, Epsilon, OutputZeroPoint, IsCentred) =
            (other.Beta, other.Output, other.Epsilon, other.OutputZeroPoint, other.IsCentred);

    /// <summary>Last step for 8-bit γ.</summary>
    internal OutputStage ForInt8 => forInt8 ??= new OutputStage([Output], OutputZeroPoint);

    /// <summary>Last step for 16-bit γ, whose product with n was shifted right by 8.</summary>
    internal OutputStage ForInt16 =>
        forInt16 ??= new OutputStage([new FixedScale(Output.Multiplier, Output.Shift + 8)], OutputZeroPoint);

    /// <summary>The constants for real scales.</summary>
    /// <param name="inputScale">Δx.</param>
    /// <param name="gammaScale">Δγ.</param>
    /// <param name="betaScale">Δβ; Δβ/Δγ below 2¹⁵.</param>
    /// <param name="outputScale">Δy.</param>
    /// <param name="epsilon">ε, not negative.</param>
    /// <param name="origin">The normalisation, for messages.</param>
    /// <exception cref="InputException">The scales are too far apart for fixed point.</exception>
    public static LayerNormStage From(
        double inputScale, double gammaScale, double betaScale, double outputScale, double epsilon = 1e-5,
        string origin = "a layer normalisation") =>
        new(
            FixedScale.FromDouble(betaScale * 32768 / gammaScale, origin),
            FixedScale.FromDouble(gammaScale / (32768 * outputScale), origin),
            EpsilonOf(inputScale, epsilon));

    /// <summary>ε in units of x².</summary>
    /// <param name="inputScale">Δx.</param>
    /// <param name="epsilon">ε, not negative.</param>
    public static long EpsilonOf(double inputScale, double epsilon) =>
        (long)Math.Min(Math.Round(epsilon / (inputScale * inputScale), MidpointRounding.AwayFromZero), 1L << 31);
}
