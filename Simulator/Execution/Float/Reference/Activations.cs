using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution.Float.Reference;

/// <summary>Activation functions and their gradients.</summary>
internal static class Activations
{
    private const int Block = 256;

    internal static void Relu<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i <= y.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> value = new(x[i..]);
                Vector.ConditionalSelect(Vector.LessThanOrEqual(value, Vector<T>.Zero), Vector<T>.Zero, value).CopyTo(y[i..]);
            }
        }

        for (; i < y.Length; i++)
            y[i] = x[i] <= T.Zero ? T.Zero : x[i];
    }

    internal static void ReluGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> y, Span<T> dx) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            for (; i <= dx.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> positive = Vector.GreaterThan(new Vector<T>(y[i..]), Vector<T>.Zero);
                Vector.ConditionalSelect(positive, new Vector<T>(dy[i..]), Vector<T>.Zero).CopyTo(dx[i..]);
            }
        }

        for (; i < dx.Length; i++)
            dx[i] = y[i] > T.Zero ? dy[i] : T.Zero;
    }

    internal static void Gelu<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> phi = stackalloc T[Block];
        for (int start = 0; start < y.Length; start += Block)
        {
            int length = Math.Min(Block, y.Length - start);
            ReadOnlySpan<T> values = x.Slice(start, length);
            NormalDistribution(values, phi);
            for (int i = 0; i < length; i++)
                y[start + i] = values[i] * phi[i];
        }
    }

    internal static void GeluGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dx) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> phi = stackalloc T[Block], density = stackalloc T[Block];
        T factor = T.CreateChecked(0.39894228040143267794); // 1/√(2π)
        for (int start = 0; start < dx.Length; start += Block)
        {
            int length = Math.Min(Block, dx.Length - start);
            ReadOnlySpan<T> values = x.Slice(start, length);
            NormalDistribution(values, phi);
            for (int i = 0; i < length; i++)
                density[i] = values[i] * values[i] * T.CreateChecked(-0.5);
            Functions.Exp<T>(density[..length], density);
            for (int i = 0; i < length; i++)
                dx[start + i] = dy[start + i] * T.FusedMultiplyAdd(values[i] * factor, density[i], phi[i]);
        }
    }

    // Φ(x) = (1 + erf(x/√2)) / 2
    private static void NormalDistribution<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T scale = T.CreateChecked(0.70710678118654752440), half = T.CreateChecked(0.5);
        for (int i = 0; i < x.Length; i++)
            result[i] = x[i] * scale;
        Functions.Erf<T>(result[..x.Length], result);
        for (int i = 0; i < x.Length; i++)
            result[i] = T.FusedMultiplyAdd(half, result[i], half);
    }
}
