using System.Buffers;
using System.Numerics;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>
/// Batch normalisation of the channels, the innermost axis, and its gradients. Sums run over the rows in order.
/// </summary>
internal static class BatchNorms
{
    internal static void Forward<T>(BatchNorm op, ReadOnlySpan<Tensor<T>> inputs, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = inputs[0].Span, gamma = inputs[1].Span, beta = inputs[2].Span;
        int c = gamma.Length;
        T[] buffer = ArrayPool<T>.Shared.Rent(2 * c);
        Span<T> mean = buffer.AsSpan(0, c), inverse = buffer.AsSpan(c, c);
        Statistics(inputs, 3, x, mean, inverse, op.Epsilon);
        for (int row = 0; row < x.Length; row += c)
        {
            Span<T> result = y.Slice(row, c);
            Normalize(x.Slice(row, c), mean, inverse, result);
            Arithmetic.Multiply(result, gamma, result);
            Arithmetic.Add(result, beta, result);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    internal static void Gradient<T>(
        ReadOnlySpan<T> dy, ReadOnlySpan<T> gamma, ReadOnlySpan<T> variance, Span<T> dx, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = gamma.Length;
        T[] buffer = ArrayPool<T>.Shared.Rent(c);
        Span<T> factor = buffer.AsSpan(0, c);
        for (int i = 0; i < c; i++)
            factor[i] = Inverse(variance[i], epsilon) * gamma[i];
        for (int row = 0; row < dy.Length; row += c)
            Arithmetic.Multiply(dy.Slice(row, c), factor, dx.Slice(row, c));
        ArrayPool<T>.Shared.Return(buffer);
    }

    internal static void StatisticsGradient<T>(
        ReadOnlySpan<T> dy, ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, Span<T> dx, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = gamma.Length;
        T count = T.CreateChecked(x.Length / c);
        T[] buffer = ArrayPool<T>.Shared.Rent(5 * c);
        Span<T> mean = buffer.AsSpan(0, c), inverse = buffer.AsSpan(c, c), sum = buffer.AsSpan(2 * c, c);
        Span<T> product = buffer.AsSpan(3 * c, c), normalized = buffer.AsSpan(4 * c, c);
        Statistics(default, 0, x, mean, inverse, epsilon);
        sum.Clear();
        product.Clear();
        for (int row = 0; row < x.Length; row += c)
        {
            ReadOnlySpan<T> gradient = dy.Slice(row, c);
            Arithmetic.Add(sum, gradient, sum);
            Normalize(x.Slice(row, c), mean, inverse, normalized);
            Arithmetic.Multiply(normalized, gradient, normalized);
            Arithmetic.Add(product, normalized, product);
        }

        Arithmetic.Divide(sum, count);
        Arithmetic.Divide(product, count);
        for (int row = 0; row < x.Length; row += c)
        {
            Span<T> result = dx.Slice(row, c);
            Normalize(x.Slice(row, c), mean, inverse, normalized);
            Arithmetic.Multiply(normalized, product, normalized);
            Arithmetic.Add(normalized, sum, normalized);
            Arithmetic.Subtract(dy.Slice(row, c), normalized, result);
            Arithmetic.Multiply(result, gamma, result);
            Arithmetic.Multiply(result, inverse, result);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    internal static void ScaleGradient<T>(BatchNormScaleGradient op, ReadOnlySpan<Tensor<T>> inputs, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> dy = inputs[0].Span, x = inputs[1].Span;
        int c = result.Length;
        T[] buffer = ArrayPool<T>.Shared.Rent(3 * c);
        Span<T> mean = buffer.AsSpan(0, c), inverse = buffer.AsSpan(c, c), normalized = buffer.AsSpan(2 * c, c);
        Statistics(inputs, 2, x, mean, inverse, op.Epsilon);
        result.Clear();
        for (int row = 0; row < x.Length; row += c)
        {
            Normalize(x.Slice(row, c), mean, inverse, normalized);
            Arithmetic.Multiply(normalized, dy.Slice(row, c), normalized);
            Arithmetic.Add(result, normalized, result);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    internal static void Mean<T>(ReadOnlySpan<T> x, Span<T> mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = mean.Length;
        mean.Clear();
        for (int row = 0; row < x.Length; row += c)
            Arithmetic.Add(mean, x.Slice(row, c), mean);
        Arithmetic.Divide(mean, T.CreateChecked(x.Length / c));
    }

    internal static void Variance<T>(ReadOnlySpan<T> x, Span<T> variance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = variance.Length;
        T[] buffer = ArrayPool<T>.Shared.Rent(2 * c);
        Span<T> mean = buffer.AsSpan(0, c), deviation = buffer.AsSpan(c, c);
        Mean(x, mean);
        variance.Clear();
        for (int row = 0; row < x.Length; row += c)
        {
            Arithmetic.Subtract(x.Slice(row, c), mean, deviation);
            Arithmetic.Multiply(deviation, deviation, deviation);
            Arithmetic.Add(variance, deviation, variance);
        }

        Arithmetic.Divide(variance, T.CreateChecked(x.Length / c));
        ArrayPool<T>.Shared.Return(buffer);
    }

    // (x − mean) · inverse
    private static void Normalize<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> inverse, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Arithmetic.Subtract(x, mean, result);
        Arithmetic.Multiply(result, inverse, result);
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
