namespace NpuSim.Simulator.Execution;

/// <summary>Runs an inference plan over whole data sets.</summary>
public static class Evaluation
{
    /// <summary>Computes the frozen part of the network for every sample and keeps it in the store.</summary>
    public static void Fill<T>(this Machine<T> inference, SampleStore<T> store)
        where T : unmanaged
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
    public static double Accuracy<T>(this Machine<T> inference, SampleStore<T> store, ReadOnlySpan<int> labels, bool fill = false)
        where T : unmanaged
    {
        int batch = inference.Plan.Batch, right = 0;
        Span<int> samples = stackalloc int[batch];
        for (int first = 0; first < store.Count; first += batch)
        {
            Choose(samples, first, store.Count);
            inference.Run(default, store, samples, fill);
            for (int row = 0; row < batch && first + row < store.Count; row++)
            {
                if (inference.Predict(row) == labels[first + row])
                    right++;
            }
        }

        return (double)right / store.Count;
    }

    // A last batch that is not full repeats the last sample.
    private static void Choose(Span<int> samples, int first, int count)
    {
        for (int i = 0; i < samples.Length; i++)
            samples[i] = Math.Min(first + i, count - 1);
    }
}
