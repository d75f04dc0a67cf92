using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Kernels;

/// <summary>Gradients of rows against their formulas in double precision, within the rounding of the result.</summary>
public class RowGradientTests
{
    private const int Rows = 6, Depth = 24;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));

    [TestCase(false)]
    [TestCase(true)]
    public void The_gradient_of_a_softmax_is_its_formula_rounded_once(bool wide)
    {
        System.Random random = new(5);
        sbyte[] dy = Bytes(random, Rows * Depth);
        double[] p = [.. Enumerable.Range(0, Rows).SelectMany(_ => Distribution(random))];
        sbyte[] narrow = [.. p.Select(v => (sbyte)(Math.Round(v * 256) - 128))];
        short[] y = [.. p.Select(v => (short)Math.Round(v * 32768))];
        double[] held = wide ? [.. y.Select(v => v / 32768.0)] : [.. narrow.Select(v => (v + 128) / 256.0)];
        short[] dx = new short[dy.Length];
        SoftmaxGradientKernel.Run(Rows, Depth, dy.AsSpan(), wide ? y.AsSpan() : narrow.AsSpan(), 64, dx.AsSpan(), Wrap32);
        for (int i = 0; i < dx.Length; i++)
        {
            int row = i / Depth * Depth;
            double sum = Enumerable.Range(row, Depth).Sum(j => dy[j] * held[j]);
            Assert.That(dx[i], Is.EqualTo(64 * held[i] * (dy[i] - sum)).Within(0.51));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void The_gradient_of_a_layer_normalisation_is_its_formula(bool wideGamma)
    {
        System.Random random = new(6);
        sbyte[] dy = Bytes(random, Rows * Depth), x = Bytes(random, Rows * Depth), small = Bytes(random, Depth);
        short[] large = [.. Enumerable.Range(0, Depth).Select(_ => (short)random.Next(-30000, 30001))];
        double[] gamma = [.. wideGamma ? large.Select(g => g / 256.0) : small.Select(g => (double)g)];
        short[] dx = new short[dy.Length];
        const double factor = 3;
        LayerNormGradientKernel.Input(Rows, Depth, dy.AsSpan(), x.AsSpan(), wideGamma ? large.AsSpan() : small.AsSpan(), 40,
            wideGamma ? factor / 256 : factor, dx.AsSpan(), Wrap32);
        for (int row = 0; row < Rows; row++)
        {
            (double[] n, double deviation) = Normalized(x, row);
            double[] g = [.. Enumerable.Range(0, Depth).Select(i => dy[(row * Depth) + i] * gamma[i])];
            double mean = g.Average(), along = g.Zip(n, (a, b) => a * b).Average();
            for (int i = 0; i < Depth; i++)
            {
                Assert.That(dx[(row * Depth) + i],
                    Is.EqualTo(factor * (g[i] - mean - (n[i] * along)) / deviation).Within(wideGamma ? 0.6 : 0.55));
            }
        }
    }

    [Test]
    public void The_gradient_of_its_gains_sums_the_products_with_what_it_normalised()
    {
        System.Random random = new(7);
        sbyte[] dy = Bytes(random, Rows * Depth), x = Bytes(random, Rows * Depth);
        int[] gradient = new int[Depth];
        LayerNormGradientKernel.Scale(Rows, Depth, dy.AsSpan(), x.AsSpan(), 40, gradient);
        double[] expected = new double[Depth];
        for (int row = 0; row < Rows; row++)
        {
            (double[] n, _) = Normalized(x, row);
            for (int i = 0; i < Depth; i++)
                expected[i] += dy[(row * Depth) + i] * n[i];
        }

        Assert.That(gradient.Select(v => v / 128.0), Is.EqualTo(expected).Within(0.05));
    }

    [Test]
    public void A_row_without_variance_has_no_gradient()
    {
        sbyte[] dy = [1, 2, 3], x = [5, 5, 5], gamma = [9, 9, 9], dx = [7, 7, 7];
        LayerNormGradientKernel.Input(1, 3, dy.AsSpan(), x.AsSpan(), gamma.AsSpan(), 0, 1, dx.AsSpan(), Wrap32);
        Assert.That(dx, Is.All.Zero);
    }

    [Test]
    public void A_rectifier_with_a_ceiling_passes_a_gradient_between_zero_and_the_ceiling_alone()
    {
        sbyte[] y = [-1, 0, 1, 99, 100, 101], dy = [10, 20, 30, 40, 50, 60], dx = new sbyte[6], signs = new sbyte[6];
        RectifierKernel.Gradient(dy.AsSpan(), y.AsSpan(), dx.AsSpan(), 100);
        RectifierKernel.Signs(y.AsSpan(), signs.AsSpan(), 100);
        Assert.That(dx, Is.EqualTo(new sbyte[] { 0, 0, 30, 40, 0, 0 }));
        Assert.That(signs, Is.EqualTo(new sbyte[] { 0, 0, 1, 1, 0, 0 }));
    }

    private static (double[] Normalized, double Deviation) Normalized(sbyte[] x, int row)
    {
        double[] values = [.. x[(row * Depth)..((row + 1) * Depth)].Select(v => (double)v)];
        double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) + 40);
        return ([.. values.Select(v => (v - mean) / deviation)], deviation);
    }

    private static double[] Distribution(System.Random random)
    {
        double[] weights = [.. Enumerable.Range(0, Depth).Select(_ => Math.Exp(3 * random.NextDouble()))];
        return [.. weights.Select(w => w / weights.Sum())];
    }

    private static sbyte[] Bytes(System.Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-127, 128))];
}
