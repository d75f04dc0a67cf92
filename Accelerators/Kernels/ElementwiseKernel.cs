using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Element-wise operations on quantised tensors.</summary>
public static unsafe class ElementwiseKernel
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
    /// <param name="noise">Random numbers of stochastic rounding: three per element, for y, a and b.</param>
    public static OverflowCount Add(
        Operand a, Operand b, AddStage stage, Operand y, NumericPolicy policy, RandomAddress noise = default)
    {
        int count = CheckPair(a, b, y);
        fixed (byte* pa = a.Bytes, pb = b.Bytes, py = y.Bytes)
        {
            AddJob job = new()
            {
                A = pa, B = pb, Y = py, FormatA = a.Format, FormatB = b.Format, FormatY = y.Format, Stage = stage,
                Count = count, Period = b.Count(), Narrowing = policy.Narrowing, Noise = noise,
            };
            return new OverflowCount(count, 0, ScalingSwitch.Close<AddJob, long>(policy, job));
        }
    }

    /// <summary>y = narrow(scale((a + input offset) · (b + weight offset)) + zero point), clamped; b repeats every b.Length elements.</summary>
    /// <param name="a">[n], int8 or int16.</param>
    /// <param name="b">A divisor of n elements, int8 or int16.</param>
    /// <param name="stage">One scale; the offsets of a (input) and b (weight).</param>
    /// <param name="y">[n], int8, int16 or int32; may be a.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    public static OverflowCount Mul(
        Operand a, Operand b, OutputStage stage, Operand y, NumericPolicy policy, RandomAddress noise = default)
    {
        int count = CheckPair(a, b, y), period = b.Count();
        OutputWriter writer = OutputWriter.For(policy, stage, y.Format, noise);
        const int Chunk = 256;
        int* products = stackalloc int[Chunk];
        long clipped = 0;
        fixed (byte* pa = a.Bytes, pb = b.Bytes, py = y.Bytes)
        {
            for (int first = 0, j = 0; first < count; first += Chunk)
            {
                int length = Math.Min(Chunk, count - first);
                for (int i = 0; i < length; i++)
                {
                    int left = (int)IntegerAccess.Read(pa, a.Format, first + i) + stage.InputOffset;
                    int right = (int)IntegerAccess.Read(pb, b.Format, j) + stage.WeightOffset;
                    products[i] = left * right;
                    if (++j == period)
                        j = 0;
                }

                clipped += writer.Scale(products, length, py, first);
            }
        }

        return new OverflowCount(count, 0, clipped);
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
        int count = x.Count();
        fixed (byte* px = x.Bytes, py = y.Bytes)
        {
            for (int i = 0; i < count; i++)
                IntegerAccess.Write(py, y.Format, i, Math.Max(IntegerAccess.Read(px, x.Format, i), zeroPoint));
        }
    }

    /// <summary>y = narrow(scale(x)): from any integer format to any other; also aligns a bias to an accumulator.</summary>
    /// <param name="x">[n].</param>
    /// <param name="scale">Factor from x to y.</param>
    /// <param name="y">[n].</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    public static OverflowCount Requantize(Operand x, FixedScale scale, Operand y, NumericPolicy policy, RandomAddress noise = default) =>
        Requantize(x, new OutputStage(scale), y, policy, noise);

    /// <summary>y = narrow(scale(x + input offset) + zero point), clamped. Scales, if several, go with the last axis.</summary>
    /// <param name="x">[n], n a multiple of the number of scales.</param>
    /// <param name="stage">Scale or scales, offsets and clamp.</param>
    /// <param name="y">[n].</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element.</param>
    public static OverflowCount Requantize(
        Operand x, OutputStage stage, Operand y, NumericPolicy policy, RandomAddress noise = default)
    {
        int count = x.Count(), period = stage.Scales.Length;
        y.Check(count, nameof(y));
        if (count % period != 0)
            throw new ArgumentException($"{count} elements do not divide into rows of {period} scales.", nameof(stage));
        OutputWriter writer = OutputWriter.For(policy, stage, y.Format, noise);
        bool wide = x.Format is NumberFormat.Int64 || (x.Format is NumberFormat.Int32 && stage.InputOffset != 0);
        int row = period == 1 ? Math.Min(count, 1024) : period;
        long* values = Scratch.Get<long>(Scratch.Slot.Values, row);
        long clipped = 0;
        fixed (byte* px = x.Bytes, py = y.Bytes)
        {
            for (int first = 0; first < count; first += row)
            {
                int length = Math.Min(row, count - first);
                for (int i = 0; i < length; i++)
                {
                    long value = IntegerAccess.Read(px, x.Format, first + i) + stage.InputOffset;
                    if (wide)
                        values[i] = value;
                    else
                        ((int*)values)[i] = (int)value;
                }

                clipped += wide
                    ? writer.Scale(values, length, py, first)
                    : writer.Scale((int*)values, length, py, first);
            }
        }

        return new OverflowCount(count, 0, clipped);
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

    private struct AddJob : IScalingUser<long>
    {
        public byte* A, B, Y;
        public NumberFormat FormatA, FormatB, FormatY;
        public AddStage Stage;
        public int Count, Period;
        public Narrowing Narrowing;
        public RandomAddress Noise;

        public readonly long Run<TScaling>() where TScaling : struct, IScaling
        {
            long clipped = 0;
            for (int i = 0, j = 0; i < Count; i++)
            {
                (uint r0, uint r1, uint r2) = TScaling.UsesRandom ? Draw(i) : default;
                int a = ((int)IntegerAccess.Read(A, FormatA, i) + Stage.OffsetA) << Stage.LeftShift;
                int b = ((int)IntegerAccess.Read(B, FormatB, j) + Stage.OffsetB) << Stage.LeftShift;
                int sum = (int)TScaling.Apply(a, Stage.A, 0, r1) + (int)TScaling.Apply(b, Stage.B, 0, r2);
                long value = TScaling.Apply(sum, Stage.Output, Stage.OutputZeroPoint, r0);
                long narrowed = IntegerAccess.Narrow(value, FormatY, Narrowing);
                clipped += narrowed == value ? 0 : 1;
                IntegerAccess.Write(Y, FormatY, i, Math.Clamp(narrowed, Stage.Minimum, Stage.Maximum));
                if (++j == Period)
                    j = 0;
            }

            return clipped;
        }

        private readonly (uint ForOutput, uint ForA, uint ForB) Draw(int i) =>
            (Noise.Noise(3L * i), Noise.Noise((3L * i) + 1), Noise.Noise((3L * i) + 2));
    }
}
