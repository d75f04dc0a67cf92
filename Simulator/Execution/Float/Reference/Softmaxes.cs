using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution.Float.Reference;

/// <summary>Softmax over the innermost axis of length c, and the cross-entropy built on it.</summary>
internal static class Softmaxes
{
    internal static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < y.Length; row += c)
        {
            Span<T> result = y.Slice(row, c);
            T sum = Exponentials(x.Slice(row, c), result);
            for (int i = 0; i < c; i++)
                result[i] /= sum;
        }
    }

    internal static void Gradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> y, Span<T> dx, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < y.Length; row += c)
        {
            T dot = T.Zero;
            for (int i = row; i < row + c; i++)
                dot = T.FusedMultiplyAdd(dy[i], y[i], dot);
            for (int i = row; i < row + c; i++)
                dx[i] = y[i] * (dy[i] - dot);
        }
    }

    // −log softmax = log Σ exp(x − max) − (x[label] − max), the logarithm in double.
    internal static void CrossEntropy<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> labels, Span<T> loss, int c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double total = 0;
        T[] exponentials = new T[c];
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * c, c);
            double sum = double.CreateChecked(Exponentials(x, exponentials));
            total += Elementary.Log(sum) - double.CreateChecked(x[Label(labels[row], c)] - Max(x));
        }

        loss[0] = T.CreateChecked(total / labels.Length);
    }

    internal static void CrossEntropyGradient<T>(
        ReadOnlySpan<T> logits, ReadOnlySpan<T> labels, ReadOnlySpan<T> dy, Span<T> dx, int c) where T : unmanaged, IBinaryFloatingPointIeee754<T>
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

    private static T Max<T>(ReadOnlySpan<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = x[0];
        foreach (T value in x)
            max = T.Max(max, value);
        return max;
    }

    // y = exp(x − max x); the sum of y in order.
    private static T Exponentials<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = Max(x), sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
            y[i] = x[i] - max;
        Functions.Exp<T>(y, y);
        foreach (T value in y)
            sum += value;
        return sum;
    }
}
