using System.Buffers;
using System.Numerics;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>
/// Layer normalisation over the innermost axis, whose length is that of γ, and its gradients. Sums over a row are those of
/// <see cref="RowSums"/>; sums over rows run in order.
/// </summary>
internal static class LayerNorms
{
    internal static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, Span<T> y, double epsilon,
        bool isCentred)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = gamma.Length;
        for (int row = 0; row < x.Length; row += c)
        {
            Span<T> result = y.Slice(row, c);
            Normalize(x.Slice(row, c), result, epsilon, isCentred);
            Arithmetic.Multiply(result, gamma, result);
            if (!beta.IsEmpty)
                Arithmetic.Add(result, beta, result);
        }
    }

    internal static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, Span<T> dx, double epsilon,
        bool isCentred)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = gamma.Length;
        T count = T.CreateChecked(c);
        T[] buffer = ArrayPool<T>.Shared.Rent(c);
        Span<T> normalized = buffer.AsSpan(0, c);
        for (int row = 0; row < x.Length; row += c)
        {
            Span<T> result = dx.Slice(row, c);
            T inverse = Normalize(x.Slice(row, c), normalized, epsilon, isCentred);
            Arithmetic.Multiply(dy.Slice(row, c), gamma, result);
            T mean = isCentred ? RowSums.Sum<T>(result) / count : T.Zero, product = RowSums.Dot<T>(result, normalized) / count;
            Arithmetic.Subtract(result, mean, result);
            Arithmetic.Scale(normalized, -product, normalized);
            Arithmetic.Add(result, normalized, result);
            Arithmetic.Scale(result, inverse, result);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    internal static void ScaleGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> result, double epsilon,
        bool isCentred)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = result.Length;
        T[] buffer = ArrayPool<T>.Shared.Rent(c);
        Span<T> normalized = buffer.AsSpan(0, c);
        result.Clear();
        for (int row = 0; row < x.Length; row += c)
        {
            Normalize(x.Slice(row, c), normalized, epsilon, isCentred);
            Arithmetic.Multiply(normalized, dy.Slice(row, c), normalized);
            Arithmetic.Add(result, normalized, result);
        }

        ArrayPool<T>.Shared.Return(buffer);
    }

    // y = (x − mean) / √(variance + ε), the mean being 0 where it is not centred; returns 1 / √(variance + ε).
    private static T Normalize<T>(ReadOnlySpan<T> x, Span<T> y, double epsilon, bool isCentred)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(x.Length);
        Arithmetic.Subtract(x, isCentred ? RowSums.Sum(x) / count : T.Zero, y);
        T inverse = T.One / T.Sqrt((RowSums.Dot<T>(y, y) / count) + T.CreateChecked(epsilon));
        Arithmetic.Scale(y, inverse, y);
        return inverse;
    }
}
