using System.Numerics;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>Softmax over the innermost axis of length c, and the cross-entropy built on it.</summary>
internal static class Softmaxes
{
    internal static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < y.Length; row += c)
        {
            T max = RowSums.Max(x.Slice(row, c));
            Arithmetic.Subtract(x.Slice(row, c), max, y.Slice(row, c));
        }

        Functions.Exp<T>(y, y);
        for (int row = 0; row < y.Length; row += c)
        {
            Span<T> result = y.Slice(row, c);
            Arithmetic.Divide(result, RowSums.Sum<T>(result));
        }
    }

    // Row t of each square has t + 1 elements, and zeros after them.
    internal static void Causal<T>(ReadOnlySpan<T> x, Span<T> y, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < y.Length; row += c)
        {
            int count = (row / c % c) + 1;
            Forward(x.Slice(row, count), y.Slice(row, count), count);
            y.Slice(row + count, c - count).Clear();
        }
    }

    // x − max − ln Σ exp(x − max), in double.
    internal static void Logarithm<T>(ReadOnlySpan<T> x, Span<T> y, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < y.Length; row += c)
        {
            double max = double.CreateChecked(RowSums.Max(x.Slice(row, c))), sum = 0;
            for (int i = row; i < row + c; i++)
                sum += Elementary.Exp(double.CreateChecked(x[i]) - max);
            double shift = max + Elementary.Log(sum);
            for (int i = row; i < row + c; i++)
                y[i] = T.CreateSaturating(double.CreateChecked(x[i]) - shift);
        }
    }

    internal static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> y, Span<T> dx, int c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < y.Length; row += c)
        {
            ReadOnlySpan<T> gradient = dy.Slice(row, c), weights = y.Slice(row, c);
            Span<T> result = dx.Slice(row, c);
            Arithmetic.Subtract(gradient, RowSums.Dot(gradient, weights), result);
            Arithmetic.Multiply(result, weights, result);
        }
    }

    // −log softmax = log Σ exp(x − max) − (x[label] − max), in double.
    internal static double MeanCrossEntropy<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> labels, int c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double total = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * c, c);
            double max = double.CreateChecked(RowSums.Max(x)), sum = 0;
            foreach (T value in x)
                sum += Elementary.Exp(double.CreateChecked(value) - max);
            total += Elementary.Log(sum) - (double.CreateChecked(x[Label(labels[row], c)]) - max);
        }

        return total / labels.Length;
    }

    internal static void CrossEntropyGradient<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<T> labels, ReadOnlySpan<T> dy, Span<T> dx, int c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T factor = dy[0] / T.CreateChecked(labels.Length);
        Forward(logits, dx, c);
        for (int row = 0; row < labels.Length; row++)
            dx[(row * c) + Label(labels[row], c)] -= T.One;
        for (int i = 0; i < dx.Length; i++)
            dx[i] *= factor;
    }

    private static int Label<T>(T label, int classes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int index = int.CreateSaturating(label);
        return (uint)index < (uint)classes && T.CreateChecked(index) == label
            ? index
            : throw new ArgumentException($"label {label} is not one of the {classes} classes 0…{classes - 1}.");
    }
}
