using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Constants of a softmax.</summary>
/// <param name="Input">
/// Int8: factor from a difference of inputs to Q5.26. Int16: to units of 10/65535, the step of the exponential's table.
/// </param>
/// <param name="LeastDifference">Int8: differences below this give 0.</param>
/// <param name="Symmetric">
/// False: int8 outputs are −128 + 256·p, int16 outputs of int8 inputs −32768 + 65536·p (TFLite). True: 128·p and 32768·p, at
/// most 127 and 32767, zero point 0. Int16 outputs of int16 inputs are always 32768·p.
/// </param>
public sealed record SoftmaxStage(FixedScale Input, int LeastDifference, bool Symmetric = false)
{
    private int[]? exponentials;

    // What is derived is not copied: a "with" changes what it is derived from.
    private SoftmaxStage(SoftmaxStage other) =>
        (Input, LeastDifference, Symmetric) = (other.Input, other.LeastDifference, other.Symmetric);

    /// <summary>Int8: e^(−s·d) in Q0.31 for d = 0..255 below the row's maximum; 0 beyond the least difference.</summary>
    internal int[] Exponentials => exponentials ??= [.. Enumerable.Range(0, 256).Select(
        d => -d < LeastDifference ? 0 : Fixed.ExpOnNegative(Fixed.MultiplyDouble(-d, Input)))];

    /// <summary>The constants for inputs of scale <paramref name="inputScale"/> (times β, if any), as TFLite prepares
    /// them.</summary>
    /// <param name="inputScale">Above 0.</param>
    /// <param name="input">Format of the inputs.</param>
    /// <param name="symmetric">As <see cref="Symmetric"/>.</param>
    /// <param name="origin">The softmax, for messages.</param>
    /// <exception cref="InputException">The scale is too large for fixed point.</exception>
    public static SoftmaxStage From(double inputScale, NumberFormat input, bool symmetric = false, string origin = "a softmax")
    {
        if (input == NumberFormat.Int16)
            return new SoftmaxStage(FixedScale.FromDouble(inputScale * 65535 / 10, origin), 0, symmetric);
        double factor = Math.Min(inputScale * (1 << 26), int.MaxValue / 2);
        FixedScale scale = FixedScale.FromDouble(factor, origin);
        double radius = Math.Floor(Math.ScaleB(31, 26 - scale.Shift));
        return new SoftmaxStage(scale, -(int)Math.Min(radius, 1 << 20), symmetric);
    }
}
