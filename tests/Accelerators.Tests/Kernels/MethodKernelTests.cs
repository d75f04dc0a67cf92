using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

/// <summary>What the switches of forward-gradient methods add to perturbation and update.</summary>
public sealed class MethodKernelTests
{
    private const int Count = 3001;

    private static readonly NumericPolicy Plain = ElementwiseKernelTests.Policy(Requantization.Single, Rounding.HalfUp);

    private static readonly RandomAddress Address = new(3, 5, 1, 9);

    private static sbyte[] Draw(RandomAddress address, bool linearFeedback = false)
    {
        sbyte[] z = new sbyte[Count];
        Perturbation.Draw(address, 0, z, linearFeedback: linearFeedback);
        return z;
    }

    private static int[] Weights() => ElementwiseKernelTests.Draw(new RandomStream(5, "weights"), Count, NumberFormat.Int16);

    [Test]
    public void Random_bits_are_those_that_perturbations_are_made_of([Values] bool linearFeedback)
    {
        ushort[] bits = new ushort[Count];
        Perturbation.Bits(Address, 0, bits, linearFeedback);
        sbyte[] signs = new sbyte[Count];
        Perturbation.Draw(Address, 0, signs, PerturbationDistribution.Rademacher, linearFeedback);
        Assert.That(signs, Is.EqualTo(bits.Select(b => (sbyte)(b < 0x8000 ? 36 : -36))));
        ushort[] part = new ushort[100];
        Perturbation.Bits(Address, 777, part, linearFeedback);
        Assert.That(part, Is.EqualTo(bits.AsSpan(777, 100).ToArray()));
    }

    [Test]
    public void A_stored_mask_keeps_the_largest_magnitudes_and_the_first_of_equals()
    {
        byte[] bits = WeightMask.Largest([3, 1, 3, 5, 0, 3, 2, 1, 4], 4);
        float[] z = [1, 1, 1, 1, 1, 1, 1, 1, 1];
        WeightMask.Of(bits).Apply(0, z.AsSpan());
        Assert.That(z, Is.EqualTo(new float[] { 1, 0, 1, 1, 0, 0, 0, 0, 1 }));
        float[] later = [1, 1];
        WeightMask.Of(bits).Apply(7, later.AsSpan());
        Assert.That(later, Is.EqualTo(new float[] { 0, 1 }));
        Assert.That(WeightMask.AtLeast([3, 1, 3, 5, 0, 3, 2, 1, 4], 3), Is.EqualTo(new byte[] { 0b00101101, 1 }));
    }

    [Test]
    public void A_random_mask_keeps_its_share_and_is_the_same_wherever_it_begins([Values] bool linearFeedback)
    {
        WeightMask mask = WeightMask.Random(3, 9, 0.1, linearFeedback);
        sbyte[] all = [.. Enumerable.Repeat((sbyte)1, 100_000)];
        mask.Apply(0, all.AsSpan());
        Assert.That(all.Count(v => v != 0), Is.EqualTo(10_000).Within(300));
        sbyte[] part = [.. Enumerable.Repeat((sbyte)1, 500)];
        mask.Apply(1234, part.AsSpan());
        Assert.That(part, Is.EqualTo(all.AsSpan(1234, 500).ToArray()));
    }

    [Test]
    public void A_perturbation_at_a_neighbour_adds_both_directions_before_the_one_rounding()
    {
        int[] w = Weights();
        byte[] y = new byte[2 * Count];
        RandomAddress ascent = Address with { Direction = RandomAddress.AscentDirection };
        _ = PerturbKernel.Run(
            Integers.Operand(w, NumberFormat.Int16), [new(new(Address), -11), new(new(ascent), 7)],
            new Operand(y, NumberFormat.Int16), Plain);
        sbyte[] z = Draw(Address), up = Draw(ascent);
        FixedScale scale = FixedScale.FromDouble(Perturbation.Step);
        Assert.That(Integers.Read(y, NumberFormat.Int16), Is.EqualTo(w.Select((v, i) => Math.Clamp(
            ElementwiseKernelTests.Scale((v * 36L) - (11 * z[i]) + (7 * up[i]), scale, 0, Plain), short.MinValue,
            short.MaxValue))));
    }

    [Test]
    public void Stored_directions_and_masks_take_the_place_of_drawn_ones()
    {
        int[] w = Weights();
        sbyte[] z = Draw(Address);
        WeightMask mask = WeightMask.Random(1, 2, 0.5, false);
        byte[] drawn = new byte[2 * Count], stored = new byte[2 * Count];
        _ = PerturbKernel.Run(
            Integers.Operand(w, NumberFormat.Int16), [new(new(Address, Mask: mask), 9)],
            new Operand(drawn, NumberFormat.Int16), Plain);
        _ = PerturbKernel.Run(
            Integers.Operand(w, NumberFormat.Int16),
            [new(new(default, Stored: MemoryMarshal.AsBytes(z.AsSpan()).ToArray(), Mask: mask), 9)],
            new Operand(stored, NumberFormat.Int16), Plain);
        Assert.That(stored, Is.EqualTo(drawn));
    }

