using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.OpenCl;

public sealed class LayerTests
{
    private const NumberFormat Int8 = NumberFormat.Int8, Int16 = NumberFormat.Int16, Int32 = NumberFormat.Int32;

    internal static readonly RandomAddress Noise = new(0xFEDC_BA98_7654_3210, 5, 6, 7);

    internal static readonly NumericPolicy[] Policies =
    [
        new(new AccumulatorPolicy(32, Overflow.Wrap)),
        new(new AccumulatorPolicy(20, Overflow.Saturate, 4, 16, 32), Rounding.HalfAway, Requantization.Double),
        new(new AccumulatorPolicy(32, Overflow.Saturate), Rounding.Stochastic, Narrowing: Narrowing.Wrap, LinearFeedback: true),
        new(new AccumulatorPolicy(40, Overflow.SaturateOnDrain), Rounding.HalfEven, ZeroPointBeforeRounding: true),
        new(new AccumulatorPolicy(64, Overflow.Wrap), Requantization: Requantization.Reduced16),
        new(new AccumulatorPolicy(32, Overflow.Wrap), Requantization: Requantization.Float32, ZeroPointBeforeRounding: true),
    ];

    private static readonly NumericPolicy[] Stages =
    [
        .. Enum.GetValues<Rounding>().SelectMany(r =>
            new[] { Stage(Requantization.Single, r), Stage(Requantization.Single, r, before: true) }),
        Stage(Requantization.Double), Stage(Requantization.Double, before: true),
        Stage(Requantization.Reduced16), Stage(Requantization.Reduced16, before: true),
        Stage(Requantization.Float32), Stage(Requantization.Float32, before: true),
        Stage(Requantization.Single) with { Narrowing = Narrowing.Wrap },
    ];

    private static NumericPolicy Stage(Requantization variant, Rounding rounding = Rounding.HalfUp, bool before = false) =>
        new(new AccumulatorPolicy(32, Overflow.Wrap), rounding, variant, ZeroPointBeforeRounding: before);

    [Test]
    public void Convolutions_give_the_bits_and_counts_of_the_processor(
        [ValueSource(nameof(Policies))] NumericPolicy policy, [Values(1, 2, 8)] int groups,
        [Values(Int8, Int16)] NumberFormat format) =>
        CheckConvolution(policy, groups, format, default, format == Int8 ? 7 : 0);

