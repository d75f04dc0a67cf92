using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution.Float.Reference;

/// <summary>Batch normalisation of the channels, the innermost axis, and its gradients. Sums run over the rows in order.</summary>
internal static class BatchNorms
{
    internal static void Forward<T>(BatchNorm op, ReadOnlySpan<Tensor<T>> inputs, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = inputs[0].Span, gamma = inputs[1].Span, beta = inputs[2].Span;
        int c = gamma.Length;
        T[] mean = new T[c], inverse = new T[c];
        Statistics(inputs, 3, x, mean, inverse, op.Epsilon);
        for (int row = 0; row < x.Length; row += c)
        {
            for (int i = 0; i < c; i++)
                y[row + i] = T.FusedMultiplyAdd((x[row + i] - mean[i]) * inverse[i], gamma[i], beta[i]);
        }
    }

    internal static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> gamma, ReadOnlySpan<T> variance, Span<T> dx, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = gamma.Length;
        T[] factor = new T[c];
        for (int i = 0; i < c; i++)
            factor[i] = Inverse(variance[i], epsilon) * gamma[i];
        for (int row = 0; row < dy.Length; row += c)
        {
            for (int i = 0; i < c; i++)
                dx[row + i] = dy[row + i] * factor[i];
        }
    }

    internal static void StatisticsGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, Span<T> dx, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = gamma.Length;
        T count = T.CreateChecked(x.Length / c);
        T[] mean = new T[c], inverse = new T[c], sum = new T[c], product = new T[c];
        Statistics(default, 0, x, mean, inverse, epsilon);
        for (int row = 0; row < x.Length; row += c)
        {
            for (int i = 0; i < c; i++)
            {
                sum[i] += dy[row + i];
                product[i] = T.FusedMultiplyAdd(dy[row + i], (x[row + i] - mean[i]) * inverse[i], product[i]);
            }
        }

        for (int row = 0; row < x.Length; row += c)
        {
            for (int i = 0; i < c; i++)
            {
                T normalized = (x[row + i] - mean[i]) * inverse[i];
                T centred = T.FusedMultiplyAdd(-normalized, product[i] / count, dy[row + i] - (sum[i] / count));
                dx[row + i] = centred * (gamma[i] * inverse[i]);
            }
        }
    }

    internal static void ScaleGradient<T>(BatchNormScaleGradient op, ReadOnlySpan<Tensor<T>> inputs, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> dy = inputs[0].Span, x = inputs[1].Span;
        int c = result.Length;
        T[] mean = new T[c], inverse = new T[c];
        Statistics(inputs, 2, x, mean, inverse, op.Epsilon);
        result.Clear();
        for (int row = 0; row < x.Length; row += c)
        {
            for (int i = 0; i < c; i++)
                result[i] = T.FusedMultiplyAdd(dy[row + i], (x[row + i] - mean[i]) * inverse[i], result[i]);
        }
    }

    internal static void Mean<T>(ReadOnlySpan<T> x, Span<T> mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = mean.Length;
        mean.Clear();
        for (int row = 0; row < x.Length; row += c)
        {
            for (int i = 0; i < c; i++)
                mean[i] += x[row + i];
        }

        foreach (ref T value in mean)
            value /= T.CreateChecked(x.Length / c);
    }

    internal static void Variance<T>(ReadOnlySpan<T> x, Span<T> variance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = variance.Length;
        T[] mean = new T[c];
        Mean(x, mean);
        variance.Clear();
        for (int row = 0; row < x.Length; row += c)
        {
            for (int i = 0; i < c; i++)
                variance[i] = T.FusedMultiplyAdd(x[row + i] - mean[i], x[row + i] - mean[i], variance[i]);
        }

        foreach (ref T value in variance)
            value /= T.CreateChecked(x.Length / c);
    }

    // Mean and 1 / √(variance + ε): given as operands first and first + 1, or the batch's own.
    private static void Statistics<T>(
        ReadOnlySpan<Tensor<T>> inputs, int first, ReadOnlySpan<T> x, Span<T> mean, Span<T> inverse, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (inputs.Length > first)
        {
            inputs[first].Span.CopyTo(mean);
            inputs[first + 1].Span.CopyTo(inverse);
        }
        else
        {
            Mean(x, mean);
            Variance(x, inverse);
        }

        foreach (ref T value in inverse)
            value = Inverse(value, epsilon);
    }

    private static T Inverse<T>(T variance, double epsilon) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.One / T.Sqrt(variance + T.CreateChecked(epsilon));
}
