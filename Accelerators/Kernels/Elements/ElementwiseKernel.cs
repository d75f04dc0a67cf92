using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>Element-wise operations on quantised tensors.</summary>
internal static unsafe class ElementwiseKernel
{
    /// <summary>
    /// y = narrow(scale_y(scale_a((a + offset_a) ≪ left) + scale_b((b + offset_b) ≪ left)) + zero point), clamped (TFLite).
    /// Sums are 32 bits wide; b repeats every b.Length elements.
    /// </summary>
    /// <param name="a">[n], int8 or int16.</param>
    /// <param name="b">A divisor of n elements, int8 or int16.</param>
    /// <param name="stage">Scales and offsets.</param>
    /// <param name="y">[n], int8, int16 or int32; may be a.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding: one per element for each of y, a and b.</param>
    /// <param name="repetition">How b is repeated where not as a whole.</param>
    public static OverflowCount Add(
        Operand a, Operand b, AddStage stage, Operand y, NumericPolicy policy, RandomAddress noise = default,
        Repetition? repetition = null)
    {
        int count = CheckPair(a, b, y);
        fixed (byte* pa = a.Bytes, pb = b.Bytes, py = y.Bytes)
        {
            AddCall call = new()
            {
                A = pa,
                B = pb,
                Y = py,
                FormatA = a.Format,
                FormatB = b.Format,
                Stage = stage,
                Count = count,
                Period = b.Count(),
                Repetition = repetition,
                Writer = OutputWriter.For(policy, stage.Narrowing, y.Format, noise),
                Noise = noise,
            };
            return new OverflowCount(count, 0, ScalingSwitch.Close<AddCall, long>(policy, call));
        }
    }

    /// <summary>y = narrow(scale((a + input offset) · (b + weight offset)) + zero point), clamped; b repeats every b.Length
    /// elements.</summary>
    /// <param name="a">[n], int8 or int16.</param>
    /// <param name="b">A divisor of n elements, int8 or int16.</param>
    /// <param name="stage">One scale; the offsets of a (input) and b (weight).</param>
    /// <param name="y">[n], int8, int16 or int32; may be a.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    /// <param name="repetition">How b is repeated where not as a whole.</param>
    public static OverflowCount Mul(
        Operand a, Operand b, OutputStage stage, Operand y, NumericPolicy policy, RandomAddress noise = default,
        Repetition? repetition = null)
    {
        int count = CheckPair(a, b, y);
        MulJob job = MulJob.Mine;
        fixed (byte* pa = a.Bytes, pb = b.Bytes, py = y.Bytes)
        {
            long clipped = job.Run(
                pa, a.Format, pb, b.Format, b.Count(), stage, py, count, OutputWriter.For(policy, stage, y.Format, noise),
                repetition);
            return new OverflowCount(count, 0, clipped);
        }
    }

    /// <summary>y = max(x, zero point).</summary>
    /// <param name="x">[n], any integer format.</param>
    /// <param name="y">[n], the same format; may be x.</param>
    /// <param name="zeroPoint">What stands for 0.</param>
    public static void Relu(Operand x, Operand y, int zeroPoint = 0)
    {
        y.Check(x.Count(), nameof(y));
        if (x.Format != y.Format)
            throw new ArgumentException($"x is {x.Format}, y is {y.Format}.", nameof(y));
        fixed (byte* px = x.Bytes, py = y.Bytes)
            ReluJob.Mine.Run(px, py, x.Format, x.Count(), zeroPoint);
    }

    /// <summary>y = narrow(scale(x)): from any integer format to any other; also aligns a bias to an accumulator.</summary>
    /// <param name="x">[n].</param>
    /// <param name="scale">Factor from x to y.</param>
    /// <param name="y">[n].</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    public static OverflowCount Requantize(
        Operand x, FixedScale scale, Operand y, NumericPolicy policy, RandomAddress noise = default) =>
        Requantize(x, new OutputStage(scale), y, policy, noise);

    /// <summary>y = narrow(scale(x + input offset) + zero point), clamped. Scales, if several, go with the last axis.</summary>
    /// <param name="x">[n], n a multiple of the number of scales.</param>
    /// <param name="stage">Scale or scales, offsets and clamp.</param>
    /// <param name="y">At least start + n elements.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y.</param>
    /// <param name="start">Element of y that gets the first result.</param>
    public static OverflowCount Requantize(
        Operand x, OutputStage stage, Operand y, NumericPolicy policy, RandomAddress noise = default, int start = 0)
    {
        int count = x.Count(), period = stage.Scales.Length;
        if (start < 0 || y.Count() - start < count)
            throw new ArgumentException($"{y.Count()} elements have no room for {count} from {start} on.", nameof(y));
        if (count % period != 0)
            throw new ArgumentException($"{count} elements do not divide into rows of {period} scales.", nameof(stage));
        fixed (byte* px = x.Bytes, py = y.Bytes)
        {
            long clipped = RequantizeJob.Mine.Run(
                px, x.Format, stage, py, start, count, OutputWriter.For(policy, stage, y.Format, noise));
            return new OverflowCount(count, 0, clipped);
        }
    }

    private static int CheckPair(Operand a, Operand b, Operand y)
    {
        int count = a.Count();
        y.Check(count, nameof(y));
        if (b.Count() == 0 || count % b.Count() != 0)
            throw new ArgumentException($"b has {b.Count()} elements, which do not divide {count}.", nameof(b));
        if (a.Format is not (NumberFormat.Int4 or NumberFormat.Int8 or NumberFormat.Int16))
            throw new ArgumentException($"a is {a.Format}; int8 and int16 are accepted.", nameof(a));
        if (b.Format is not (NumberFormat.Int4 or NumberFormat.Int8 or NumberFormat.Int16))
            throw new ArgumentException($"b is {b.Format}; int8 and int16 are accepted.", nameof(b));
        return count;
    }
}
