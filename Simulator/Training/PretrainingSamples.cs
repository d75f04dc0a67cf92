using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Training;

/// <summary>
/// What a step of pre-training sees: samples as they are, or changed by chance, with a teacher's answers to just these. A pure
/// function of seed and step.
/// </summary>
internal sealed class PretrainingSamples
{
    private readonly Graph graph;
    private readonly Dataset train;
    private readonly Batches batches;
    private readonly TeacherMachine? teacher;
    private readonly PretrainingExtras extras;
    private readonly ulong seed;
    private readonly int[] all;
    private readonly SampleStore<float>? whole;

    /// <summary>Prepares the samples.</summary>
    /// <param name="graph">The network in training, at the batch.</param>
    /// <param name="train">All samples.</param>
    /// <param name="batch">Samples of a step.</param>
    /// <param name="extras">Teacher and augmentation.</param>
    /// <param name="seed">Seed of order and augmentation.</param>
    public PretrainingSamples(Graph graph, Dataset train, int batch, PretrainingExtras extras, ulong seed)
    {
        (this.graph, this.train, this.extras, this.seed) = (graph, train, extras, seed);
        batches = new Batches(seed, batch, train.Count);
        all = [.. Enumerable.Range(0, batch)];
        teacher = extras.Teacher is { } given ? new TeacherMachine(given, extras.Pixels, batch) : null;
        if (extras.Augmentation is null)
            whole = Answered(SampleStores.Float(graph, train), train, batch);
    }

    /// <summary>The samples of a step and the indices at which they lie.</summary>
    public (SampleStore<float> Store, int[] Indices) Of(int step)
    {
        int[] indices = batches.Indices(step);
        if (whole is not null)
            return (whole, indices);
        Dataset chosen = train.Select(indices);
        int pixels = (int)train.SampleShape.Count;
        float[] changed = new float[chosen.Images.Length];
        for (int i = 0; i < indices.Length; i++)
            extras.Augmentation!.Apply(
                train.SampleShape, chosen.Image(i), extras.Pixels.Black,
                new RandomStream(seed, $"augmentation of step {step}, sample {i}"),
                changed.AsSpan(i * pixels, pixels));
        Dataset seen = new(train.SampleShape, train.Classes, changed, chosen.Labels.ToArray());
        return (Answered(SampleStores.Float(graph, seen), seen, all.Length), all);
    }

    // With the teacher's logits for every sample, worked out batch by batch.
    private SampleStore<float> Answered(SampleStore<float> store, Dataset samples, int batch)
    {
        if (teacher is null)
            return store;
        float[] answers = store.Reserve(TeacherMachine.InputOf(graph), samples.Classes);
        int pixels = (int)samples.SampleShape.Count;
        for (int first = 0; first < samples.Count; first += batch)
        {
            int count = Math.Min(batch, samples.Count - first);
            teacher.Logits(samples.Images.Span.Slice(first * pixels, count * pixels)).CopyTo(answers, first * samples.Classes);
        }

        return store;
    }
}
