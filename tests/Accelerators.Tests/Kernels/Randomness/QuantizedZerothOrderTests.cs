using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels.Randomness;

/// <summary>Estimates with a magnitude in integers, and steps that are rounded at random.</summary>
public sealed class QuantizedZerothOrderTests
{
    private const int Count = 3001;

    private static readonly NumericPolicy Plain = ElementwiseKernelTests.Policy(Requantization.Single, Rounding.HalfUp);
    private static readonly RandomAddress Address = new(3, 5, 1, 9);

    [TestCase(new long[] { 7, -3 }, new[] { 7, -3 }, 0)]
    [TestCase(new long[] { 32768, -1 }, new[] { 16384, -1 }, 1)] // −0.5 goes away from zero
    [TestCase(new long[] { 65535, 3 }, new[] { 32768, 2 }, 1)] // a half more than fits rounds up to 2¹⁵
    [TestCase(new long[] { -(1L << 40), 1L << 39 }, new[] { -16384, 8192 }, 26)]
    [TestCase(new long[] { 0 }, new[] { 0 }, 0)]
    public void Differences_become_factors_of_fifteen_bits_with_one_exponent(long[] differences, int[] expected, int exponent)
    {
        int[] factors = new int[differences.Length];
        Assert.That(LossFactors.Normalize(differences, factors), Is.EqualTo(exponent));
        Assert.That(factors, Is.EqualTo(expected));
    }

    [TestCase(1, 15)]
    [TestCase(256, 15)]
    [TestCase(257, 14)]
    [TestCase(1000, 13)]
    [TestCase(65536, 7)]
    public void A_sum_of_as_many_products_as_there_are_directions_fits_32_bits(int directions, int bits)
    {
        Assert.That(LossFactors.BitsFor(directions), Is.EqualTo(bits));
        Assert.That((long)directions * 128 << bits, Is.LessThan(1L << 31));
    }

    [Test]
    public void The_spread_is_the_standard_deviation_of_the_factors()
    {
        int[] factors = [700, -20, 31000, 4];
        double mean = factors.Average(), deviation = Math.Sqrt(factors.Sum(f => (f - mean) * (f - mean)) / 3);
        Assert.That(LossFactors.InverseSpread(factors).ToDouble(), Is.EqualTo(1 / deviation).Within(1e-8 / deviation));
        Assert.That(LossFactors.InverseSpread([5, 5, 5]), Is.EqualTo(default(FixedScale)));
    }

    [Test]
    public void A_sum_of_directions_with_factors_is_rounded_once(
        [Values(1, 3)] int directions, [Values(1e-6, 3e-5, 0.02)] double factor,
        [Values(Rounding.Floor, Rounding.HalfUp, Rounding.HalfAway)] Rounding rounding)
    {
        NumericPolicy policy = ElementwiseKernelTests.Policy(Requantization.Single, rounding);
        int[] w = ElementwiseKernelTests.Draw(new RandomStream(5, "weights"), Count, NumberFormat.Int16);
        int[] factors = [.. new[] { -32768, 12345, 1 }.Take(directions)];
        FixedScale scale = FixedScale.FromDouble(factor);
        PerturbationSource[] sources =
            [.. Enumerable.Range(0, directions).Select(d => new PerturbationSource(Address with { Direction = (uint)d }))];
        byte[] updated = Integers.Bytes(w, NumberFormat.Int16);
        _ = UpdateKernel.Run(new Operand(updated, NumberFormat.Int16), sources, factors, scale, policy,
            form: new UpdateForm(IsSum: true));
        sbyte[][] z = [.. sources.Select(s => Draw(s.Address))];
        Assert.That(Integers.Read(updated, NumberFormat.Int16), Is.EqualTo(w.Select((v, i) =>
        {
            int g = z.Select((d, n) => factors[n] * d[i]).Sum();
            return Math.Clamp(v - ElementwiseKernelTests.Scale(g, scale, 0, policy), short.MinValue,
                short.MaxValue);
        })));
    }

