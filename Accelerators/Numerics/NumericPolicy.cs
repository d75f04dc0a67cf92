namespace NpuSim.Accelerators.Numerics;

/// <summary>What an accumulator does when a sum leaves its range.</summary>
public enum Overflow
{
    /// <summary>Two's complement wrap-around (HVX, Gemmini, most NPUs).</summary>
    Wrap,

    /// <summary>Clamp after every step of accumulation (DSP with its saturation mode on).</summary>
    Saturate,

    /// <summary>Wrap while accumulating, clamp once when the sum moves out (DSP move-out limiter).</summary>
    SaturateOnDrain,
}

/// <summary>What a right shift does with the bits it drops.</summary>
public enum Rounding
{
    /// <summary>Toward −∞.</summary>
    Floor,

    /// <summary>Toward zero.</summary>
    Truncate,

    /// <summary>Nearest, ties toward +∞ (RHU).</summary>
    HalfUp,

    /// <summary>Nearest, ties away from zero (RHAZ).</summary>
    HalfAway,

    /// <summary>Nearest, ties to even (RNE).</summary>
    HalfEven,

    /// <summary>Up with a probability equal to the dropped fraction, from the addressed random stream.</summary>
    Stochastic,
}

/// <summary>How an accumulator is scaled down to an output. See docs/numerics.md for the formulas.</summary>
public enum Requantization
{
    /// <summary>One rounding shift of the 64-bit product (ruy, TOSA); the shift rounds as <see cref="NumericPolicy.Rounding"/> says.</summary>
    Single,

    /// <summary>RHAZ(RHU(x·m, 31), −s): gemmlowp, TFLite default, CMSIS-NN default.</summary>
    Double,

    /// <summary>16-bit multiplier for 48–64-bit accumulators (TFLite 16×8 with int64 bias).</summary>
    Reduced16,

    /// <summary>A float32 scale and round-half-even (XNNPACK, Gemmini).</summary>
    Float32,
}

/// <summary>What a result outside the output format becomes.</summary>
public enum Narrowing
{
    /// <summary>The nearest representable value.</summary>
    Saturate,

    /// <summary>Its low bits.</summary>
    Wrap,
}

/// <summary>
/// One accumulator. <paramref name="Bits"/> wide, it adds <paramref name="GroupMacs"/> products at a time exactly (a dot-product
/// group) and applies <paramref name="Overflow"/> after each group. With <paramref name="BlockMacs"/> above 0 the sum of every
/// such block of products moves out into an outer accumulator of <paramref name="OuterBits"/> bits that overflows the same way
/// (a systolic array's column feeding an accumulator SRAM: Gemmini has 20 bits inside and 32 outside).
/// </summary>
/// <param name="Bits">16..64.</param>
/// <param name="Overflow">What happens outside the range.</param>
/// <param name="GroupMacs">Products summed exactly before each overflow check; at least 1.</param>
/// <param name="BlockMacs">Products per block, a multiple of <paramref name="GroupMacs"/>; 0 when there is one accumulator only.</param>
/// <param name="OuterBits">Bits of the outer accumulator, at least <paramref name="Bits"/>; ignored when <paramref name="BlockMacs"/> is 0.</param>
public sealed record AccumulatorPolicy(int Bits, Overflow Overflow, int GroupMacs = 1, int BlockMacs = 0, int OuterBits = 32);

/// <summary>Everything about an accelerator's arithmetic that decides which integers come out.</summary>
/// <param name="Accumulator">Width, overflow and order of accumulation.</param>
/// <param name="Rounding">Rounding of every single-rounding shift: requantise, perturb, update.</param>
/// <param name="Requantization">Variant of the requantise step.</param>
/// <param name="Narrowing">What happens to results outside the output format.</param>
/// <param name="ZeroPointBeforeRounding">True: the output zero point is added before rounding (ONNX reference); false: after (TFLite).</param>
/// <param name="FloatLoss">True: the hardware computes the loss in float32; false: in integers.</param>
/// <param name="LinearFeedback">True: random numbers come from a Galois LFSR as hardware has; false: Philox.</param>
public sealed record NumericPolicy(
    AccumulatorPolicy Accumulator,
    Rounding Rounding = Rounding.HalfUp,
    Requantization Requantization = Requantization.Single,
    Narrowing Narrowing = Narrowing.Saturate,
    bool ZeroPointBeforeRounding = false,
    bool FloatLoss = false,
    bool LinearFeedback = false);
