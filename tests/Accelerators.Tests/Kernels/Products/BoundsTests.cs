using FsCheck.Fluent;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class BoundsTests
{
    [FsCheck.NUnit.Property(MaxTest = 300, Replay = "123456789,987654321")]
    public void A_proven_bound_means_that_the_textbook_loops_never_overflow(byte depth, byte width, byte loudness, ushort bias)
    {
        int k = depth + 1, bits = 16 + (width % 12), span = 1 << (1 + (loudness % 8));
        RandomStream random = new(depth, $"{width} {loudness} {bias}");
        int[] x = [.. Enumerable.Range(0, k).Select(_ => random.NextInt32(span) - (span / 2))];
        int[] w = [.. Enumerable.Range(0, k).Select(_ => random.NextInt32(span) - (span / 2))];
        double product = Math.Sqrt(x.Sum(v => (double)v * v)) * Math.Sqrt(w.Sum(v => (double)v * v)) * (1 + 1e-12);
        AccumulatorPolicy policy = new(bits, Overflow.Saturate);
        if (!Bounds.Allow(policy, product, bias))
            return;
        long[] y = new long[1];
        OverflowCount count = LinearReference.Run(
            1, 1, k, x, w, [bias], OutputStage.Raw, y, NumberFormat.Int32, new NumericPolicy(policy));
        Assert.That(count.Overflowed, Is.Zero);
        Assert.That(y[0], Is.EqualTo(bias + x.Zip(w, (a, b) => (long)a * b).Sum()));
    }

    [Test]
    public void The_bound_is_tight_where_both_vectors_are_parallel([Values(0, 1)] int beyond)
    {
        // 4 · 64 · 64 = 2¹⁴ fits 16 bits with a bias of 2¹⁴ − 1 and not with one more.
        Assert.That(Bounds.Allow(new AccumulatorPolicy(16, Overflow.Wrap), 1 << 14, (1 << 14) - 1 + beyond),
            Is.EqualTo(beyond == 0));
    }
}
