using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed unsafe class OutputWriterTests
{
    private static readonly Rounding[] Deterministic =
        [Rounding.Floor, Rounding.Truncate, Rounding.HalfUp, Rounding.HalfAway, Rounding.HalfEven];

    [Test]
    public void Wide_accumulators_scale_as_unbounded_integers_do(
        [Values(Requantization.Single, Requantization.Double)] Requantization variant,
        [ValueSource(nameof(Deterministic))] Rounding rounding,
        [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format,
        [Values(false, true)] bool perChannel)
    {
        RandomStream random = new(11, $"{variant} {rounding} {format} {perChannel}");
        NumericPolicy policy = new(new AccumulatorPolicy(64, Overflow.Saturate), rounding, variant);
        for (int shift = 0; shift >= -31; shift--)
        {
            const int Count = 37;
            FixedScale[] scales = [.. Enumerable.Range(0, perChannel ? Count : 1).Select(_ =>
                new FixedScale((1 << 30) + random.NextInt32(1 << 30),
                    Math.Max(-31, shift - random.NextInt32(perChannel ? 3 : 1))))];
            OutputStage stage = new(scales, outputZeroPoint: -3, minimum: -100);
            long[] sums = [.. Enumerable.Range(0, Count).Select(i => Near(random, stage.Scale(i), format, i))];
            byte[] y = new byte[Count * format.Bits() / 8];
            long clipped, expected = 0;
            fixed (long* from = sums)
            fixed (byte* to = y)
                clipped = OutputWriter.For(policy, stage, format, default).Scale(from, Count, to, 0);
            long[] wanted = new long[Count];
            for (int i = 0; i < Count; i++)
            {
                long exact = RequantizeReference.Run(sums[i], stage.Scale(i), stage.OutputZeroPoint, policy);
                long narrowed = Math.Clamp(exact, format.MinValue(), format.MaxValue());
                expected += narrowed == exact ? 0 : 1;
                wanted[i] = Math.Max(narrowed, stage.Minimum);
            }

            Assert.That(Integers.Read(y, format), Is.EqualTo(wanted), $"shift {shift}");
            Assert.That(clipped, Is.EqualTo(expected), $"shift {shift}");
        }
    }

    [Test]
    public void Sums_scaled_in_binary32_are_converted_multiplied_and_rounded_to_even_one_by_one(
        [Values(false, true)] bool zeroPointFirst, [Values(NumberFormat.Int8, NumberFormat.Int16)] NumberFormat format,
        [Values(false, true)] bool perChannel, [Values(false, true)] bool wide)
    {
        RandomStream random = new(12, $"{zeroPointFirst} {format} {perChannel} {wide}");
        NumericPolicy policy = new(new AccumulatorPolicy(wide ? 48 : 32, Overflow.Saturate), Rounding.HalfEven,
            Requantization.Float32,
            ZeroPointBeforeRounding: zeroPointFirst);
        for (int shift = 6; shift >= -31; shift--)
        {
            const int Count = 37, Room = 16;
            FixedScale[] scales = [.. Enumerable.Range(0, perChannel ? Count : 1).Select(_ =>
                new FixedScale((1 << 30) + random.NextInt32(1 << 30),
                    Math.Max(-31, shift - random.NextInt32(perChannel ? 3 : 1))))];
            OutputStage stage = new(scales, outputZeroPoint: -3, minimum: -100, maximum: 120);
            long most = wide ? 1L << 47 : int.MaxValue;
            long[] sums = [.. Enumerable.Range(0, Count)
                .Select(i => Math.Clamp(Near(random, stage.Scale(i), format, i), -most - 1, most))];
            int[] narrow = [.. sums.Select(s => wide ? 0 : (int)s), .. new int[Room]];
            byte[] y = new byte[Count * format.Bits() / 8];
            long clipped, expected = 0;
            fixed (long* from = sums)
            fixed (int* from32 = narrow)
            fixed (byte* to = y)
            {
                OutputWriter writer = OutputWriter.For(policy, stage, format, default);
                clipped = wide ? writer.Scale(from, Count, to, 0) : writer.Scale(from32, Count, to, 0);
            }

            long[] wanted = new long[Count];
            for (int i = 0; i < Count; i++)
            {
                long exact = RequantizeReference.Run(sums[i], stage.Scale(i), stage.OutputZeroPoint, policy);
                long narrowed = Math.Clamp(exact, format.MinValue(), format.MaxValue());
                expected += narrowed == exact ? 0 : 1;
                wanted[i] = Math.Clamp(narrowed, stage.Minimum, stage.Maximum);
            }

            Assert.That(Integers.Read(y, format), Is.EqualTo(wanted), $"shift {shift}");
            Assert.That(clipped, Is.EqualTo(expected), $"shift {shift}");
        }
    }

    // Sums whose output is near a tie, of every size, and the extremes.
    private static long Near(RandomStream random, FixedScale scale, NumberFormat format, int i)
    {
        double steps = ((2 * random.NextInt32(1 << format.Bits())) - (1 << format.Bits()) + 1) / 2.0 / scale.ToDouble();
        return (i % 6) switch
        {
            0 => i % 4 == 0 ? (1L << 61) - i : -(1L << 61) + i,
            1 => random.NextInt32(1000) - 500,
            2 => (long)random.NextInt32(int.MaxValue) << random.NextInt32(30),
            _ => (long)Math.Clamp(steps, -1e17, 1e17) + random.NextInt32(3) - 1,
        };
    }
}
