using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.OpenCl;

namespace NpuSim.Accelerators.Tests.OpenCl;

/// <summary>Kernels that draw directions: perturbation, update, norms and guiding, from every kind of source.</summary>
public sealed class DirectionTests
{
    private const NumberFormat Int4 = NumberFormat.Int4, Int8 = NumberFormat.Int8, Int16 = NumberFormat.Int16,
        Int32 = NumberFormat.Int32;

    private static readonly RandomAddress Address = LayerTests.Noise;

    /// <summary>How a direction may come about.</summary>
    public enum Kind
    {
        Philox,
        LinearFeedback,
        Rademacher,
        Stored,
        StoredMask,
        RandomMask,
        LinearFeedbackMask,
        StoredWithMask,
    }

    /// <summary>Elements of a tensor.</summary>
    public int Length { get; init; } = 1003;

    private static IEnumerable<NumericPolicy> Policies => LayerTests.Policies;

    [Test]
    public void Perturbed_weights_are_those_of_the_processor([ValueSource(nameof(Policies))] NumericPolicy policy,
        [Values] bool exactOne)
    {
        using Bench bench = new(policy);
        foreach (Kind kind in Enum.GetValues<Kind>())
        {
            foreach (NumberFormat format in new[] { Int4, Int8, Int16 })
            {
                foreach ((int count, int steps) in new[] { (1, 3), (Length, -9), (130, 1 << 23), (64, 0) })
                {
                    (PerturbationSource source, DeviceSource there) = Sources(bench, kind, count, 1)[0];
                    byte[] w = LayerTests.Draw("w", count, format), expected = new byte[w.Length];
                    OverflowCount counted = PerturbKernel.Run(
                        new Operand(w, format), [new(source, steps)], new Operand(expected, format), policy, exactOne);
                    DeviceOperand y = bench.Put(new byte[w.Length], format);
                    OverflowCount got = bench.Count(() => bench.Kernels.Perturb(
                        bench.Put(w, format), [(there, steps)], y, 1, exactOne));
                    LayerTests.Check(bench, y, expected, got, counted);
                }
            }
        }
    }

    [Test]
    public void Weights_at_a_neighbour_are_those_of_the_processor([ValueSource(nameof(Policies))] NumericPolicy policy)
    {
        using Bench bench = new(policy);
        foreach (Kind kind in Enum.GetValues<Kind>())
        {
            (PerturbationSource own, DeviceSource there) = Sources(bench, kind, Length, 1)[0];
            PerturbationSource ascent = new(Address with { Direction = RandomAddress.AscentDirection }, Mask: own.Mask);
            foreach (NumberFormat format in new[] { Int4, Int8, Int16 })
            {
                byte[] w = LayerTests.Draw("w", Length, format), expected = new byte[w.Length];
                OverflowCount counted = PerturbKernel.Run(
                    new Operand(w, format), [new(own, -7), new(ascent, 1 << 23)], new Operand(expected, format), policy);
                DeviceOperand y = bench.Put(new byte[w.Length], format);
                OverflowCount got = bench.Count(() => bench.Kernels.Perturb(
                    bench.Put(w, format), [(there, -7), (new DeviceSource(ascent, default, there.Mask), 1 << 23)], y, 1));
                LayerTests.Check(bench, y, expected, got, counted);
            }
        }
    }

