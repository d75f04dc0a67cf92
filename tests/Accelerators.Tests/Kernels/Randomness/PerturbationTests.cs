using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class PerturbationTests
{
    private static readonly RandomAddress Address = new(0x1234_5678_9ABC_DEF0, 7, 2, 19);

    [Test]
    public void Every_element_is_the_same_wherever_a_draw_begins([Values] bool linearFeedback,
        [Values] PerturbationDistribution distribution)
    {
        sbyte[] all = new sbyte[3000];
        Perturbation.Draw(Address, 0, all, distribution, linearFeedback);
        foreach ((int first, int length) in new[] { (0, 1), (5, 7), (8, 1000), (128, 256), (1023, 1500), (2999, 1) })
        {
            sbyte[] part = new sbyte[length];
            Perturbation.Draw(Address, first, part, distribution, linearFeedback);
            Assert.That(part, Is.EqualTo(all.AsSpan(first, length).ToArray()), $"from {first}");
        }
    }

    [Test]
    public void The_normal_has_the_moments_of_a_normal_clamped_at_three_and_a_half([Values] bool linearFeedback)
    {
        sbyte[] z = new sbyte[400_000];
        Perturbation.Draw(Address, 0, z, linearFeedback: linearFeedback);
        double[] x = [.. z.Select(v => v * Perturbation.Step)];
        Assert.That(x.Average(), Is.EqualTo(0).Within(0.007));
        Assert.That(x.Average(v => v * v), Is.EqualTo(1).Within(0.01));
        Assert.That(x.Average(v => v * v * v * v), Is.EqualTo(3).Within(0.06));
        Assert.That(z.Min(), Is.EqualTo(-127));
        Assert.That(z.Max(), Is.EqualTo(127));
    }

    [Test]
    public void Rademacher_draws_are_plus_or_minus_one_in_equal_parts()
    {
        sbyte[] z = new sbyte[100_000];
        Perturbation.Draw(Address, 0, z, PerturbationDistribution.Rademacher);
        Assert.That(z.Distinct(), Is.EquivalentTo(new sbyte[] { -36, 36 }));
        Assert.That(z.Average(v => (double)v), Is.EqualTo(0).Within(0.5));
    }

    [Test]
    public void Directions_steps_tensors_and_seeds_are_different_draws()
    {
        sbyte[][] draws = [.. new[]
        {
            Address, Address with { Seed = 1 }, Address with { Step = 8 }, Address with { Direction = 3 },
                Address with { Tensor = 20 },
        }.Select(a =>
        {
            sbyte[] z = new sbyte[64];
            Perturbation.Draw(a, 0, z);
            return z;
        })];
        for (int i = 0; i < draws.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.That(draws[i], Is.Not.EqualTo(draws[j]));
        }
    }

    [Test]
    public void Perturbed_weights_follow_the_formula(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format,
        [Values(1, -1)] int sign,
        [Values] bool exactOne,
        [Values(Rounding.HalfUp, Rounding.HalfEven)] Rounding rounding)
    {
        const int N = 20_000, Epsilon = 11;
        NumericPolicy policy = ElementwiseKernelTests.Policy(Requantization.Single, rounding);
        int[] w = ElementwiseKernelTests.Draw(new RandomStream(4, "weights"), N, format);
        byte[] y = Integers.Bytes(new int[N], format);
        OverflowCount count = PerturbKernel.Run(
            Integers.Operand(w, format), Address, sign, Epsilon, new Operand(y, format), policy, exactOne: exactOne);
        FixedScale scale = FixedScale.FromDouble(exactOne ? 1.0 / 36 : 3.5 / 127);
        sbyte[] z = new sbyte[N];
        Perturbation.Draw(Address, 0, z);
        long clipped = 0;
        long[] expected = [.. w.Select((v, i) =>
        {
            long exact = ElementwiseKernelTests.Scale((v * 36L) + (sign * Epsilon * z[i]), scale, 0, policy);
            long narrowed = Math.Clamp(exact, format.MinValue(), format.MaxValue());
            clipped += exact == narrowed ? 0 : 1;
            return narrowed;
        })];
        Assert.That(Integers.Read(y, format), Is.EqualTo(expected));
        Assert.That(count, Is.EqualTo(new OverflowCount(N, 0, clipped)));
    }

    [Test]
    public void Without_perturbation_one_thirty_sixth_returns_the_weights_and_the_published_step_shrinks_them()
    {
        short[] w = [1000, -1000, 32767], exact = new short[3], published = new short[3];
        NumericPolicy policy = ElementwiseKernelTests.Policy(Requantization.Single, Rounding.HalfUp);
        _ = PerturbKernel.Run(w.AsSpan(), Address, 1, 0, exact.AsSpan(), policy, exactOne: true);
        _ = PerturbKernel.Run(w.AsSpan(), Address, 1, 0, published.AsSpan(), policy);
        Assert.That(exact, Is.EqualTo(w));
        Assert.That(published, Is.EqualTo(new short[] { 992, -992, 32509 }));
    }

    [Test]
    public void An_update_follows_the_formula(
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format, [Values(1, 3, 4)] int directions, [Values(0.004,
            0.3, 40)] double factor)
    {
        const int N = 5000;
        NumericPolicy policy = ElementwiseKernelTests.Policy(Requantization.Single, Rounding.HalfUp);
        int[] w = ElementwiseKernelTests.Draw(new RandomStream(5, "weights"), N, format);
        int[] signs = [.. Enumerable.Range(0, directions).Select(d => (d % 3) - 1 == 0 ? 1 : (d % 3) - 1)];
        FixedScale scale = FixedScale.FromDouble(factor), mean = FixedScale.FromDouble(1.0 / directions);
        byte[] updated = Integers.Bytes(w, format);
        (long changed, long away) = UpdateKernel.Run(new Operand(updated, format), 9, 8, 7, signs, scale, policy);
        int[] sums = new int[N];
        for (int d = 0; d < directions; d++)
        {
            sbyte[] z = new sbyte[N];
            Perturbation.Draw(new RandomAddress(9, 8, (uint)d, 7), 0, z);
            for (int i = 0; i < N; i++)
                sums[i] += signs[d] * z[i];
        }

        long expectedChanged = 0, expectedAway = 0;
        long[] expected = [.. w.Select((v, i) =>
        {
            long g = directions == 1 ? sums[i] : Math.Clamp(ElementwiseKernelTests.Scale(sums[i], mean, 0, policy), -128, 127);
            long delta = ElementwiseKernelTests.Scale(g, scale, 0, policy);
            long next = Math.Clamp(v - delta, format.MinValue(), format.MaxValue());
            expectedChanged += next == v ? 0 : 1;
            expectedAway += g != 0 && delta == 0 ? 1 : 0;
            return next;
        })];
        Assert.That(Integers.Read(updated, format), Is.EqualTo(expected));
        Assert.That((changed, away), Is.EqualTo((expectedChanged, expectedAway)));
    }
}
