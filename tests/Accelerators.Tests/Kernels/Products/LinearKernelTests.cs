using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class LinearKernelTests
{
    private static readonly Overflow[] Overflows = [Overflow.Wrap, Overflow.Saturate, Overflow.SaturateOnDrain];

    private static readonly (int Macs, int Block)[] Groupings = [(1, 0), (3, 0), (4, 0), (1000, 0), (1, 16), (4, 16), (3, 9)];

    [Test]
    public void Every_path_equals_the_textbook_loops(
        [Values(16, 20, 24, 32, 40, 48, 64)] int bits,
        [ValueSource(nameof(Overflows))] Overflow overflow,
        [ValueSource(nameof(Groupings))] (int Macs, int Block) group,
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat left,
        [Values(NumberFormat.Int4, NumberFormat.Int8, NumberFormat.Int16)] NumberFormat right)
    {
        RandomStream random = new(7, $"{bits} {overflow} {group} {left} {right}");
        AccumulatorPolicy accumulator = new(bits, overflow, group.Macs, group.Block, Math.Min(64, bits + 8));
        foreach (int k in new[] { 2, 15, 33, 150 })
            Check(random, 5, 34, k, left, right, new NumericPolicy(accumulator), extreme: (k & 1) != 0);
    }

    [Test]
    public void Every_depth_from_0_to_257_equals_the_textbook_loops([Values(8, 13, 24, 32)] int bits)
    {
        RandomStream random = new(3, "depths");
        for (int k = 0; k <= 257; k++)
        {
            NumericPolicy policy = new(new AccumulatorPolicy(bits, Overflow.Saturate));
            Check(random, 3, 5, k, NumberFormat.Int8, k % 2 == 0 ? NumberFormat.Int8 : NumberFormat.Int16, policy,
                extreme: false);
        }
    }

    [Test]
    public void The_most_negative_operands_at_great_depth_equal_the_textbook_loops(
        [Values(2, 512, 65536)] int k,
        [Values(12, 24, 32, 40, 48)] int bits,
        [ValueSource(nameof(Overflows))] Overflow overflow,
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format)
    {
        int[] x = new int[k], w = new int[2 * k];
        x.AsSpan().Fill((int)format.MinValue());
        w.AsSpan().Fill((int)format.MinValue());
        long[] bias = [int.MinValue, int.MaxValue], expected = new long[2];
        NumericPolicy policy = new(new AccumulatorPolicy(bits, overflow));
        OverflowCount count = LinearReference.Run(1, 2, k, x, w, bias, OutputStage.Raw, expected, NumberFormat.Int32, policy);
        byte[] y = new byte[8];
        OverflowCount got = LinearKernel.Run(
            new(1, 2, k), Integers.Operand(x, format), Integers.Operand(w, format), bias, OutputStage.Raw,
            new Operand(y, NumberFormat.Int32), policy);
        Assert.That(Integers.Read(y, NumberFormat.Int32), Is.EqualTo(expected));
        Assert.That(got, Is.EqualTo(count));
    }

    [Test]
    public void Large_products_are_the_same_on_any_number_of_threads([Values(20, 32, 48)] int bits, [Values(1, 2, 3)] int threads)
    {
        int before = WorkTeam.Threads;
        WorkTeam.Threads = threads;
        try
        {
            NumericPolicy policy = new(new AccumulatorPolicy(bits, Overflow.Saturate));
            Check(new RandomStream(11, $"{bits}"), 130, 70, 300, NumberFormat.Int8, NumberFormat.Int16, policy, extreme: false);
        }
        finally
        {
            WorkTeam.Threads = before;
        }
    }

    [Test]
    public void Requantise_variants_equal_their_definitions(
        [Values(Requantization.Single, Requantization.Double)] Requantization variant,
        [Values(Rounding.Floor, Rounding.Truncate, Rounding.HalfUp, Rounding.HalfAway, Rounding.HalfEven)] Rounding rounding,
        [Values] bool zeroPointBefore,
        [Values] Narrowing narrowing,
        [Values(32, 40)] int bits)
    {
        RandomStream random = new(5, $"{variant} {rounding} {zeroPointBefore} {narrowing}");
        NumericPolicy policy = new(
            new AccumulatorPolicy(bits, Overflow.Wrap), rounding, variant, narrowing, zeroPointBefore);
        Check(random, 16, 40, 48, NumberFormat.Int8, NumberFormat.Int8, policy, extreme: false);
    }

    private static void Check(
        RandomStream random, int m, int n, int k, NumberFormat left, NumberFormat right, NumericPolicy policy, bool extreme)
    {
        int[] x = Draw(random, m * k, left, extreme), w = Draw(random, n * k, right, extreme);
        long[] bias = new long[n];
        for (int j = 0; j < n; j++)
            bias[j] = random.NextInt32(2001) - 1000;
        FixedScale[] scales = new FixedScale[n];
        for (int j = 0; j < n; j++)
            scales[j] = FixedScale.FromDouble(random.NextDouble(0.1,
                40) / ((k + 1.0) * left.MaxValue() * right.MaxValue()) * 127);
        OutputStage stage = new(
            scales, -3, -100, 120, left == NumberFormat.Int16 ? 0 : 5, right == NumberFormat.Int16 ? 0 : -1);
        foreach (NumberFormat format in new[] { NumberFormat.Int8, NumberFormat.Int16, NumberFormat.Int32 })
        {
            long[] expected = new long[m * n];
            OverflowCount count = LinearReference.Run(m, n, k, x, w, bias, stage, expected, format, policy);
            byte[] y = new byte[m * n * format.Bits() / 8];
            OverflowCount got = LinearKernel.Run(
                new(m, n, k), Integers.Operand(x, left), Integers.Operand(w, right), bias, stage, new Operand(y, format), policy);
            Assert.That(got, Is.EqualTo(count), $"counts of {m}×{n}×{k} {format}");
            Assert.That(Integers.Read(y, format), Is.EqualTo(expected), $"{m}×{n}×{k} {format}");
        }
    }

    private static int[] Draw(RandomStream random, int count, NumberFormat format, bool extreme)
    {
        int[] values = new int[count];
        int span = 1 << format.Bits();
        for (int i = 0; i < count; i++)
            values[i] = extreme ? (random.NextInt32(8) == 0 ? (span / 2) - 1 : -span / 2) : random.NextInt32(span) - (span / 2);
        return values;
    }
}