    [Test]
    public void Momentum_follows_its_formula([Values(1, 3)] int directions, [Values(0, 29491, 32767)] int momentum,
        [Values(0.001, 0.4, 30)] double factor)
    {
        FixedScale scale = FixedScale.FromDouble(factor / 256), mean = FixedScale.FromDouble(1.0 / directions);
        int[] w = Weights(), signs = [.. new[] { 1, -1, 1 }.Take(directions)];
        byte[] updated = Integers.Bytes(w, NumberFormat.Int16);
        short[] velocity = new short[Count];
        long[] expected = [.. w.Select(v => (long)v)];
        int[] v = new int[Count];
        for (uint step = 0; step < 3; step++)
        {
            PerturbationSource[] sources = [.. Enumerable.Range(0, directions)
                .Select(d => new PerturbationSource(new(3, step, (uint)d, 9)))];
            (long changed, long away) = UpdateKernel.Run(
                new Operand(updated, NumberFormat.Int16), sources, signs, scale, Plain, velocity, momentum);
            (long moved, long lost) = (0, 0);
            sbyte[][] z = [.. sources.Select(s => Draw(s.Address))];
            for (int i = 0; i < Count; i++)
            {
                long sum = z.Select((d, n) => signs[n] * d[i]).Sum();
                long g = directions == 1 ? sum : Math.Clamp(ElementwiseKernelTests.Scale(sum, mean, 0, Plain), -128, 127);
                v[i] = (int)(((v[i] * momentum) + (g * 256 * (32768 - momentum)) + 16384) >> 15);
                long delta = ElementwiseKernelTests.Scale(v[i], scale, 0, Plain);
                long next = Math.Clamp(expected[i] - delta, short.MinValue, short.MaxValue);
                moved += next != expected[i] ? 1 : 0;
                lost += v[i] != 0 && delta == 0 ? 1 : 0;
                expected[i] = next;
            }

            Assert.That((changed, away), Is.EqualTo((moved, lost)));
        }

        Assert.That(velocity.Select(x => (int)x), Is.EqualTo(v));
        Assert.That(Integers.Read(updated, NumberFormat.Int16), Is.EqualTo(expected));
    }

    [Test]
    public void Guided_sampling_follows_its_formula()
    {
        sbyte[] z = Draw(Address with { Tensor = 1 }), before = [.. z];
        (int a, int b, int c) = (GuidedKernel.Factor(0.35), GuidedKernel.Factor(0.5), GuidedKernel.Factor(1));
        GuidedKernel.Run(z, Address, (a, b, c), PerturbationDistribution.Normal, false);
        sbyte[] fresh = Draw(Address with { Direction = 1 | RandomAddress.GuidedFresh }),
            near = Draw(Address with { Direction = 1 | RandomAddress.GuidedNear });
        Assert.That(z, Is.EqualTo(before.Select((old, i) =>
            (sbyte)Math.Clamp(((a * fresh[i]) + (b * old) + (c * near[i]) + 8192) >> 14, -128, 127))));
    }

    [Test]
    public void The_ratio_of_norms_is_the_root_of_exact_sums()
    {
        int[] w = Weights();
        sbyte[] z = Draw(Address);
        FixedScale ratio = NormKernel.Run(Integers.Operand(w, NumberFormat.Int16), [new(Address)], [-1], Plain);
        double expected = Math.Sqrt(w.Sum(v => (double)v * v) / z.Sum(v => (double)v * v));
        Assert.That(ratio.ToDouble(), Is.EqualTo(expected).Within(expected / (1 << 29)));
        Assert.That(NormKernel.Run(Integers.Operand(new int[Count], NumberFormat.Int16), [new(Address)], [1], Plain),
            Is.EqualTo(default(FixedScale)));
        Assert.That(NormKernel.Run(Integers.Operand(w, NumberFormat.Int16), [new(Address)], [0], Plain),
            Is.EqualTo(default(FixedScale)));
    }

    [TestCase(1L, 1L)]
    [TestCase(2L, 1L)]
    [TestCase(4L, 1L)]
    [TestCase(1L, 3L)]
    [TestCase(1L, 1L << 61)]
    [TestCase(1L << 61, 1L)]
    [TestCase((1L << 61) - 1, (1L << 60) + 12345)]
    [TestCase(987_654_321_987L, 17L)]
    public void The_root_of_a_ratio_has_31_significant_bits_rounded_down(long numerator, long denominator)
    {
        FixedScale root = FixedScale.RootOfRatio(numerator, denominator);
        UInt128 square = (UInt128)(ulong)root.Multiplier * (ulong)root.Multiplier,
            next = (UInt128)(ulong)(root.Multiplier + 1L) * (ulong)(root.Multiplier + 1L);
        int k = 31 - root.Shift;
        UInt128 wanted = ((UInt128)numerator << (2 * k)) / (UInt128)denominator;
        Assert.That(root.Multiplier, Is.GreaterThanOrEqualTo(1 << 30));
        Assert.That((square <= wanted, wanted < next), Is.EqualTo((true, true)));
    }

    [Test]
    public void The_product_of_scales_is_that_of_their_factors()
    {
        foreach (double a in new[] { 1, 0.3, 1.9999999, 1e-4, 3e5 })
        {
            foreach (double b in new[] { 1, 0.7, 1.9999999, 2e-5, 100 })
            {
                FixedScale product = FixedScale.FromDouble(a).Times(FixedScale.FromDouble(b));
                Assert.That(product.ToDouble(), Is.EqualTo(a * b).Within(a * b / (1 << 29)), $"{a}·{b}");
            }
        }

        Assert.That(FixedScale.FromDouble(1e-9).Times(FixedScale.FromDouble(1e-9)), Is.EqualTo(default(FixedScale)));
        Assert.That(FixedScale.FromDouble(0.5).Times(default), Is.EqualTo(default(FixedScale)));
        Assert.That(FixedScale.FromDouble(1e9).Times(FixedScale.FromDouble(1e9)).ToDouble(), Is.EqualTo(1L << 30).Within(1));
    }
}
