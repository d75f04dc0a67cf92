using System.Numerics;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>The mean squared error and its gradient.</summary>
internal static class SquaredErrors
{
    // In double, in the order of the index.
    internal static void Mean<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> target, Span<T> loss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double total = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double error = double.CreateChecked(x[i]) - double.CreateChecked(target[i]);
            total = double.FusedMultiplyAdd(error, error, total);
        }

        loss[0] = T.CreateChecked(total / x.Length);
    }

    internal static void Gradient<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> target, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T factor = dy[0] * T.CreateChecked(2.0 / x.Length);
        for (int i = 0; i < dx.Length; i++)
            dx[i] = factor * (x[i] - target[i]);
    }
}