    [Test]
    public void A_perturbation_rounded_at_random_is_alike_for_both_signs_and_follows_its_formula(
        [Values(NumberFormat.Int4, NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format, [Values(1, 4, 32)] int bits)
    {
        int[] w = ElementwiseKernelTests.Draw(new RandomStream(5, "weights"), Count, format);
        FixedScale scale = FixedScale.FromDouble(0.3 * Perturbation.Step);
        RandomAddress address = Address with { DroppedBits = 32 - bits };
        sbyte[] z = Draw(Address);
        foreach (int sign in new[] { 1, -1 })
        {
            byte[] y = Integers.Bytes(new int[Count], format);
            _ = StochasticPerturbKernel.Run(Integers.Operand(w, format), [new(new(address), sign)], scale,
                new Operand(y, format), Plain);
            Assert.That(Integers.Read(y, format), Is.EqualTo(w.Select((v, i) =>
            {
                // The top bits of the random word, then zeros: the lowest bits of what is dropped never carry alone.
                long random = Address.Noise(i, 2) >> (32 - bits) << (32 - bits);
                int shift = 31 - scale.Shift;
                long delta = (((long)z[i] * scale.Multiplier) + (shift <= 32 ? random >> (32 - shift) : random << (shift - 32)))
                    >> shift;
                return Math.Clamp(v + (sign * delta), format.MinValue(), format.MaxValue());
            })));
        }
    }

    // A tenth of a step of w: rounded to nearest it would never move.
    [Test]
    public void Steps_below_half_a_weight_keep_their_mean_and_two_roundings_their_independence()
    {
        const int Draws = 4000;
        FixedScale scale = FixedScale.FromDouble(0.1 * Perturbation.Step);
        int[] zero = new int[64];
        double[] first = new double[64], second = new double[64], products = new double[64];
        sbyte[] z = [.. Enumerable.Range(0, 64).Select(i => (sbyte)(i - 32))];
        byte[] stored = System.Runtime.InteropServices.MemoryMarshal.AsBytes(z.AsSpan()).ToArray();
        for (uint step = 0; step < Draws; step++)
        {
            PerturbationSource source = new(Address with { Step = step }, Stored: stored);
            byte[] up = Integers.Bytes(zero, NumberFormat.Int8), down = Integers.Bytes(zero, NumberFormat.Int8);
            _ = StochasticPerturbKernel.Run(Integers.Operand(zero, NumberFormat.Int8), [new(source, 1)], scale,
                new Operand(up, NumberFormat.Int8), Plain);
            _ = UpdateKernel.Run(new Operand(down, NumberFormat.Int8), [source], [-1], scale,
                Plain.RoundedAtRandom(), form: new UpdateForm(IsSum: true));
            for (int i = 0; i < 64; i++)
            {
                (int a, int b) = ((sbyte)up[i], (sbyte)down[i]);
                (first[i], second[i], products[i]) = (first[i] + a, second[i] + b, products[i] + (a * b));
            }
        }

        for (int i = 0; i < 64; i++)
        {
            double mean = z[i] * 0.1 * Perturbation.Step, share = Math.Abs(mean), variance = share * (1 - share);
            Assert.That(first[i] / Draws, Is.EqualTo(mean).Within((4.5 * Math.Sqrt(variance / Draws)) + 1e-9), $"{i}");
            Assert.That(second[i] / Draws, Is.EqualTo(mean).Within((4.5 * Math.Sqrt(variance / Draws)) + 1e-9), $"{i}");
            // Of one rounding used twice the mean of the product would be |mean|, ten times as much and more
            Assert.That(products[i] / Draws, Is.EqualTo(mean * mean).Within((4.5 * share / Math.Sqrt(Draws)) + 1e-9), $"{i}");
        }
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        byte[] w = new byte[4];
        Assert.Multiple(() =>
        {
            Assert.That(() => Update(new UpdateForm(FractionBits: 1, IsSum: true), [1]), Throws.ArgumentException);
            Assert.That(() => Update(new UpdateForm(IsSum: true), [1 << 24]), Throws.ArgumentException);
        });

        void Update(UpdateForm form, int[] factors) => UpdateKernel.Run(new Operand(w, NumberFormat.Int8),
            [new(Address)], factors, FixedScale.FromDouble(1e-3), Plain, form: form);
    }

    private static sbyte[] Draw(RandomAddress address)
    {
        sbyte[] z = new sbyte[Count];
        Perturbation.Draw(address, 0, z);
        return z;
    }
}
