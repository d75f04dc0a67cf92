using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

/// <summary>Kernels of backward passes against the textbook loops.</summary>
public class GradientKernelTests
{
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));

    private static readonly ConvolutionShape[] Shapes =
    [
        new(2, 5, 6, 3, 3, 3, 5, 6, 4, PadTop: 1, PadLeft: 1),
        new(3, 7, 7, 4, 3, 3, 4, 4, 6, 2, 2, 1, 1),                         // odd image, stride 2
        new(2, 8, 8, 4, 3, 3, 4, 4, 6, 2, 2, 0, 0, Groups: 2),              // padding below and to the right only
        new(2, 6, 6, 4, 3, 3, 6, 6, 4, PadTop: 1, PadLeft: 1, Groups: 4),   // depthwise
        new(1, 8, 8, 2, 4, 4, 2, 2, 5, 4, 4),                               // patches
        new(2, 4, 4, 3, 1, 1, 2, 2, 8, 2, 2),                               // pixels that no window reads
    ];

    private static T[] Draw<T>(long count, string name, int bound)
        where T : struct, System.Numerics.INumber<T>
    {
        RandomStream random = new(11, name);
        return [.. Enumerable.Range(0, (int)count).Select(_ => T.CreateChecked(random.NextInt32((2 * bound) + 1) - bound))];
    }

    // Calls back with the indices of output, input and weight of every product of the convolution.
    private static void EachProduct(ConvolutionShape s, Action<int, int, int> product)
    {
        (int channels, int filters) = (s.InputChannels / s.Groups, s.OutputChannels / s.Groups);
        for (int y = 0; y < s.OutputCount; y++)
        {
            (int o, int ow) = (y % s.OutputChannels, y / s.OutputChannels % s.OutputWidth);
            (int oh, int b) = (y / s.OutputChannels / s.OutputWidth % s.OutputHeight,
                y / s.OutputChannels / s.OutputWidth / s.OutputHeight);
            for (int tap = 0; tap < s.KernelHeight * s.KernelWidth; tap++)
            {
                int h = (oh * s.StrideHeight) - s.PadTop + (tap / s.KernelWidth),
                    w = (ow * s.StrideWidth) - s.PadLeft + (tap % s.KernelWidth);
                for (int i = 0; i < channels && h >= 0 && h < s.InputHeight && w >= 0 && w < s.InputWidth; i++)
                {
                    int x = ((((b * s.InputHeight) + h) * s.InputWidth) + w) * s.InputChannels + (o / filters * channels) + i;
                    product(y, x, (((o * s.KernelHeight * s.KernelWidth) + tap) * channels) + i);
                }
            }
        }
    }

    [Test]
    public void Gradients_of_a_convolution_are_sums_over_its_products([ValueSource(nameof(Shapes))] ConvolutionShape shape)
    {
        sbyte[] dy = Draw<sbyte>(shape.OutputCount, "dy", 127), x = Draw<sbyte>(shape.InputCount, "x", 127);
        short[] w = Draw<short>(shape.WeightCount, "w", 2000);
        int[] dx = new int[shape.InputCount], dw = new int[shape.WeightCount], expectedX = new int[dx.Length],
            expectedW = new int[dw.Length];
        EachProduct(shape, (o, i, k) =>
        {
            expectedX[i] += dy[o] * w[k];
            expectedW[k] += dy[o] * x[i];
        });
        ConvolutionGradientKernel.Input(shape, dy.AsSpan(), w.AsSpan(), OutputStage.Raw, dx.AsSpan(), Wrap32);
        ConvolutionGradientKernel.Weights(shape, dy.AsSpan(), x.AsSpan(), dw.AsSpan(), Wrap32);
        Assert.Multiple(() =>
        {
            Assert.That(dx, Is.EqualTo(expectedX));
            Assert.That(dw, Is.EqualTo(expectedW));
        });
    }

    [TestCase(3, 5, 7)]
    [TestCase(40, 33, 65)]
    public void A_transposed_first_operand_gives_the_product_of_its_transpose(int m, int n, int k)
    {
        sbyte[] a = Draw<sbyte>(m * k, "a", 127), b = Draw<sbyte>(k * n, "b", 127), transposed = new sbyte[a.Length];
        for (int i = 0; i < a.Length; i++)
            transposed[(i % k * m) + (i / k)] = a[i];
        int[] expected = new int[m * n], got = new int[m * n];
        MatMulKernel.Run(new(m, n, k), a.AsSpan(), b.AsSpan(), OutputStage.Raw, expected.AsSpan(), Wrap32);
        MatMulKernel.Run(new(m, n, k, TransposeA: true), transposed.AsSpan(), b.AsSpan(), OutputStage.Raw, got.AsSpan(), Wrap32);
        Assert.That(got, Is.EqualTo(expected));
    }

    [Test]
    public void A_step_of_descent_rounds_as_the_policy_says_and_leaves_other_channels_alone()
    {
        short[] w = [100, 200, 300, 32767, -32768, 7];
        int[] g = [3, -3, 1, -400], v = [10, 0, -10, 0];
        (long changed, long lost) = DescentKernel.Run(
            w.AsSpan(), g.AsSpan(), v.AsSpan(), 2, 3, FixedScale.FromDouble(0.5), FixedScale.FromDouble(0.9), Wrap32);
        Assert.Multiple(() =>
        {
            Assert.That(v, Is.EqualTo(new[] { 12, -3, -8, -400 }));          // 9 + 3, −3, −9 + 1, −400
            // 12/2; −1.5 goes up to −1; −4 saturates; −200
            Assert.That(w, Is.EqualTo(new short[] { 94, 201, 300, 32767, -32568, 7 }));
            Assert.That((changed, lost), Is.EqualTo((3L, 0L)));
        });
    }

    [Test]
    public void An_update_below_half_a_step_is_counted_as_rounded_away()
    {
        sbyte[] w = [5, 6];
        int[] g = [1, 0];
        Assert.That(DescentKernel.Run(w.AsSpan(), g.AsSpan(), [], 2, 2, FixedScale.FromDouble(0.4), default, Wrap32),
            Is.EqualTo((0L, 1L)));
    }

    [Test]
    public void The_gradient_of_cross_entropy_is_softmax_minus_one_hot_over_the_batch()
    {
        short[] logits = [0, 1000, 2000, -500, 0, 500];
        short[] dx = new short[6];
        CrossEntropyGradientKernel.Run(2, 3, 2, logits.AsSpan(), 1e-3, [2, 0], 1.0 / 32768, dx.AsSpan(), Wrap32);
        double[] expected = new double[6];
        for (int row = 0; row < 2; row++)
        {
            double[] exps = [.. logits[(3 * row)..(3 * (row + 1))].Select(x => Math.Exp(x * 1e-3))];
            for (int i = 0; i < 3; i++)
                expected[(3 * row) + i] = ((exps[i] / exps.Sum()) - (i == (row == 0 ? 2 : 0) ? 1 : 0)) / 2;
        }

        Assert.That(dx.Select(g => g / 32768.0), Is.EqualTo(expected).Within(2e-4));
    }

    [Test]
    public void A_maximum_gets_the_gradient_of_every_window_that_chose_it()
    {
        ConvolutionShape shape = new(1, 3, 3, 1, 2, 2, 2, 2, 1);
        sbyte[] x = [1, 2, 2, 1, 9, 2, 0, 0, 0], dy = [10, 20, 100, 90], dx = new sbyte[9], places = new sbyte[4],
            routed = new sbyte[9];
        PoolGradientKernel.Max(shape, dy.AsSpan(), x.AsSpan(), dx.AsSpan(), Wrap32);
        PoolGradientKernel.Places(shape, x.AsSpan(), places.AsSpan());
        PoolGradientKernel.Route(shape, dy.AsSpan(), places.AsSpan(), routed.AsSpan(), Wrap32);
        Assert.Multiple(() =>
        {
            Assert.That(dx, Is.EqualTo(new sbyte[] { 0, 0, 0, 0, 127, 0, 0, 0, 0 }), "220 saturates");
            Assert.That(places, Is.EqualTo(new sbyte[] { 3, 2, 1, 0 }));
            Assert.That(routed, Is.EqualTo(dx));
        });
    }

    [Test]
    public void A_mean_shares_its_gradient_among_the_pixels_that_lie_in_the_image()
    {
        ConvolutionShape shape = new(1, 3, 3, 1, 2, 2, 2, 2, 1, 2, 2); // a padded row below and a column to the right
        sbyte[] dy = [40, 40, -40, 100], dx = new sbyte[9];
        PoolGradientKernel.Average(shape, dy.AsSpan(), 1, dx.AsSpan(), Wrap32);
        Assert.That(dx, Is.EqualTo(new sbyte[] { 10, 10, 20, 10, 10, 20, -20, -20, 100 }));
    }

    [Test]
    public void Means_that_overlap_add_their_shares()
    {
        ConvolutionShape shape = new(1, 3, 3, 1, 2, 2, 2, 2, 1);
        sbyte[] dy = [40, 80, -40, 100], dx = new sbyte[9];
        PoolGradientKernel.AverageOverlapping(shape, dy.AsSpan(), 1, dx.AsSpan(), Wrap32);
        Assert.That(dx, Is.EqualTo(new sbyte[] { 10, 30, 20, 0, 45, 45, -10, 15, 25 }));
    }

    [Test]
    public void Sums_are_exact_and_clamped_to_32_bits()
    {
        sbyte[] x = [1, -2, 3, 127, 127, -1];
        int[] sums = new int[2];
        SumKernel.Run(x.AsSpan(), [0, 1, 0, 1, 0, 1], OutputStage.Raw, sums.AsSpan(), Wrap32);
        Assert.That(sums, Is.EqualTo(new[] { 131, 124 }));
    }

    [Test]
    public void A_rectifier_passes_a_gradient_where_its_result_is_positive()
    {
        sbyte[] dy = [1, -2, 3, 4], y = [5, 0, -1, 1], dx = new sbyte[4], signs = new sbyte[4];
        RectifierKernel.Gradient(dy.AsSpan(), y.AsSpan(), dx.AsSpan());
        RectifierKernel.Signs(y.AsSpan(), signs.AsSpan());
        Assert.That((dx, signs), Is.EqualTo((new sbyte[] { 1, 0, 0, 4 }, new sbyte[] { 1, 0, 0, 1 })));
    }

    [Test]
    public void A_rectifier_in_vectors_is_the_textbook_for_every_length(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat gradient,
        [Values(NumberFormat.Int8, NumberFormat.Int16, NumberFormat.Int32)] NumberFormat result)
    {
        System.Random random = new(1);
        for (int n = 0; n < 100; n++)
        {
            Operand dy = Any(gradient, n, random), y = Any(result, n, random);
            Operand dx = Any(gradient, n, random), expected = Any(gradient, n, random);
            RectifierKernel.Gradient(dy, y, dx);
            RectifierKernel.OneByOne(dy, y, expected);
            Assert.That(dx.Bytes.ToArray(), Is.EqualTo(expected.Bytes.ToArray()), $"{n} elements");
        }
    }

    [Test]
    public void Maxima_of_several_channels_take_their_gradients_each_its_own(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format)
    {
        ConvolutionShape shape = new(2, 5, 6, 3, 3, 2, 3, 4, 3, 2, 2, PadTop: 1, PadLeft: 1);
        System.Random random = new(2);
        Operand x = Any(format, (int)shape.InputCount, random), dy = Any(format, (int)shape.OutputCount, random),
            dx = Any(format, (int)shape.InputCount, random);
        sbyte[] places = new sbyte[shape.OutputCount];
        long[] sums = new long[shape.InputCount];
        for (int i = 0; i < shape.OutputCount; i++)
        {
            int channel = i % 3, ow = i / 3 % 4, oh = i / 12 % 3, image = i / 36, best = -1;
            for (int tap = 0; tap < 6; tap++)
            {
                int h = (2 * oh) - 1 + (tap / 2), w = (2 * ow) - 1 + (tap % 2);
                int at = h is < 0 or >= 5 || w is < 0 or >= 6 ? -1 : (((((image * 5) + h) * 6) + w) * 3) + channel;
                if (at >= 0 && (best < 0 || At(x, at) > At(x, best)))
                    (best, places[i]) = (at, (sbyte)tap);
            }

            sums[best] += At(dy, i);
        }

        sbyte[] found = new sbyte[shape.OutputCount];
        PoolGradientKernel.Places(shape, x, found.AsSpan());
        PoolGradientKernel.Max(shape, dy, x, dx, Wrap32);
        long[] routed = new long[sums.Length];
        for (int i = 0; i < routed.Length; i++)
            routed[i] = At(dx, i);
        Assert.Multiple(() =>
        {
            Assert.That(found, Is.EqualTo(places));
            Assert.That(routed, Is.EqualTo(sums.Select(v => Math.Clamp(v, format.MinValue(), format.MaxValue()))));
        });
    }

    private static long At(Operand operand, int i) =>
        operand.Format == NumberFormat.Int8 ? operand.As<sbyte>()[i] : operand.As<short>()[i];

    private static Operand Any(NumberFormat format, int count, System.Random random)
    {
        byte[] bytes = new byte[count * format.Bits() / 8];
        random.NextBytes(bytes);
        return new Operand(bytes, format);
    }
}
