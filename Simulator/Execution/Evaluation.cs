namespace NpuSim.Simulator.Execution;

/// <summary>Runs an inference plan over whole data sets.</summary>
public static class Evaluation
{
    /// <summary>Computes the frozen part of the network for every sample and keeps it in the store.</summary>
    public static void Fill<TUnit>(this Machine<TUnit> inference, SampleStore<TUnit> store)
        where TUnit : unmanaged
    {
        int batch = inference.Plan.Batch;
        Span<int> samples = stackalloc int[batch];
        for (int first = 0; first < store.Count; first += batch)
        {
            Choose(samples, first, store.Count);
            inference.Run(default, store, samples, fill: true);
        }
    }

    /// <summary>Share of the samples whose largest logit is that of their class, 0..1.</summary>
    /// <param name="inference">Runs inferences.</param>
    /// <param name="store">The samples, frozen results included.</param>
    /// <param name="labels">Class of each sample.</param>
    /// <param name="fill">True: compute the frozen part too instead of reading it from the store.</param>
    public static double Accuracy<TUnit>(this Machine<TUnit> inference, SampleStore<TUnit> store, ReadOnlySpan<int> labels, bool fill = false)
        where TUnit : unmanaged => inference.Accuracies(store, labels, 1, store.Count, fill).All;

    /// <summary>The same of the first samples, and of the first few of them.</summary>
    /// <param name="inference">Runs inferences.</param>
    /// <param name="store">The samples, frozen results included.</param>
    /// <param name="labels">Class of each sample.</param>
    /// <param name="few">How many few are; at least 1.</param>
    /// <param name="count">How many are taken, at most those of the store.</param>
    /// <param name="fill">True: compute the frozen part too instead of reading it from the store.</param>
    internal static (double All, double Few) Accuracies<TUnit>(
        this Machine<TUnit> inference, SampleStore<TUnit> store, ReadOnlySpan<int> labels, int few, int count, bool fill = false)
        where TUnit : unmanaged
    {
        int batch = inference.Plan.Batch, right = 0, rightOfFew = 0;
        Span<int> samples = stackalloc int[batch];
        for (int first = 0; first < count; first += batch)
        {
            Choose(samples, first, count);
            inference.Run(default, store, samples, fill);
            for (int row = 0; row < batch && first + row < count; row++)
            {
                if (inference.Predict(row) != labels[first + row])
                    continue;
                right++;
                rightOfFew += first + row < few ? 1 : 0;
            }
        }

        return ((double)right / count, (double)rightOfFew / Math.Min(few, count));
    }

    // A last batch that is not full repeats the last sample.
    private static void Choose(Span<int> samples, int first, int count)
    {
        for (int i = 0; i < samples.Length; i++)
            samples[i] = Math.Min(first + i, count - 1);
    }
}