    [Test]
    public void A_part_of_perturbed_weights_is_that_of_the_whole([Values] Rounding rounding, [Values] Kind kind)
    {
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Wrap), rounding);
        using Bench bench = new(policy);
        (PerturbationSource source, DeviceSource there) = Sources(bench, kind, 5000, 1)[0];
        foreach (NumberFormat format in new[] { Int4, Int8, Int16 })
        {
            byte[] w = LayerTests.Draw("w", 5000, format), whole = new byte[w.Length];
            _ = PerturbKernel.Run(new Operand(w, format), [new(source, -9)], new Operand(whole, format), policy);
            DeviceOperand all = bench.Put(w, format);
            foreach ((int first, int count) in new[] { (0, 32), (8, 0), (32, 4003), (13, 2), (4003, 997) })
            {
                int size = IntegerAccess.Bytes(format), end = (first + count) * size;
                byte[] expected = new byte[count * size];
                OverflowCount counted = PerturbKernel.Run(
                    new Operand(w.AsSpan()[(first * size)..end], format), [new(source, -9)], new Operand(expected, format),
                    policy, first: first);
                Assert.That(expected, Is.EqualTo(whole[(first * size)..end]));
                DeviceOperand y = bench.Put(w, format) with { Offset = 16, Count = count };
                OverflowCount got = bench.Count(() => bench.Kernels.Perturb(
                    all with { Offset = first * size, Count = count }, [(there, -9)], y, 1, first: first, whole: 5000));
                LayerTests.Check(bench, y, expected, got, counted);
            }
        }
    }

    [Test]
    public void Updated_weights_are_those_of_the_processor([ValueSource(nameof(Policies))] NumericPolicy policy,
        [Values(-1, 0, 29491, 32767)] int momentum)
    {
        using Bench bench = new(policy);
        foreach (Kind kind in Enum.GetValues<Kind>())
        {
            foreach (NumberFormat format in new[] { Int4, Int8, Int16, Int32 })
            {
                foreach (int[] signs in new int[][] { [1], [0], [-1, 0, 1, -1, 1] })
                {
                    byte[] w = LayerTests.Draw("w", Length, format), v = momentum < 0 ? [] : LayerTests.Draw("v", Length, Int16);
                    DeviceOperand onDevice = bench.Put(w, format), running = momentum < 0 ? default : bench.Put(v, Int16);
                    (PerturbationSource Here, DeviceSource There)[] sources = Sources(bench, kind, Length, signs.Length);
                    FixedScale scale = FixedScale.FromDouble(momentum < 0 ? 0.02 : 0.02 / 256);
                    (long changed, long lost) = UpdateKernel.Run(
                        new Operand(w, format), [.. sources.Select(s => s.Here)], signs, scale, policy,
                        MemoryMarshal.Cast<byte, short>(v.AsSpan()),
                        Math.Max(0, momentum));
                    (long Changed, long RoundedAway) got = bench.CountUpdates(() => bench.Kernels.Update(
                        onDevice, [.. sources.Select(s => s.There)], (ReadOnlySpan<int>)signs, scale, running,
                        Math.Max(0, momentum)));
                    LayerTests.Check(bench, onDevice, w);
                    Assert.That(got, Is.EqualTo((changed, lost)));
                    if (momentum >= 0)
                        LayerTests.Check(bench, running, v);
                }
            }
        }
    }

    [TestCase(1)]
    [TestCase(5)]
    public void Fewer_random_bits_are_those_of_the_processor(int bits)
    {
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Wrap), Rounding.Stochastic, RandomBits: bits);
        using Bench bench = new(policy);
        byte[] w = LayerTests.Draw("w", Length, Int16), expected = new byte[w.Length], all = new byte[w.Length];
        RandomAddress few = Address with { DroppedBits = 32 - bits };
        OverflowCount counted = PerturbKernel.Run(
            new Operand(w, Int16), [new(new(few), 9)], new Operand(expected, Int16), policy);
        _ = PerturbKernel.Run(new Operand(w, Int16), [new(new(Address), 9)], new Operand(all, Int16), policy);
        Assert.That(expected, Is.Not.EqualTo(all));
        DeviceOperand y = bench.Put(new byte[w.Length], Int16);
        OverflowCount got = bench.Count(() => bench.Kernels.Perturb(
            bench.Put(w, Int16), [(new DeviceSource(new(few)), 9)], y, 1));
        LayerTests.Check(bench, y, expected, got, counted);
    }

    [Test]
    public void Sums_with_factors_are_those_of_the_processor([ValueSource(nameof(Policies))] NumericPolicy policy)
    {
        using Bench bench = new(policy);
        foreach (NumberFormat format in new[] { Int4, Int8, Int16 })
        {
            foreach (int[] factors in new int[][] { [-32768], [12345, 0, -32767, 1] })
            {
                byte[] w = LayerTests.Draw("w", Length, format);
                DeviceOperand onDevice = bench.Put(w, format);
                (PerturbationSource Here, DeviceSource There)[] sources = Sources(bench, Kind.Philox, Length, factors.Length);
                FixedScale scale = FixedScale.FromDouble(2e-5);
                (long, long) expected = UpdateKernel.Run(new Operand(w, format), [.. sources.Select(s => s.Here)], factors, scale,
                    policy, form: new UpdateForm(IsSum: true));
                (long Changed, long RoundedAway) got = bench.CountUpdates(() => bench.Kernels.Update(
                    onDevice, [.. sources.Select(s => s.There)], (ReadOnlySpan<int>)factors, scale, isSum: true));
                LayerTests.Check(bench, onDevice, w);
                Assert.That(got, Is.EqualTo(expected));
            }
        }
    }

    [Test]
    public void Ratios_of_norms_are_those_of_the_processor([ValueSource(nameof(Policies))] NumericPolicy policy)
    {
        using Bench bench = new(policy);
        foreach (Kind kind in Enum.GetValues<Kind>())
        {
            foreach (NumberFormat format in new[] { Int4, Int8, Int16 })
            {
                foreach ((int count, int[] signs) in new (int, int[])[] { (1, [1]), ((40 * Length) + 3, [-1, 0, 1]), (9, [0]) })
                {
                    byte[] w = LayerTests.Draw("w", count, format);
                    (PerturbationSource Here, DeviceSource There)[] sources = Sources(bench, kind, count, signs.Length);
                    FixedScale expected = NormKernel.Run(new Operand(w, format), [.. sources.Select(s => s.Here)], signs, policy);
                    FixedScale got = bench.Kernels.NormRatio(bench.Put(w, format), [.. sources.Select(s => s.There)], signs);
                    Assert.That(got, Is.EqualTo(expected), $"{kind} {format} {count}");
                }
            }
        }
    }

    [Test]
    public void Sums_of_squares_carry_beyond_32_bits()
    {
        using Bench bench = new(Policies.First());
        byte[] w = new byte[2 * 70001];
        MemoryMarshal.Cast<byte, short>(w.AsSpan()).Fill(short.MinValue);
        PerturbationSource z = new(Address, PerturbationDistribution.Rademacher);
        FixedScale expected = NormKernel.Run(new Operand(w, Int16), [z], [1], Policies.First());
        Assert.That(bench.Kernels.NormRatio(bench.Put(w, Int16), (ReadOnlySpan<DeviceSource>)[z], [1]), Is.EqualTo(expected));
        Assert.That(expected.ToDouble(), Is.EqualTo(32768.0 / 36).Within(1e-3), "what it is");
    }

    [Test]
    public void Guided_directions_are_those_of_the_processor([Values] PerturbationDistribution distribution,
        [Values] bool linearFeedback)
    {
        using Bench bench = new(Policies.First());
        foreach ((int, int, int) factors in new[] { (11585, 0, 0), (8192, 4915, 3475), (1 << 14, 1 << 14, 1 << 14) })
        {
            byte[] z = LayerTests.Draw("z", 2003, Int8);
            DeviceOperand onDevice = bench.Put(z, Int8);
            GuidedKernel.Run(MemoryMarshal.Cast<byte, sbyte>(z.AsSpan()), Address, factors, distribution, linearFeedback);
            bench.Kernels.Guide(onDevice, Address, factors, distribution, linearFeedback);
            LayerTests.Check(bench, onDevice, z);
        }
    }

    [Test]
    public void Stored_parts_that_do_not_fit_are_refused()
    {
        using Bench bench = new(Policies.First());
        DeviceOperand w = bench.Put(new byte[16], Int8), z = bench.Put(new byte[16], Int8), mask = bench.Put(new byte[2], Int8);
        PerturbationSource stored = new(Address, Stored: new byte[16]),
            masked = stored with { Mask = WeightMask.Of(new byte[2]) };
        Refused(new DeviceSource(stored));
        Refused(new DeviceSource(stored, z with { Count = 15 }));
        Refused(new DeviceSource(masked, z));
        Refused(new DeviceSource(masked, z, mask));
        Refused(new PerturbationSource(Address, Mask: WeightMask.Random(1, 2, 0.5, false)));

        void Refused(DeviceSource source) => Assert.That(
            () => bench.Count(() => bench.Kernels.Perturb(w, [(source, 1)], w, 1)), Throws.ArgumentException);
    }

    // Directions as the processor has them and as a device does, their stored parts one after another in one buffer.
    private static (PerturbationSource Here, DeviceSource There)[] Sources(Bench bench, Kind kind, int count, int directions)
    {
        int stride = ((count + 63) / 64 * 64) + 64, bits = (count + 7) / 8;
        byte[] state = LayerTests.Draw("state", (directions + 1) * stride, Int8), mask = state[..bits];
        DeviceOperand all = kind is Kind.Stored or Kind.StoredMask or Kind.StoredWithMask ? bench.Put(state, Int8) : default;
        WeightMask? chosen = kind switch
        {
            Kind.StoredMask or Kind.StoredWithMask => WeightMask.Of(mask),
            Kind.RandomMask => WeightMask.Random(Address.Seed, Address.Tensor, 0.3, linearFeedback: false),
            Kind.LinearFeedbackMask => WeightMask.Random(Address.Seed, Address.Tensor, 0.9, linearFeedback: true),
            _ => null,
        };
        return [.. Enumerable.Range(0, directions).Select(d =>
        {
            int at = (d + 1) * stride;
            bool isStored = kind is Kind.Stored or Kind.StoredWithMask;
            PerturbationSource here = new(
                Address with { Direction = (uint)d },
                kind == Kind.Rademacher ? PerturbationDistribution.Rademacher : PerturbationDistribution.Normal,
                kind == Kind.LinearFeedback,
                isStored ? state[at..(at + count)] : null, chosen);
            return (here, new DeviceSource(
                here, isStored ? all with { Offset = at, Count = count } : default,
                chosen?.Stored is null ? default : all with { Offset = 0, Count = bits }));
        })];
    }
}
