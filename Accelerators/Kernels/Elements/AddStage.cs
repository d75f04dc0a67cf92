using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>Constants of a quantised addition: both operands come to a common scale 2^−left · 2·max(scale) before they are
/// added.</summary>
/// <param name="A">Factor of the first operand after its shift.</param>
/// <param name="B">Factor of the second.</param>
/// <param name="Output">Factor from the common scale to the output's.</param>
/// <param name="LeftShift">Bits of headroom used: 20 for int8, 15 for int16.</param>
/// <param name="OffsetA">Minus the zero point of the first operand.</param>
/// <param name="OffsetB">Minus the zero point of the second.</param>
/// <param name="OutputZeroPoint">Zero point of the output.</param>
/// <param name="Minimum">Least output.</param>
/// <param name="Maximum">Greatest output.</param>
public sealed record AddStage(
    FixedScale A,
    FixedScale B,
    FixedScale Output,
    int LeftShift,
    int OffsetA = 0,
    int OffsetB = 0,
    int OutputZeroPoint = 0,
    int Minimum = int.MinValue,
    int Maximum = int.MaxValue)
{
    private OutputStage? narrowing;

    // What is derived is not copied: a "with" changes what it is derived from.
    private AddStage(AddStage other)
    {
        (A, B, Output, LeftShift) = (other.A, other.B, other.Output, other.LeftShift);
        (OffsetA, OffsetB, OutputZeroPoint, Minimum, Maximum) =
            (other.OffsetA, other.OffsetB, other.OutputZeroPoint, other.Minimum, other.Maximum);
    }

    /// <summary>The last step: common scale to output.</summary>
    internal OutputStage Narrowing => narrowing ??= new OutputStage([Output], OutputZeroPoint, Minimum, Maximum);

    /// <summary>The constants for real scales, as TFLite prepares them.</summary>
    /// <param name="scaleA">Scale of the first operand, above 0.</param>
    /// <param name="scaleB">Scale of the second, above 0.</param>
    /// <param name="scaleY">Scale of the output, above 0.</param>
    /// <param name="widest">The wider of the operands' formats.</param>
    /// <param name="origin">The addition, for messages.</param>
    /// <exception cref="InputException">The scales are too far apart for fixed point.</exception>
    public static AddStage From(double scaleA, double scaleB, double scaleY, NumberFormat widest, string origin = "an addition")
    {
        int left = widest == NumberFormat.Int16 ? 15 : 20;
        double common = 2 * Math.Max(scaleA, scaleB);
        return new AddStage(
            FixedScale.FromDouble(scaleA / common, origin),
            FixedScale.FromDouble(scaleB / common, origin),
            FixedScale.FromDouble(common / (Math.ScaleB(1, left) * scaleY), origin),
            left);
    }
}
