using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Kernels;

/// <summary>A step of Frank–Wolfe in integers, along directions that are given.</summary>
public class FrankWolfeKernelTests
{
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly FixedScale OneHalf = FixedScale.FromDouble(0.5);

    private static PerturbationSource Given(params sbyte[] z) =>
        new(default, PerturbationDistribution.Normal, false, [.. z.Select(v => (byte)v)], null);

    // Half of the way to −8·sign(z), or of −8·sign(z) at the two largest |z|; weights that lie elsewhere go towards 0.
    [TestCase(5, new sbyte[] { -4, 4, -4, -4, 0 })]
    [TestCase(2, new sbyte[] { -4, 4, 0, 0, 0 })]
    [TestCase(1, new sbyte[] { 0, 4, 0, 0, 0 })]
    [TestCase(3, new sbyte[] { -4, 4, -4, 0, 0 })] // the first of two fives
    public void Weights_go_a_part_of_the_way_to_the_vertex(int entries, sbyte[] expected)
    {
        sbyte[] w = new sbyte[5];
        short[] way = new short[5];
        FrankWolfeKernel.Run(w.AsSpan(), [Given(10, -20, 5, 5, 0)], [1], [], 0, way, OneHalf, 8, entries, Wrap32);
        Assert.That(w, Is.EqualTo(expected));
        Assert.That(way, Is.EqualTo(expected.Select(v => (short)v)));
    }

    // The centre is where the weights began, whatever they are.
    [Test]
    public void The_way_is_that_from_the_first_weights()
    {
        sbyte[] w = [100, 50];
        short[] way = [4, -2];
        (long changed, long away) = FrankWolfeKernel.Run(w.AsSpan(), [Given(0, 0)], [1], [], 0, way, OneHalf, 8, 2, Wrap32);
        Assert.That((w, way, changed, away), Is.EqualTo((new sbyte[] { 98, 51 }, new short[] { 2, -1 }, 2L, 0L)));
    }

    [Test]
    public void What_saturates_did_not_go()
    {
        sbyte[] w = [126];
        short[] way = [0];
        FrankWolfeKernel.Run(w.AsSpan(), [Given(-1)], [1], [], 0, way, OneHalf, 8, 1, Wrap32);
        Assert.That((w[0], way[0]), Is.EqualTo((127, 1)));
    }

    // d = (0 · κ + 10 · 2⁸ · (2¹⁵ − κ) + 2¹⁴) ≫ 15 with κ = 2¹³: 1920; then (1920 · 2¹³ − 10 · 2⁸ · 3 · 2¹³ + 2¹⁴) ≫ 15 = −1440.
    [Test]
    public void The_vertex_is_that_of_the_running_mean()
    {
        short[] w = [0], mean = [0], way = [0];
        Step(1);
        Assert.That((mean[0], w[0]), Is.EqualTo((1920, -4)));
        Step(-1);
        Assert.That((mean[0], w[0]), Is.EqualTo((-1440, 2)));

        void Step(int sign) =>
            FrankWolfeKernel.Run(w.AsSpan(), [Given(10)], [sign], mean, 1 << 13, way, OneHalf, 8, 1, Wrap32);
    }

    [Test]
    public void About_0_weights_without_an_estimate_shrink()
    {
        sbyte[] w = [40, -20, 7];
        FrankWolfeKernel.Run(w.AsSpan(), [Given(0, 0, -1)], [1], [], 0, [], OneHalf, 65, 3, Wrap32);
        Assert.That(w, Is.EqualTo(new sbyte[] { 20, -10, 36 })); // 7 + (65 − 7)/2
    }

    [Test]
    public void Weights_that_should_have_moved_and_stayed_are_counted()
    {
        sbyte[] w = [0, 0, 0];
        short[] way = [0, 0, 0];
        (long changed, long away) = FrankWolfeKernel.Run(w.AsSpan(), [Given(1, 0, -1)], [1], [], 0, way,
            FixedScale.FromDouble(0.1), 4, 3, Wrap32);
        Assert.That((changed, away), Is.EqualTo((0L, 2L)));
    }
}
