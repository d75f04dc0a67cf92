using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution.Float.Reference;

/// <summary>Layer normalisation over the innermost axis, whose length is that of γ, and its gradients.</summary>
internal static class LayerNorms
{
    internal static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> y, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = gamma.Length;
        for (int row = 0; row < x.Length; row += c)
        {
            ReadOnlySpan<T> values = x.Slice(row, c);
            (T mean, T inverse) = Statistics(values, epsilon);
            for (int i = 0; i < c; i++)
                y[row + i] = T.FusedMultiplyAdd((values[i] - mean) * inverse, gamma[i], beta[i]);
        }
    }

    internal static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, Span<T> dx, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = gamma.Length;
        T count = T.CreateChecked(c);
        for (int row = 0; row < x.Length; row += c)
        {
            (T mean, T inverse) = Statistics(x.Slice(row, c), epsilon);
            T sum = T.Zero, product = T.Zero;
            for (int i = 0; i < c; i++)
            {
                T g = dy[row + i] * gamma[i];
                sum += g;
                product = T.FusedMultiplyAdd(g, (x[row + i] - mean) * inverse, product);
            }

            sum /= count;
            product /= count;
            for (int i = 0; i < c; i++)
            {
                T centred = (dy[row + i] * gamma[i]) - sum;
                dx[row + i] = T.FusedMultiplyAdd(-((x[row + i] - mean) * inverse), product, centred) * inverse;
            }
        }
    }

    internal static void ScaleGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> result, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = result.Length;
        result.Clear();
        for (int row = 0; row < x.Length; row += c)
        {
            (T mean, T inverse) = Statistics(x.Slice(row, c), epsilon);
            for (int i = 0; i < c; i++)
                result[i] = T.FusedMultiplyAdd(dy[row + i], (x[row + i] - mean) * inverse, result[i]);
        }
    }

    // Mean and 1 / √(variance + ε).
    private static (T Mean, T Inverse) Statistics<T>(ReadOnlySpan<T> x, double epsilon) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(x.Length), mean = T.Zero, variance = T.Zero;
        foreach (T value in x)
            mean += value;
        mean /= count;
        foreach (T value in x)
            variance = T.FusedMultiplyAdd(value - mean, value - mean, variance);
        return (mean, T.One / T.Sqrt((variance / count) + T.CreateChecked(epsilon)));
    }
}