    [Test]
    public void Channels_that_are_part_of_a_tensor_have_the_noise_of_the_whole_and_leave_the_rest(
        [Values] Rounding rounding, [Values(1, 2)] int groups)
    {
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Wrap), rounding);
        CheckConvolution(policy, groups, Int8, new ChannelPart(3, 25), 7);
        CheckConvolution(policy, groups, Int16, new ChannelPart(32, 48), 0);
    }

    [Test]
    public void A_depthwise_convolution_writes_all_channels()
    {
        using Bench bench = new(Policies[0]);
        DeviceOperand x = bench.Put(new byte[2], Int8), y = bench.Put(new byte[4], Int8);
        Assert.That(
            () => bench.Count(() => bench.Kernels.Convolution(
                new(1, 1, 1, 2, 1, 1, 1, 1, 2, Groups: 2), x, x, default, OutputStage.Raw, y, Noise, 1, new(0, 4))),
            Throws.ArgumentException.With.Message.Contains("depthwise"));
    }

    internal static void CheckConvolution(NumericPolicy policy, int groups, NumberFormat format, ChannelPart part,
        int inputOffset)
    {
        using Bench bench = new(policy);
        ConvolutionShape shape = new(2, 7, 6, 8, 3, 2, 4, 5, 16, 2, 1, 1, 1, 1, 2, groups);
        byte[] x = Draw("x", shape.InputCount, format), w = Draw("w", shape.WeightCount, Int8), bias = Draw("bias", 16, Int32);
        OutputStage stage = new([FixedScale.FromDouble(0.4 / format.MaxValue())], 3, inputOffset: inputOffset);
        byte[] expected = Draw("y", (long)shape.Positions * Math.Max(16, part.Of), Int8);
        DeviceOperand y = bench.Put(expected, Int8);
        OverflowCount count = ConvolutionKernel.Run(
            shape, new Operand(x, format), new Operand(w, Int8), MemoryMarshal.Cast<byte, int>(bias), stage,
            new Operand(expected, Int8),
            policy, Noise, part);
        OverflowCount got = bench.Count(() => bench.Kernels.Convolution(
            shape, bench.Put(x, format), bench.Put(w, Int8), bench.Put(bias, Int32), stage, y, Noise, 1, part));
        Check(bench, y, expected, got, count);
    }

    [Test]
    public void Products_of_activations_give_the_bits_and_counts_of_the_processor(
        [Values] bool transpose, [Values(Int8, Int16)] NumberFormat format) =>
        CheckMatMul(transpose, format, format == Int8 ? 128 : 0);

    internal static void CheckMatMul(bool transpose, NumberFormat format, int inputOffset)
    {
        NumericPolicy policy = Policies[1];
        using Bench bench = new(policy);
        (int batch, int m, int n, int k) = (3, 9, 33, 21);
        byte[] a = Draw("a", batch * m * k, format), b = Draw("b", batch * n * k, Int8);
        OutputStage stage = new([FixedScale.FromDouble(0.4 / format.MaxValue())], inputOffset: inputOffset);
        byte[] expected = new byte[batch * m * n];
        OverflowCount count = MatMulKernel.Run(
            new(m, n, k, batch, TransposeB: transpose), new Operand(a, format), new Operand(b, Int8), stage,
            new Operand(expected, Int8), policy, Noise);
        DeviceOperand y = bench.Put(new byte[expected.Length], Int8);
        OverflowCount got = bench.Count(() => bench.Kernels.MatMul(
            new(m, n, k, batch, TransposeB: transpose), bench.Put(a, format), bench.Put(b, Int8), stage, y, Noise, 1));
        Check(bench, y, expected, got, count);
    }

    [Test]
    public void Sums_and_products_of_elements_give_the_bits_and_counts_of_the_processor(
        [ValueSource(nameof(Policies))] NumericPolicy policy, [Values(Int8, Int16)] NumberFormat left,
        [Values(Int8, Int16)] NumberFormat right)
    {
        using Bench bench = new(policy);
        byte[] a = Draw("a", 1030, left), b = Draw("b", 206, right);
        AddStage sum = AddStage.From(0.1, 0.07, 0.11 * left.MaxValue() / 127, left > right
            ? left : right) with
        { OffsetA = 3, OutputZeroPoint = -4, Minimum = -90 };
        OutputStage product = new([FixedScale.FromDouble(1.0 / left.MaxValue() / right.MaxValue() * 300)], 5, inputOffset: 2);
        foreach (NumberFormat format in new[] { Int8, Int16, Int32 })
        {
            byte[] expected = new byte[1030 * IntegerAccess.Bytes(format)];
            DeviceOperand x = bench.Put(a, left), z = bench.Put(b, right), y = bench.Put(expected, format);
            OverflowCount count = ElementwiseKernel.Add(
                new Operand(a, left), new Operand(b, right), sum, new Operand(expected, format), policy, Noise);
            OverflowCount got = bench.Count(() => bench.Kernels.Add(x, z, sum, y, Noise, 1));
            Check(bench, y, expected, got, count);
            count = ElementwiseKernel.Mul(
                new Operand(a, left), new Operand(b, right), product, new Operand(expected, format), policy, Noise);
            got = bench.Count(() => bench.Kernels.Mul(x, z, product, y, Noise, 1));
            Check(bench, y, expected, got, count);
        }
    }

    [Test]
    public void Requantised_tensors_are_those_of_the_processor([ValueSource(nameof(Stages))] NumericPolicy policy)
    {
        using Bench bench = new(policy);
        foreach (NumberFormat from in new[] { NumberFormat.Int4, Int8, Int16, Int32, NumberFormat.Int64 })
        {
            byte[] x = Draw($"{from}", 600, from);
            foreach ((NumberFormat to, int offset) in new[] { (Int8, 0), (Int16, -9), (Int32, 1), (NumberFormat.Int64, 0) })
            {
                double scale = 1.7 * Math.Pow(2, Math.Max(-31, to.Bits() - from.Bits()));
                OutputStage stage = new([FixedScale.FromDouble(Math.Min(scale, 1 << 29)), FixedScale.FromDouble(0.3),
                    FixedScale.FromDouble(1e-4)], 1, inputOffset: offset);
                byte[] expected = new byte[600 * IntegerAccess.Bytes(to)];
                OverflowCount count = ElementwiseKernel.Requantize(new Operand(x, from), stage,
                    new Operand(expected, to), policy, Noise);
                DeviceOperand y = bench.Put(new byte[expected.Length], to);
                OverflowCount got = bench.Count(() => bench.Kernels.Requantize(bench.Put(x, from), stage, y, Noise, 1));
                Check(bench, y, expected, got, count);
            }
        }
    }

    [Test]
    public void Tables_relu_and_reorderings_give_the_bits_of_the_processor()
    {
        using Bench bench = new(Policies[0]);
        byte[] narrow = Draw("x", 700, Int8), wide = Draw("x", 700, Int16), small = new byte[700], large = new byte[1400];
        foreach ((LookupTable table, byte[] x, byte[] expected) in new[]
        {
            (LookupTable.ForInt8(TableKernel.Gelu, 0.04, 0.03), narrow, small),
            (LookupTable.ForInt8(TableKernel.Gelu, 0.04, 0.0003, Int16), narrow, large),
            (LookupTable.ForInt16(TableKernel.Gelu, 0.0002, 0.0002), wide, large),
        })
        {
            TableKernel.Run(table, new Operand(x, table.Input), new Operand(expected, table.Output));
            DeviceOperand y = bench.Put(new byte[expected.Length], table.Output);
            bench.Kernels.LookUp(table, bench.Put(x, table.Input), y);
            Check(bench, y, expected);
        }

        ElementwiseKernel.Relu(new Operand(wide, Int16), new Operand(large, Int16), 5);
        DeviceOperand rectified = bench.Put(wide, Int16);
        bench.Kernels.Relu(rectified, rectified, 5);
        Check(bench, rectified, large);
        foreach (int count in new[] { 700, 90, 1900 }) // another order, a part, a repetition
        {
            int[] sources = [.. Enumerable.Range(0, count).Select(i => i * 3 % 700)];
            DeviceOperand moved = bench.Put(new byte[2 * count], Int16);
            bench.Kernels.Gather(sources, bench.Put(wide, Int16), moved);
            Check(bench, moved, MemoryMarshal.AsBytes<short>(sources.Select(s => MemoryMarshal.Cast<byte, short>(wide)[s])
                .ToArray()).ToArray());
            Assert.That(() => bench.Kernels.Gather([.. sources.Select(s => s + 1)], bench.Put(wide, Int16) with { Count = 200 },
                moved), Throws.ArgumentException);
        }
    }

    [Test]
    public void Softmax_gives_the_bits_of_the_processor([Values(0.001, 0.05, 3)] double scale, [Values(1, 10, 197)] int depth,
        [Values] bool symmetric)
    {
        using Bench bench = new(Policies[0]);
        foreach ((NumberFormat from, NumberFormat to) in new[] { (Int8, Int8), (Int8, Int16), (Int16, Int16) })
        {
            byte[] x = Draw("x", 13 * depth, from), expected = new byte[13 * depth * IntegerAccess.Bytes(to)];
            SoftmaxStage stage = SoftmaxStage.From(from == Int16 ? scale / 256 : scale, from, symmetric);
            SoftmaxKernel.Run(13, depth, new Operand(x, from), stage, new Operand(expected, to));
            DeviceOperand y = bench.Put(new byte[expected.Length], to);
            bench.Kernels.Softmax(13, depth, bench.Put(x, from), stage, y);
            Check(bench, y, expected);
        }
    }

    [Test]
    public void Layer_normalisation_gives_the_bits_and_counts_of_the_processor(
        [ValueSource(nameof(Policies))] NumericPolicy policy, [Values(Int8, Int16)] NumberFormat format,
        [Values(Int8, Int16)] NumberFormat gamma)
    {
        using Bench bench = new(policy);
        foreach ((int depth, double epsilon) in new[] { (1, 0), (37, 1e-5), (192, 1e-5), (192, 1e9) })
        {
            byte[] x = Draw("x", 11 * depth, format), g = Draw("gamma", depth, gamma), b = Draw("beta", depth, gamma);
            x.AsSpan(0, depth * IntegerAccess.Bytes(format)).Fill(1); // a row of equals
            byte[] expected = new byte[11 * depth];
            LayerNormStage stage = LayerNormStage.From(1.0 / format.MaxValue(), 1.0 / gamma.MaxValue(),
                2.0 / gamma.MaxValue(), 0.04, epsilon);
            OverflowCount count = LayerNormKernel.Run(
                11, depth, new Operand(x, format), new Operand(g, gamma), new Operand(b, gamma), stage,
                new Operand(expected, Int8), policy, Noise);
            DeviceOperand y = bench.Put(new byte[expected.Length], Int8);
            OverflowCount got = bench.Count(() => bench.Kernels.LayerNorm(
                11, depth, bench.Put(x, format), bench.Put(g, gamma), bench.Put(b, gamma), stage, y, Noise, 1));
            Check(bench, y, expected, got, count);
        }
    }

    [Test]
    public void Losses_are_those_of_the_processor(
        [Values(Int8, Int16, Int32)] NumberFormat format, [Values(1e-9, 0.001, 0.07, 3, 1e6)] double scale,
        [Values(1, 10, 1000)] int classes)
    {
        using Bench bench = new(Policies[0]);
        byte[] logits = Draw("logits", 12 * classes, format);
        int[] labels = [.. Enumerable.Range(0, 12).Select(i => i * 7 % classes)];
        FixedScale factor = FixedScale.FromDouble(scale);
        long expected = CrossEntropyKernel.Run(12, classes, new Operand(logits, format), factor, labels, Policies[0]);
        DeviceOperand loss = bench.Put(new byte[8], NumberFormat.Int64);
        bench.Kernels.CrossEntropy(
            12, classes, bench.Put(logits, format), factor,
            bench.Put(MemoryMarshal.AsBytes(labels.AsSpan()).ToArray(), Int32), loss);
        Assert.That(BitConverter.ToInt64(bench.Get(loss)), Is.EqualTo(expected));
    }

    [Test]
    public void Pooling_gives_the_bits_of_the_processor([Values(Int8, Int16)] NumberFormat format)
    {
        using Bench bench = new(Policies[0]);
        foreach (ConvolutionShape shape in new ConvolutionShape[]
            { new(2, 7, 9, 5, 3, 2, 4, 5, 5, 2, 2, 1, 1), new(3, 6, 6, 8, 6, 6, 1, 1, 8), new(1, 4, 4, 3, 2, 2, 2, 2, 3, 2, 2) })
        {
            byte[] x = Draw("x", shape.InputCount, format), expected = new byte[shape.OutputCount * IntegerAccess.Bytes(format)];
            DeviceOperand from = bench.Put(x, format), y = bench.Put(expected, format);
            PoolKernel.Average(shape, new Operand(x, format), new Operand(expected, format), -50, 60);
            bench.Kernels.AveragePool(shape, from, y, -50, 60);
            Check(bench, y, expected);
            PoolKernel.Max(shape, new Operand(x, format), new Operand(expected, format), 3, 90);
            bench.Kernels.MaxPool(shape, from, y, 3, 90);
            Check(bench, y, expected);
        }
    }

    [Test]
    public void Rows_that_are_part_of_a_tensor_have_the_noise_of_the_whole_and_leave_the_rest(
        [ValueSource(nameof(Policies))] NumericPolicy policy)
    {
        using Bench bench = new(policy);
        byte[] x = Draw("x", 6 * 5, Int16), expected = Draw("y", 64, Int8);
        OutputStage stage = new([FixedScale.FromDouble(0.004)], 3);
        DeviceOperand y = bench.Put(expected, Int8);
        OverflowCount count = default;
        for (int row = 0; row < 6; row++)
        {
            Operand part = new(x.AsSpan(row * 10, 10), Int16);
            count += ElementwiseKernel.Requantize(part, stage, new Operand(expected, Int8), policy, Noise, (row * 11) + 4);
        }

        OverflowCount got = bench.Count(() => bench.Kernels.Requantize(bench.Put(x, Int16), 6, 11, 4, stage, y, Noise, 1));
        Check(bench, y, expected, got, count);
        Assert.That(
            () => bench.Count(() => bench.Kernels.Requantize(bench.Put(x, Int16), 6, 11, 5, stage, y, Noise, 1)),
            Throws.ArgumentException);
    }

    internal static void Check(Bench bench, DeviceOperand y, byte[] expected, OverflowCount got = default,
        OverflowCount count = default)
    {
        Assert.That(Convert.ToHexString(bench.Get(y)), Is.EqualTo(Convert.ToHexString(expected)), $"{y.Format}");
        Assert.That(got, Is.EqualTo(count), $"{y.Format}");
    }

    internal static byte[] Draw(string name, long count, NumberFormat format)
    {
        RandomStream random = new(6, $"{name} {count} {format}");
        byte[] bytes = new byte[count * IntegerAccess.Bytes(format)];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(random.NextInt32(16) == 0 ? 0x80 : random.NextInt32(256));
        if (format == NumberFormat.Int4)
        {
            for (int i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)((sbyte)(bytes[i] << 4) >> 4);
        }

        return bytes;
    }
}
