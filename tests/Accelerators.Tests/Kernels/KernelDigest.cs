using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;

namespace NpuSim.Accelerators.Tests.Kernels;

/// <summary>One line per kernel with a hash of its results on fixed inputs: equal on every instruction set, or a path is
/// wrong.</summary>
internal static class KernelDigest
{
    public static IEnumerable<string> Lines()
    {
        foreach (int bits in new[] { 16, 20, 32, 40 })
        {
            foreach (Overflow overflow in Enum.GetValues<Overflow>())
            {
                foreach (int group in new[] { 1, 4 })
                {
                    NumericPolicy policy = new(new AccumulatorPolicy(bits, overflow, group),
                        Requantization: Requantization.Double);
                    yield return Linear(policy, NumberFormat.Int8, NumberFormat.Int16, 60, 70, 300);
                    yield return Linear(policy, NumberFormat.Int16, NumberFormat.Int16, 20, 33, 150);
                }
            }
        }

        foreach (Rounding rounding in Enum.GetValues<Rounding>())
            yield return Linear(new NumericPolicy(new AccumulatorPolicy(32, Overflow.Wrap), rounding), NumberFormat.Int8,
                NumberFormat.Int8, 20, 100, 64);
        yield return Convolution(1);
        yield return Convolution(24);
        NumericPolicy plain = new(new AccumulatorPolicy(32, Overflow.Wrap));
        yield return Elementwise(plain);
        yield return Rows(plain);
        yield return Weights(plain);
        yield return Weights(plain with { LinearFeedback = true, Rounding = Rounding.Stochastic });
    }

    private static string Linear(NumericPolicy policy, NumberFormat left, NumberFormat right, int m, int n, int k)
    {
        RandomStream random = new(1, $"{policy} {left} {right}");
        byte[] x = Draw(random, m * k, left), w = Draw(random, n * k, right), y = new byte[m * n * 2];
        int[] bias = [.. Enumerable.Range(0, n).Select(_ => random.NextInt32(9999) - 5000)];
        OutputStage stage = new([FixedScale.FromDouble(60.0 / k / left.MaxValue() / right.MaxValue())], 3);
        OverflowCount count = LinearKernel.Run(
            new(m, n, k), new Operand(x, left), new Operand(w, right), bias, stage, new Operand(y, NumberFormat.Int16), policy);
        return $"linear {policy.Accumulator} {policy.Rounding} {left} {right}: {count} {Hash(y)}";
    }

    private static string Convolution(int groups)
    {
        RandomStream random = new(2, $"{groups}");
        ConvolutionShape shape = new(2, 9, 11, 24, 3, 3, 5, 6, 24, 2, 2, 1, 1, Groups: groups);
        byte[] x = Draw(random, (int)shape.InputCount, NumberFormat.Int8), w = Draw(random, (int)shape.WeightCount,
            NumberFormat.Int8);
        byte[] y = new byte[shape.OutputCount], pooled = new byte[shape.OutputCount];
        OverflowCount count = ConvolutionKernel.Run(
            shape, new Operand(x, NumberFormat.Int8), new Operand(w, NumberFormat.Int8), ReadOnlySpan<int>.Empty,
            new OutputStage(FixedScale.FromDouble(0.001)), new Operand(y, NumberFormat.Int8),
                new NumericPolicy(new AccumulatorPolicy(24, Overflow.Saturate)));
        PoolKernel.Average(shape, new Operand(x, NumberFormat.Int8), new Operand(pooled, NumberFormat.Int8));
        return $"convolution {groups}: {count} {Hash(y)} {Hash(pooled)}";
    }

    private static string Elementwise(NumericPolicy policy)
    {
        RandomStream random = new(3, "elements");
        byte[] a = Draw(random, 5000, NumberFormat.Int8), b = Draw(random, 5000, NumberFormat.Int8), y = new byte[5000];
        _ = ElementwiseKernel.Add(
            new Operand(a, NumberFormat.Int8), new Operand(b, NumberFormat.Int8), AddStage.From(0.1, 0.07, 0.11,
                NumberFormat.Int8),
            new Operand(y, NumberFormat.Int8), policy);
        string sum = Hash(y);
        TableKernel.Run(
            LookupTable.ForInt8(TableKernel.Gelu, 0.04, 0.03), new Operand(a, NumberFormat.Int8), new Operand(y,
                NumberFormat.Int8));
        return $"elements: {sum} {Hash(y)}";
    }

    private static string Rows(NumericPolicy policy)
    {
        RandomStream random = new(4, "rows");
        byte[] x = Draw(random, 40 * 197, NumberFormat.Int8), wide = Draw(random, 40 * 197, NumberFormat.Int16);
        byte[] gamma = Draw(random, 197, NumberFormat.Int16), y = new byte[40 * 197];
        SoftmaxKernel.Run(
            40, 197, new Operand(x, NumberFormat.Int8), SoftmaxStage.From(0.05, NumberFormat.Int8), new Operand(y,
                NumberFormat.Int8));
        string softmax = Hash(y);
        _ = LayerNormKernel.Run(
            40, 197, new Operand(wide, NumberFormat.Int16), new Operand(gamma, NumberFormat.Int16), new Operand([],
                NumberFormat.Int8),
            LayerNormStage.From(0.001, 0.0001, 1, 0.05), new Operand(y, NumberFormat.Int8), policy);
        int[] labels = [.. Enumerable.Range(0, 40)];
        long loss = CrossEntropyKernel.Run(40, 197, new Operand(x, NumberFormat.Int8), FixedScale.FromDouble(0.07), labels,
            policy);
        return $"rows: {softmax} {Hash(y)} {loss}";
    }

    private static string Weights(NumericPolicy policy)
    {
        byte[] w = Draw(new RandomStream(5, "weights"), 5003, NumberFormat.Int16), y = new byte[w.Length];
        OverflowCount count = PerturbKernel.Run(
            new Operand(w, NumberFormat.Int16), new RandomAddress(1, 2, 3, 4), -1, 9, new Operand(y, NumberFormat.Int16), policy);
        (long changed, long away) = UpdateKernel.Run(
            new Operand(w, NumberFormat.Int16), 1, 2, 4, [1, -1, 0], FixedScale.FromDouble(0.3), policy);
        short[] velocity = new short[5003];
        WeightMask mask = WeightMask.Random(1, 4, 0.4, policy.LinearFeedback);
        PerturbationSource[] sources = [new(new(1, 2, 0, 4), LinearFeedback: policy.LinearFeedback, Mask: mask),
            new(new(1, 2, 1, 4))];
        FixedScale ratio = NormKernel.Run(new Operand(w, NumberFormat.Int16), sources, [1, -1], policy);
        (long smoothly, long lost) = UpdateKernel.Run(
            new Operand(w, NumberFormat.Int16), sources, [1, -1], FixedScale.FromDouble(0.02), policy, velocity, 30_000);
        return $"weights: {count} {Hash(y)} {changed} {away} {ratio} {smoothly} {lost} {Hash(w)}";
    }

    private static byte[] Draw(RandomStream random, int count, NumberFormat format) =>
        Integers.Bytes(ElementwiseKernelTests.Draw(random, count, format), format);

    private static string Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in bytes)
            hash = (hash ^ b) * 1099511628211;
        return hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }
}
