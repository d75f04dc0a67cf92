using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class ConvolutionKernelTests
{
    private static readonly ConvolutionShape[] Shapes =
    [
        new(2, 7, 9, 3, 3, 3, 7, 9, 5, PadTop: 1, PadLeft: 1),
        new(1, 12, 12, 3, 4, 4, 3, 3, 40, 4, 4),
        new(1, 9, 8, 4, 2, 3, 4, 4, 6, 2, 2, 1, 0, 2, 1, Groups: 2),
        new(2, 6, 7, 40, 3, 3, 6, 7, 40, PadTop: 1, PadLeft: 1, Groups: 40),
        new(1, 8, 8, 5, 3, 2, 4, 4, 10, 2, 2, 1, 1, Groups: 5),
        new(1, 3, 3, 16, 1, 1, 3, 3, 33),
        new(3, 5, 5, 17, 3, 3, 3, 3, 17, 2, 2, 1, 1, Groups: 17),
    ];

    [Test]
    public void A_convolution_equals_its_textbook_loops(
        [ValueSource(nameof(Shapes))] ConvolutionShape shape,
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat input,
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat weight,
        [Values(18, 32, 40)] int bits,
        [Values] Overflow overflow)
    {
        RandomStream random = new(1, $"{shape} {input} {weight}");
        NumericPolicy policy = new(new AccumulatorPolicy(bits, overflow));
        int[] x = ElementwiseKernelTests.Draw(random, (int)shape.InputCount, input);
        int[] w = ElementwiseKernelTests.Draw(random, (int)shape.WeightCount, weight);
        long[] bias = [.. Enumerable.Range(0, shape.OutputChannels).Select(_ => (long)random.NextInt32(5000) - 2500)];
        double typical = 20.0 / (input.MaxValue() * weight.MaxValue());
        FixedScale[] scales = [.. bias.Select(_ => FixedScale.FromDouble(typical * random.NextDouble(0.2, 3)))];
        OutputStage stage = new(scales, 3, -120, 125, input == NumberFormat.Int8 ? 9 : 0, weight == NumberFormat.Int8 ? -4 : 0);

        // One row per output position and group: the windows written out by hand.
        long[] expected = new long[shape.OutputCount];
        OverflowCount count = default;
        int perGroup = shape.OutputChannels / shape.Groups;
        for (int g = 0; g < shape.Groups; g++)
        {
            int[] windows = Windows(shape, x, g, stage.InputOffset);
            int[] kernel = w[(g * perGroup * shape.Depth)..((g + 1) * perGroup * shape.Depth)];
            OutputStage part = new(
                scales.AsSpan(g * perGroup, perGroup), 3, -120, 125, stage.InputOffset, stage.WeightOffset);
            long[] y = new long[shape.Positions * perGroup];
            count += LinearReference.Run(
                shape.Positions, perGroup, shape.Depth, windows, kernel, bias[(g * perGroup)..((g + 1) * perGroup)], part, y,
                    NumberFormat.Int8, policy);
            for (int i = 0; i < y.Length; i++)
                expected[(i / perGroup * shape.OutputChannels) + (g * perGroup) + (i % perGroup)] = y[i];
        }

        byte[] got = new byte[shape.OutputCount];
        OverflowCount gotCount = ConvolutionKernel.Run(
            shape, Integers.Operand(x, input), Integers.Operand(w, weight), bias, stage, new Operand(got, NumberFormat.Int8),
                policy);
        Assert.That(Integers.Read(got, NumberFormat.Int8), Is.EqualTo(expected));
        Assert.That(gotCount, Is.EqualTo(count));
    }

    [Test]
    public void A_product_of_activations_equals_its_textbook_loops(
        [Values] bool transposeB, [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format, [Values(20, 32)] int bits,
        [Values(1, 33, 64, 70)] int n, [Values(1, 64, 131)] int k)
    {
        const int Batch = 3, M = 19;
        RandomStream random = new(2, $"{format} {n} {k}");
        int[] a = ElementwiseKernelTests.Draw(random, Batch * M * k, format), b = ElementwiseKernelTests.Draw(random,
            Batch * k * n, format);
        OutputStage stage = new(
            [FixedScale.FromDouble(60.0 / (format.MaxValue() * format.MaxValue()))],
                inputOffset: format == NumberFormat.Int8 ? 7 : 0,
            weightOffset: format == NumberFormat.Int8 ? -7 : 0);
        NumericPolicy policy = new(new AccumulatorPolicy(bits, Overflow.Saturate));
        byte[] y = new byte[Batch * M * n];
        OverflowCount count = MatMulKernel.Run(
            new(M, n, k, Batch, TransposeB: transposeB), Integers.Operand(a, format), Integers.Operand(b, format),
            stage, new Operand(y,
                NumberFormat.Int8), policy);
        OverflowCount expectedCount = default;
        List<long> expected = [];
        for (int i = 0; i < Batch; i++)
        {
            int[] right = b[(i * k * n)..((i + 1) * k * n)];
            if (!transposeB)
                right = [.. Enumerable.Range(0, n * k).Select(e => right[((e % k) * n) + (e / k)])];
            long[] part = new long[M * n];
            expectedCount += LinearReference.Run(
                M, n, k, a[(i * M * k)..((i + 1) * M * k)], right, [], stage, part, NumberFormat.Int8, policy);
            expected.AddRange(part);
        }

        Assert.That(Integers.Read(y, NumberFormat.Int8), Is.EqualTo(expected));
        Assert.That(count, Is.EqualTo(expectedCount));
    }

    [Test]
    public void An_average_rounds_ties_away_from_zero_and_leaves_padding_out()
    {
        sbyte[] x = [1, 2, -1, -2], y = new sbyte[4];
        ConvolutionShape shape = new(1, 1, 4, 1, 1, 2, 1, 4, 1, PadLeft: 1);
        PoolKernel.Average(shape, x.AsSpan(), y.AsSpan());
        Assert.That(y, Is.EqualTo(new sbyte[] { 1, 2, 1, -2 })); // 1; 1.5; 0.5; −1.5
    }

    [Test]
    public void Global_pooling_is_a_window_of_the_whole_input()
    {
        int[] x = ElementwiseKernelTests.Draw(new RandomStream(3, "pool"), 2 * 5 * 7 * 50, NumberFormat.Int8);
        ConvolutionShape shape = new(2, 5, 7, 50, 5, 7, 1, 1, 50);
        byte[] mean = new byte[100], max = new byte[100];
        PoolKernel.Average(shape, Integers.Operand(x, NumberFormat.Int8), new Operand(mean, NumberFormat.Int8));
        PoolKernel.Max(shape, Integers.Operand(x, NumberFormat.Int8), new Operand(max, NumberFormat.Int8));
        for (int i = 0; i < 100; i++)
        {
            int[] window = [.. Enumerable.Range(0, 35).Select(p => x[(((i / 50 * 35) + p) * 50) + (i % 50)])];
            Assert.That((double)(sbyte)mean[i], Is.EqualTo(Math.Round(window.Average(), MidpointRounding.AwayFromZero)));
            Assert.That((sbyte)max[i], Is.EqualTo(window.Max()));
        }
    }

    // Padding holds what becomes 0 once the offset is added.
    private static int[] Windows(ConvolutionShape shape, int[] x, int group, int offset)
    {
        int channels = shape.InputChannels / shape.Groups;
        List<int> windows = [];
        for (int p = 0; p < shape.Positions; p++)
        {
            int ow = p % shape.OutputWidth, oh = p / shape.OutputWidth % shape.OutputHeight,
                image = p / shape.OutputWidth / shape.OutputHeight;
            for (int t = 0; t < shape.Depth; t++)
            {
                int c = (t % channels) + (group * channels), kw = t / channels % shape.KernelWidth,
                    kh = t / channels / shape.KernelWidth;
                int h = (oh * shape.StrideHeight) - shape.PadTop + (kh * shape.DilationHeight);
                int v = (ow * shape.StrideWidth) - shape.PadLeft + (kw * shape.DilationWidth);
                bool inside = h >= 0 && h < shape.InputHeight && v >= 0 && v < shape.InputWidth;
                windows.Add(inside ? x[((((image * shape.InputHeight) + h) * shape.InputWidth) + v) * shape.InputChannels
                    + c] : -offset);
            }
        }

        return [.. windows];
    }
}
