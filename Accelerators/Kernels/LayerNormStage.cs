using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Constants of a layer normalisation.</summary>
/// <param name="Beta">Factor from β to the accumulator: Δβ · 2¹⁵ / Δγ.</param>
/// <param name="Output">Factor from the accumulator to y: Δγ · 2⁻¹⁵ / Δy.</param>
/// <param name="Epsilon">ε / Δx², rounded: what is added to the variance in units of x².</param>
/// <param name="OutputZeroPoint">Zero point of y.</param>
public sealed record LayerNormStage(FixedScale Beta, FixedScale Output, long Epsilon, int OutputZeroPoint = 0)
{
    /// <summary>The constants for real scales.</summary>
    /// <param name="inputScale">Δx.</param>
    /// <param name="gammaScale">Δγ.</param>
    /// <param name="betaScale">Δβ; Δβ/Δγ below 2¹⁵.</param>
    /// <param name="outputScale">Δy.</param>
    /// <param name="epsilon">ε, not negative.</param>
    public static LayerNormStage From(
        double inputScale, double gammaScale, double betaScale, double outputScale, double epsilon = 1e-5) =>
        new(
            FixedScale.FromDouble(betaScale * 32768 / gammaScale),
            FixedScale.FromDouble(gammaScale / (32768 * outputScale)),
            (long)Math.Min(Math.Round(epsilon / (inputScale * inputScale), MidpointRounding.AwayFromZero), 1L << 31));
}
