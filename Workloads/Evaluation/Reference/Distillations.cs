using System.Numerics;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>The loss of a network that learns from labels and a teacher, and its gradient; rows of c classes.</summary>
internal static class Distillations
{
    // KL(p ‖ q) = Σ p · (log p − log q), in double, in the order of the index.
    internal static void Loss<T>(
        Distillation op, ReadOnlySpan<T> logits, ReadOnlySpan<T> labels, ReadOnlySpan<T> teacher, Span<T> loss, int c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double hard = Softmaxes.MeanCrossEntropy(logits, labels, c), divergence = 0;
        double[] wanted = new double[c], given = new double[c];
        for (int row = 0; row < logits.Length; row += c)
        {
            LogSoftmax(teacher.Slice(row, c), op.Temperature, wanted);
            LogSoftmax(logits.Slice(row, c), op.Temperature, given);
            for (int i = 0; i < c; i++)
                divergence += Elementary.Exp(wanted[i]) * (wanted[i] - given[i]);
        }

        double soft = op.Temperature * op.Temperature * divergence / labels.Length;
        loss[0] = T.CreateChecked((op.Share * soft) + ((1 - op.Share) * hard));
    }

    internal static void Gradient<T>(
        Distillation op, ReadOnlySpan<T> logits, ReadOnlySpan<T> labels, ReadOnlySpan<T> teacher, ReadOnlySpan<T> dy,
        Span<T> dx, int c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Softmaxes.CrossEntropyGradient(logits, labels, dy, dx, c);
        T hard = T.CreateChecked(1 - op.Share);
        double soft = double.CreateChecked(dy[0]) * op.Share * op.Temperature / labels.Length;
        double[] wanted = new double[c], given = new double[c];
        for (int row = 0; row < logits.Length; row += c)
        {
            LogSoftmax(teacher.Slice(row, c), op.Temperature, wanted);
            LogSoftmax(logits.Slice(row, c), op.Temperature, given);
            for (int i = 0; i < c; i++)
            {
                double pull = soft * (Elementary.Exp(given[i]) - Elementary.Exp(wanted[i]));
                dx[row + i] = (hard * dx[row + i]) + T.CreateChecked(pull);
            }
        }
    }

    // x/T − max/T − log Σ exp(x/T − max/T).
    private static void LogSoftmax<T>(ReadOnlySpan<T> x, double temperature, Span<double> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double max = double.CreateChecked(RowSums.Max(x)), sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            result[i] = (double.CreateChecked(x[i]) - max) / temperature;
            sum += Elementary.Exp(result[i]);
        }

        double log = Elementary.Log(sum);
        for (int i = 0; i < x.Length; i++)
            result[i] -= log;
    }
}
