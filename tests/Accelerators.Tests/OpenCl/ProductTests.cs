using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Accelerators.Tests.Kernels;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.OpenCl;

public sealed class ProductTests
{
    private static readonly AccumulatorPolicy[] Accumulators =
    [
        new(32, Overflow.Wrap), new(16, Overflow.Saturate), new(20, Overflow.Saturate, 4, 16, 32), new(24, Overflow.Wrap, 3),
        new(32, Overflow.Saturate), new(40, Overflow.Saturate), new(16, Overflow.SaturateOnDrain, 3, 9, 24),
        new(40, Overflow.SaturateOnDrain), new(64, Overflow.Saturate, 1000), new(64, Overflow.Wrap),
        new(48, Overflow.Wrap, 1, 16, 56),
    ];

    // Every other stage is compared where it is compiled faster: as a kernel of its own (LayerTests).
    private static readonly NumericPolicy[] Stages =
    [
        new(new AccumulatorPolicy(32, Overflow.Wrap), Rounding.Stochastic),
        new(new AccumulatorPolicy(40, Overflow.Wrap), Rounding.HalfAway, ZeroPointBeforeRounding: true),
        new(new AccumulatorPolicy(40, Overflow.Wrap), Requantization: Requantization.Double),
        new(new AccumulatorPolicy(64, Overflow.Wrap), Requantization: Requantization.Reduced16),
        new(new AccumulatorPolicy(32, Overflow.Wrap), Requantization: Requantization.Float32, Narrowing: Narrowing.Wrap),
    ];

    [Test]
    public void Every_accumulator_gives_the_bits_and_counts_of_the_processor(
        [ValueSource(nameof(Accumulators))] AccumulatorPolicy accumulator)
    {
        NumericPolicy policy = new(accumulator);
        using Bench bench = new(policy);
        NumberFormat[] narrow = [NumberFormat.Int4, NumberFormat.Int8, NumberFormat.Int16];
        foreach (NumberFormat left in narrow[1..])
        {
            foreach (NumberFormat right in narrow)
            {
                foreach ((int m, int n, int k) in new[] { (5, 34, 33), (17, 3, 150), (1, 1, 1), (9, 40, 2) })
                {
                    Check(bench, policy, m, n, k, left, right, extreme: false, scale: 1);
                    Check(bench, policy, m, n, k, left, right, extreme: true, scale: 1);
                }
            }
        }
    }

    [Test]
    public void Output_stages_give_the_bits_and_counts_of_the_processor([ValueSource(nameof(Stages))] NumericPolicy policy)
    {
        using Bench bench = new(policy);
        foreach (double scale in new[] { 1e-3, 1, 40, 3e6 })
        {
            Check(bench, policy, 7, 35, 64, NumberFormat.Int8, NumberFormat.Int8, extreme: false, scale);
            Check(bench, policy, 7, 35, 64, NumberFormat.Int16, NumberFormat.Int8, extreme: true, scale);
        }
    }

