using NpuSim.Yaml;

namespace NpuSim.Accelerators.Numerics;

/// <summary>What an accumulator does when a sum leaves its range.</summary>
public enum Overflow
{
    /// <summary>Two's complement wrap-around (HVX, Gemmini, most NPUs).</summary>
    [Yaml("Two's complement wrap-around.")]
    Wrap,

    /// <summary>Clamp after every step of accumulation (DSP with its saturation mode on).</summary>
    [Yaml("Clamp after every step of accumulation.")]
    Saturate,

    /// <summary>Wrap while accumulating, clamp once when the sum moves out (DSP move-out limiter).</summary>
    [Yaml("Wrap while accumulating, clamp once when the sum moves out.")]
    SaturateOnDrain,
}

/// <summary>What a right shift does with the bits it drops.</summary>
public enum Rounding
{
    /// <summary>Toward −∞.</summary>
    [Yaml("Toward −∞.")]
    Floor,

    /// <summary>Toward zero.</summary>
    [Yaml("Toward zero.")]
    Truncate,

    /// <summary>Nearest, ties toward +∞ (RHU).</summary>
    [Yaml("Nearest, ties toward +∞.")]
    HalfUp,

    /// <summary>Nearest, ties away from zero (RHAZ).</summary>
    [Yaml("Nearest, ties away from zero.")]
    HalfAway,

    /// <summary>Nearest, ties to even (RNE).</summary>
    [Yaml("Nearest, ties to even.")]
    HalfEven,

    /// <summary>Up with a probability equal to the dropped fraction, from the addressed random stream.</summary>
    [Yaml("Up with a probability equal to the dropped fraction.")]
    Stochastic,
}

/// <summary>How an accumulator is scaled down to an output. See docs/numerics.md for the formulas.</summary>
public enum Requantization
{
    /// <summary>One rounding shift of the 64-bit product (ruy, TOSA); the shift rounds as <see cref="NumericPolicy.Rounding"/>
    /// says.</summary>
    [Yaml("One rounding shift of the 64-bit product (ruy, TOSA).")]
    Single,

    /// <summary>RHAZ(RHU(x·m, 31), −s): gemmlowp, TFLite default, CMSIS-NN default.</summary>
    [Yaml("Rounded twice: high half of the doubled product, then a shift (gemmlowp, TFLite, CMSIS-NN).")]
    Double,

    /// <summary>16-bit multiplier for 48–64-bit accumulators (TFLite 16×8 with int64 bias).</summary>
    [Yaml("16-bit multiplier for accumulators of 48 to 64 bits (TFLite 16×8 with int64 bias).")]
    Reduced16,

    /// <summary>A float32 scale and round-half-even (XNNPACK, Gemmini).</summary>
    [Yaml("A float32 scale and round-half-even (XNNPACK, Gemmini).")]
    Float32,
}

/// <summary>What a result outside the output format becomes.</summary>
public enum Narrowing
{
    /// <summary>The nearest representable value.</summary>
    [Yaml("The nearest representable value.")]
    Saturate,

    /// <summary>Its low bits.</summary>
    [Yaml("Its low bits.")]
    Wrap,
}

