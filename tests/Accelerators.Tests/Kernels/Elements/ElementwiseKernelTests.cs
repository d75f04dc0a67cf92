using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class ElementwiseKernelTests
{
    private static readonly Rounding[] Roundings =
        [Rounding.Floor, Rounding.Truncate, Rounding.HalfUp, Rounding.HalfAway, Rounding.HalfEven];

    [Test]
    public void Adding_brings_both_operands_to_a_common_scale_before_they_meet(
        [Values(Requantization.Single, Requantization.Double)] Requantization variant,
        [ValueSource(nameof(Roundings))] Rounding rounding,
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format)
    {
        NumericPolicy policy = Policy(variant, rounding);
        RandomStream random = new(1, $"{variant} {rounding} {format}");
        AddStage stage = AddStage.From(0.031, 0.017, 0.04, format) with
        {
            OffsetA = 3,
            OffsetB = -2,
            OutputZeroPoint = 5,
            Minimum = -90
        };
        foreach (int n in new[] { 1, 15, 16, 34, 1026, 40000 })
        {
            int period = n % 2 == 0 ? n / 2 : n;
            int[] a = Draw(random, n, format), b = Draw(random, period, format);
            byte[] y = Integers.Bytes(new int[n], NumberFormat.Int8);
            OverflowCount count = ElementwiseKernel.Add(
                Integers.Operand(a, format), Integers.Operand(b, format), stage, new Operand(y, NumberFormat.Int8), policy);
            long clipped = 0;
            long[] expected = new long[n];
            for (int i = 0; i < n; i++)
            {
                long sum = Scale(((long)a[i] + 3) << stage.LeftShift, stage.A, 0, policy)
                    + Scale(((long)b[i % period] - 2) << stage.LeftShift, stage.B, 0, policy);
                expected[i] = Narrow(Scale(sum, stage.Output, 5, policy), -90, ref clipped);
            }

            Assert.That(Integers.Read(y, NumberFormat.Int8), Is.EqualTo(expected));
            Assert.That(count, Is.EqualTo(new OverflowCount(n, 0, clipped)));
        }
    }

    [Test]
    public void A_product_is_scaled_once([ValueSource(nameof(Roundings))] Rounding rounding)
    {
        NumericPolicy policy = Policy(Requantization.Single, rounding);
        RandomStream random = new(2, $"{rounding}");
        FixedScale scale = FixedScale.FromDouble(0.02);
        int[] a = Draw(random, 999, NumberFormat.Int8), b = Draw(random, 333, NumberFormat.Int8);
        byte[] y = new byte[999];
        OutputStage stage = new([scale], -1, inputOffset: 7, weightOffset: 11);
        OverflowCount count = ElementwiseKernel.Mul(
            Integers.Operand(a, NumberFormat.Int8), Integers.Operand(b, NumberFormat.Int8), stage, new Operand(y,
                NumberFormat.Int8), policy);
        long clipped = 0;
        long[] expected = [.. Enumerable.Range(0, 999).Select(
            i => Narrow(Scale((a[i] + 7L) * (b[i % 333] + 11), scale, -1, policy), -128, ref clipped))];
        Assert.That(Integers.Read(y, NumberFormat.Int8), Is.EqualTo(expected));
        Assert.That(count.Clipped, Is.EqualTo(clipped).And.GreaterThan(0));
    }

    // [2, 3, 4, 5] beside a smaller shape: repeated along inner, middle and outer axes, and several of them.
    [Test]
    public void An_operand_is_repeated_along_any_axes(
        [Values("1", "5", "4 1", "3 1 5", "2 3 4 1", "2 1 1 5", "1 3 1 1", "2 1 4 1", "2 3 4 5")] string extents,
        [Values(Rounding.HalfUp, Rounding.Stochastic)] Rounding rounding,
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format)
    {
        int[] large = [2, 3, 4, 5], small = [.. extents.Split(' ').Select(int.Parse)];
        NumericPolicy policy = Policy(Requantization.Single, rounding);
        RandomStream random = new(5, $"{extents} {format}");
        int[] a = Draw(random, 120, format), b = Draw(random, small.Aggregate(1, (p, e) => p * e), format);
        int[] spread = [.. Enumerable.Range(0, 120).Select(i => b[Place(i)])]; // what is repeated, as a tensor of its own
        Repetition? repetition = Repetition.Of(small, large);
        RandomAddress noise = new(1, 2, 0, 3);
        AddStage sum = AddStage.From(0.031, 0.017, 0.04, format) with { OffsetA = 3, OffsetB = -2, OutputZeroPoint = 5 };
        OutputStage product = new([FixedScale.FromDouble(0.0002)], -1, inputOffset: 7, weightOffset: 11);
        byte[] found = new byte[120], expected = new byte[120];
        ElementwiseKernel.Add(Integers.Operand(a, format), Integers.Operand(b, format), sum,
            new Operand(found, NumberFormat.Int8), policy, noise, repetition);
        ElementwiseKernel.Add(Integers.Operand(a, format), Integers.Operand(spread, format), sum,
            new Operand(expected, NumberFormat.Int8), policy, noise);
        Assert.That(found, Is.EqualTo(expected));
        ElementwiseKernel.Mul(Integers.Operand(a, format), Integers.Operand(b, format), product,
            new Operand(found, NumberFormat.Int8), policy, noise, repetition);
        ElementwiseKernel.Mul(Integers.Operand(a, format), Integers.Operand(spread, format), product,
            new Operand(expected, NumberFormat.Int8), policy, noise);
        Assert.That(found, Is.EqualTo(expected));
        Assert.That(repetition is null, Is.EqualTo(extents is "1" or "5" or "2 3 4 5"));

        int Place(int i)
        {
            int index = 0, stride = 1;
            for (int axis = 1; axis <= small.Length; i /= large[^axis], axis++)
            {
                index += small[^axis] == 1 ? 0 : i % large[^axis] * stride;
                stride *= small[^axis];
            }

            return index;
        }
    }

    [TestCase(5, 3)] // 2.5 goes up
    [TestCase(-5, -2)] // −2.5 goes up too: tells half-up from half-away-from-zero
    [TestCase(300, 127)] // 150 saturates
    public void Requantising_rounds_half_up_and_saturates(int value, int expected)
    {
        sbyte[] y = new sbyte[1];
        _ = ElementwiseKernel.Requantize(
            new[] { value }.AsSpan(), FixedScale.FromDouble(0.5), y.AsSpan(), Policy(Requantization.Single, Rounding.HalfUp));
        Assert.That(y[0], Is.EqualTo(expected));
    }

    [Test]
    public void A_bias_is_aligned_upwards_exactly()
    {
        short[] bias = [1, -1, 32767, -32768, 0];
        int[] y = new int[5];
        _ = ElementwiseKernel.Requantize(
            bias.AsSpan(), FixedScale.FromDouble(1024), y.AsSpan(), Policy(Requantization.Single, Rounding.HalfUp));
        Assert.That(y, Is.EqualTo(new[] { 1024, -1024, 32767 * 1024, -32768 * 1024, 0 }));
    }

    [Test]
    public void Each_channel_of_the_last_axis_has_its_own_scale()
    {
        int[] x = [.. Enumerable.Range(-1500, 3000)];
        FixedScale[] scales = [FixedScale.FromDouble(0.25), FixedScale.FromDouble(0.01), FixedScale.FromDouble(0.003)];
        short[] y = new short[3000];
        NumericPolicy policy = Policy(Requantization.Double, Rounding.HalfUp);
        _ = ElementwiseKernel.Requantize(x.AsSpan(), new OutputStage(scales), y.AsSpan(), policy);
        Assert.That(y.Select(v => (long)v), Is.EqualTo(x.Select((v, i) => Scale(v, scales[i % 3], 0, policy))));
    }

    [Test]
    public void Stochastic_rounding_is_addressed_and_unbiased()
    {
        const int N = 100_000;
        int[] x = new int[N];
        Array.Fill(x, 5);
        sbyte[] first = new sbyte[N], again = new sbyte[N], other = new sbyte[N];
        NumericPolicy policy = Policy(Requantization.Single, Rounding.Stochastic);
        FixedScale scale = FixedScale.FromDouble(0.25);
        _ = ElementwiseKernel.Requantize(x.AsSpan(), scale, first.AsSpan(), policy, new RandomAddress(1, 2, 0, 3));
        _ = ElementwiseKernel.Requantize(x.AsSpan(), scale, again.AsSpan(), policy, new RandomAddress(1, 2, 0, 3));
        _ = ElementwiseKernel.Requantize(x.AsSpan(), scale, other.AsSpan(), policy, new RandomAddress(1, 3, 0, 3));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(first.Average(v => (double)v), Is.EqualTo(1.25).Within(0.006)); // four standard deviations
    }

    [Test]
    public void Relu_keeps_what_is_above_the_zero_point([Values(NumberFormat.Int8, NumberFormat.Int16,
        NumberFormat.Int32)] NumberFormat format)
    {
        int[] x = Draw(new RandomStream(3, "relu"), 1000, NumberFormat.Int8);
        byte[] y = Integers.Bytes(new int[1000], format);
        ElementwiseKernel.Relu(Integers.Operand(x, format), new Operand(y, format), -7);
        Assert.That(Integers.Read(y, format), Is.EqualTo(x.Select(v => (long)Math.Max(v, -7))));
    }

    internal static NumericPolicy Policy(Requantization variant, Rounding rounding) =>
        new(new AccumulatorPolicy(32, Overflow.Wrap), rounding, variant);

    internal static int[] Draw(RandomStream random, int count, NumberFormat format)
    {
        int span = 1 << format.Bits();
        int[] values = new int[count];
        for (int i = 0; i < count; i++)
            values[i] = random.NextInt32(span) - (span / 2);
        return values;
    }

    internal static long Scale(long value, FixedScale scale, int zero, NumericPolicy policy) =>
        RequantizeReference.Run(value, scale, zero, policy);

    private static long Narrow(long value, int minimum, ref long clipped)
    {
        long narrowed = Math.Clamp(value, -128, 127);
        clipped += narrowed == value ? 0 : 1;
        return Math.Max(narrowed, minimum);
    }
}