    [Test]
    public void The_most_negative_operands_at_great_depth_give_the_bits_of_the_processor(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format)
    {
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Saturate));
        using Bench bench = new(policy);
        foreach (int k in new[] { 2, 512, 65536 })
        {
            int[] x = new int[k], w = new int[2 * k];
            x.AsSpan().Fill((int)format.MinValue());
            w.AsSpan().Fill((int)format.MinValue());
            Compare(
                bench, policy, 1, 2, k, Integers.Bytes(x, format), format, Integers.Bytes(w, format), format,
                [int.MinValue, int.MaxValue], OutputStage.Raw, NumberFormat.Int32);
        }
    }

    [TestCase(8, 2, 16)]
    [TestCase(6, 4, 16)]
    [TestCase(8, 2, 8)]
    [TestCase(4, 4, 1, 4, 2, 8)]
    [TestCase(2, 2, 4, 2, 4, 5)]
    public void No_shape_of_tiles_changes_a_bit(int rows, int vectors, int lanes, int groupRows = 1,
        int groupColumns = 1, int staged = 0)
    {
        NumericPolicy policy = new(new AccumulatorPolicy(24, Overflow.Saturate));
        using Bench bench = new(policy, new TileShape(rows, vectors, lanes, groupRows, groupColumns, staged),
            isSequential: staged == 0);
        foreach ((int m, int n, int k) in new[] { (37, 70, 133), (1, 1, 1), (64, 128, 40) })
        {
            Check(bench, policy, m, n, k, NumberFormat.Int8, NumberFormat.Int8, extreme: false, scale: 1);
            Check(bench, policy, m, n, k, NumberFormat.Int8, NumberFormat.Int16, extreme: true, scale: 1);
        }
    }

    [Test]
    public void Columns_that_are_part_of_a_tensor_have_the_noise_of_the_whole_and_leave_the_rest([Values] Rounding rounding)
    {
        NumericPolicy policy = new(new AccumulatorPolicy(20, Overflow.Saturate), rounding);
        using Bench bench = new(policy);
        foreach (ChannelPart part in new ChannelPart[] { new(0, 35), new(0, 50), new(7, 50), new(15, 50) })
        {
            Check(bench, policy, 7, 35, 33, NumberFormat.Int8, NumberFormat.Int16, extreme: false, scale: 1, part);
            Check(bench, policy, 7, 35, 33, NumberFormat.Int16, NumberFormat.Int8, extreme: true, scale: 1, part);
        }

        Assert.That(
            () => Check(bench, policy, 1, 35, 1, NumberFormat.Int8, NumberFormat.Int8, extreme: false, scale: 1, new(16, 50)),
            Throws.ArgumentException);
    }

    internal static void Check(
        Bench bench, NumericPolicy policy, int m, int n, int k, NumberFormat left, NumberFormat right, bool extreme, double scale,
        ChannelPart part = default, (int Input, int Weight)? offsets = null)
    {
        RandomStream random = new(7, $"{m} {n} {k} {left} {right} {extreme}");
        byte[] x = Draw(random, m * k, left, extreme), w = Draw(random, n * k, right, extreme);
        int[] bias = [.. Enumerable.Range(0, n).Select(_ => random.NextInt32(2001) - 1000)];
        FixedScale[] scales = [.. Enumerable.Range(0, n).Select(_ => FixedScale.FromDouble(
            Math.Min(random.NextDouble(0.1, 40) * scale * 127 / ((k + 1.0) * left.MaxValue() * right.MaxValue()), 1 << 29)))];
        OutputStage stage = new(scales, -3, -100, 120, left == NumberFormat.Int16 ? 0 : offsets?.Input ?? 5,
            right == NumberFormat.Int16 ? 0 : offsets?.Weight ?? -1);
        foreach (NumberFormat format in new[] { NumberFormat.Int8, NumberFormat.Int16, NumberFormat.Int32 })
            Compare(bench, policy, m, n, k, x, left, w, right, bias, stage, format, part);
    }

    private static void Compare(
        Bench bench, NumericPolicy policy, int m, int n, int k, byte[] x, NumberFormat left, byte[] w,
        NumberFormat right, int[] bias,
        OutputStage stage, NumberFormat format, ChannelPart part = default)
    {
        RandomAddress noise = new(3, 1, 4, 15);
        byte[] expected = new byte[m * Math.Max(n, part.Of) * IntegerAccess.Bytes(format)];
        expected.AsSpan().Fill(0x5A);
        DeviceOperand y = bench.Put(expected, format);
        OverflowCount count = LinearKernel.Run(
            new(m, n, k), new Operand(x, left), new Operand(w, right), bias, stage, new Operand(expected, format),
            policy, noise, part);
        OverflowCount got = bench.Count(() => bench.Kernels.Linear(
            new(m, n, k), bench.Put(x, left), bench.Put(w, right),
            bench.Put(MemoryMarshal.AsBytes(bias.AsSpan()).ToArray(), NumberFormat.Int32), stage, y, noise, 1, part));
        Assert.That(Integers.Read(bench.Get(y), format), Is.EqualTo(Integers.Read(expected, format)),
            $"{m}×{n}×{k} {left} {right} {format}");
        Assert.That(got, Is.EqualTo(count), $"counts of {m}×{n}×{k} {left} {right} {format}");
    }

    private static byte[] Draw(RandomStream random, int count, NumberFormat format, bool extreme)
    {
        int span = 1 << format.Bits();
        int[] values = [.. Enumerable.Range(0, count).Select(_ => extreme
            ? (random.NextInt32(8) == 0 ? (span / 2) - 1 : -span / 2)
            : random.NextInt32(span) - (span / 2))];
        return Integers.Bytes(values, format);
    }
}
