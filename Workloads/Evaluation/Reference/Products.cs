using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>Matrix products: y = scale · Σ a · b (+ bias), each sum in the order of k.</summary>
internal static class Products
{
    internal static void Linear<T>(ReadOnlySpan<Tensor<T>> inputs, Span<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = inputs[0].Span, w = inputs[1].Span, bias = inputs.Length > 2 ? inputs[2].Span : default;
        int n = inputs[1].Shape[0], k = inputs[1].Shape[1], rows = x.Length / k;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < n; column++)
            {
                T sum = T.Zero;
                for (int i = 0; i < k; i++)
                    sum = T.FusedMultiplyAdd(x[(row * k) + i], w[(column * k) + i], sum);
                output[(row * n) + column] = bias.IsEmpty ? sum : sum + bias[column];
            }
        }
    }

    internal static void MatMul<T>(MatMul op, ReadOnlySpan<Tensor<T>> inputs, Span<T> output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape a = inputs[0].Shape, b = inputs[1].Shape;
        (int m, int k) = op.TransposeA ? (a[^1], a[^2]) : (a[^2], a[^1]);
        int n = op.TransposeB ? b[^2] : b[^1], products = (int)(a.Count / ((long)m * k));
        (int aRow, int aStep) = op.TransposeA ? (1, m) : (k, 1);
        (int bColumn, int bStep) = op.TransposeB ? (k, 1) : (1, n);
        T scale = T.CreateChecked(op.Scale);
        for (int product = 0; product < products; product++)
        {
            ReadOnlySpan<T> left = inputs[0].Span[(product * m * k)..];
            ReadOnlySpan<T> right = b.Rank == 2 ? inputs[1].Span : inputs[1].Span[(product * k * n)..];
            for (int row = 0; row < m; row++)
            {
                for (int column = 0; column < n; column++)
                {
                    T sum = T.Zero;
                    for (int i = 0; i < k; i++)
                        sum = T.FusedMultiplyAdd(left[(row * aRow) + (i * aStep)], right[(column * bColumn) + (i * bStep)], sum);
                    output[(((product * m) + row) * n) + column] = sum * scale;
                }
            }
        }
    }
}