/// <summary>
/// One accumulator. <paramref name="Bits"/> wide, it adds <paramref name="GroupMacs"/> products at a time exactly (a dot-product
/// group) and applies <paramref name="Overflow"/> after each group. With <paramref name="BlockMacs"/> above 0 the sum of every
/// such block of products moves out into an outer accumulator of <paramref name="OuterBits"/> bits that overflows the same way
/// (a systolic array's column feeding an accumulator SRAM: Gemmini has 20 bits inside and 32 outside).
/// </summary>
/// <param name="Bits">8..64. One that wraps must hold a product of each pair of formats; one that saturates clamps what it does
/// not hold.</param>
/// <param name="Overflow">What happens outside the range.</param>
/// <param name="GroupMacs">Products summed exactly before each overflow check; at least 1.</param>
/// <param name="BlockMacs">Products per block, a multiple of <paramref name="GroupMacs"/>; 0 when there is one accumulator
/// only.</param>
/// <param name="OuterBits">Bits of the outer accumulator, at least <paramref name="Bits"/>; ignored when
/// <paramref name="BlockMacs"/> is 0.</param>
[Yaml("One accumulator: its width, what happens when a sum leaves it, and in which order products are added.")]
public sealed record AccumulatorPolicy(
    [Yaml("Width in bits; one that wraps holds at least a product of each pair of formats.", Min = 8, Max = 64)] int Bits,
    [Yaml("What happens when a sum leaves the range.")] Overflow Overflow,
    [Yaml("Products summed exactly before each overflow check (a dot-product group).", Min = 1, Max = 65536)] int GroupMacs = 1,
    [Yaml("Products after which the sum moves out into the outer accumulator, a multiple of group-macs; 0: one accumulator only.",
        Min = 0, Max = 65536)] int BlockMacs = 0,
    [Yaml("Width of the outer accumulator, at least bits; ignored when block-macs is 0.", Min = 16, Max = 64)] int OuterBits = 32)
    : IChecked
{
    /// <summary>A block that is no multiple of the group, an outer accumulator narrower than the inner one.</summary>
    public IEnumerable<Problem> Problems()
    {
        if (GroupMacs > 0 && BlockMacs % GroupMacs != 0)
            yield return new Problem("block-macs", $"found {BlockMacs}; accepted is a multiple of group-macs {GroupMacs}");
        if (BlockMacs > 0 && OuterBits < Bits)
            yield return new Problem("outer-bits", $"found {OuterBits}; accepted is at least bits, which is {Bits}");
    }
}

/// <summary>Everything about an accelerator's arithmetic that decides which integers come out.</summary>
/// <param name="Accumulator">Width, overflow and order of accumulation.</param>
/// <param name="Rounding">Rounding of every single-rounding shift: requantise, perturb, update.</param>
/// <param name="Requantization">Variant of the requantise step.</param>
/// <param name="Narrowing">What happens to results outside the output format.</param>
/// <param name="ZeroPointBeforeRounding">True: the output zero point is added before rounding (ONNX reference); false: after
/// (TFLite).</param>
/// <param name="FloatLoss">True: the hardware computes the loss in float32; false: in integers.</param>
/// <param name="LinearFeedback">True: random numbers come from a Galois LFSR as hardware has; false: Philox.</param>
/// <param name="RandomBits">Random bits that a stochastic rounding draws, 1..32; it adds them below the last bit that it
/// keeps.</param>
[Yaml("Everything about the arithmetic that decides which integers come out.")]
public sealed record NumericPolicy(
    [Yaml("Where products are summed.")] AccumulatorPolicy Accumulator,
    [Yaml("Rounding of every single-rounding shift: requantise, perturb, update.")] Rounding Rounding = Rounding.HalfUp,
    [Yaml("How an accumulator is scaled down to an output.")] Requantization Requantization = Requantization.Single,
    [Yaml("What a result outside the output format becomes.")] Narrowing Narrowing = Narrowing.Saturate,
    [Yaml("The output zero point is added before rounding (ONNX reference), not after (TFLite).")]
    bool ZeroPointBeforeRounding = false,
    [Yaml("The loss is computed in float32, not in integers; needs a host.")] bool FloatLoss = false,
    [Yaml("Random numbers come from a Galois LFSR as hardware has, not from Philox.")] bool LinearFeedback = false,
    [Yaml("Random bits that a stochastic rounding adds below the last bit that it keeps; only with rounding: stochastic.",
        Min = 1, Max = 32)] int RandomBits = 32) : IChecked
{
    /// <summary>Random bits where nothing draws them.</summary>
    public IEnumerable<Problem> Problems()
    {
        bool draws = Rounding == Rounding.Stochastic && Requantization == Requantization.Single;
        if (RandomBits != 32 && !draws)
            yield return new Problem("random-bits",
                $"found {RandomBits}; accepted is another number than 32 only with rounding: stochastic "
                    + "and requantization: single");
    }

    /// <summary>The same arithmetic where it is rounded at random: by one rounding shift, whatever the requantise
    /// variant.</summary>
    public NumericPolicy RoundedAtRandom() => this with
    {
        Requantization = Requantization.Single,
        Rounding = Rounding.Stochastic,
        ZeroPointBeforeRounding = false,
    };
}
