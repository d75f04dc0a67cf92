using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// Few-shot episodes. Before each, the classifier is set to the class means of its support in the network's feature space (worked
/// out in fp32 from the weights that the episode starts with, as scales are); then it trains on the support like any other task.
/// </summary>
internal sealed class EpisodeBench : IBench
{
    private readonly ImmutableArray<TrainingBench> benches;

    /// <summary>Sets up a bench for each episode.</summary>
    /// <param name="model">The network for the classes of one episode, with the operations of its head.</param>
    /// <param name="weights">Its weights by name, all but those of the classifier.</param>
    /// <param name="episodes">The episodes.</param>
    /// <param name="batch">Samples per training step.</param>
    /// <param name="calibrationBatches">Batches of the support that set the range of each activation.</param>
    public EpisodeBench(
        Model model, IReadOnlyDictionary<string, float[]> weights, ImmutableArray<Episode> episodes, int batch,
        int calibrationBatches)
    {
        Graph = model.Build(batch);
        WeightsHash = RunIdentity.Hash(weights);
        Graph whole = model.Build(episodes[0].Support.Count), embedding = FewShotHeads.Embedding(whole);
        Setup = FewShotHeads.Setup(whole, model.Classes);
        benches = [.. episodes.Select(episode => new TrainingBench(
            model, WithPrototypes(embedding, weights, episode.Support), episode.Support, episode.Queries, batch,
            calibrationBatches)
        { MeasuresOnTheWay = false })];
    }

    /// <inheritdoc/>
    public Graph Graph { get; }

    /// <inheritdoc/>
    public string WeightsHash { get; }

    /// <inheritdoc/>
    public string Content => $"episodes: {benches.Length} {RunIdentity.Hash(string.Join('\n', benches.Select(b => b.Content)))}";

    /// <inheritdoc/>
    public int Trainings => benches.Length;

    /// <inheritdoc/>
    public Graph? Setup { get; }

    /// <summary>Mean accuracy in fp32 before any training, 0..1.</summary>
    public double ZeroShot() => benches.Average(b => b.ZeroShot());

    /// <summary>Features of samples in fp32.</summary>
    /// <param name="embedding">Network to the output "logits" [B, length], at any batch.</param>
    /// <param name="weights">Its weights by name.</param>
    /// <param name="samples">The samples.</param>
    /// <returns>[samples, length].</returns>
    public static float[] Features(Graph embedding, IReadOnlyDictionary<string, float[]> weights, Dataset samples)
    {
        Plan plan = Planner.Inference(embedding, OperandFormats.Fp32, ImmutableHashSet<string>.Empty);
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(weights));
        int length = embedding.Outputs["logits"].Shape[^1];
        SampleStore<float> store = new(samples.Count);
        store.Set(embedding.Inputs.First(i => i.Name == "images").Id, samples.Images.ToArray());
        float[] features = new float[samples.Count * length];
        int[] rows = new int[plan.Batch];
        for (int first = 0; first < samples.Count; first += plan.Batch)
        {
            for (int i = 0; i < rows.Length; i++)
                rows[i] = Math.Min(first + i, samples.Count - 1);
            machine.Run(default, store, rows, fill: true);
            int count = Math.Min(plan.Batch, samples.Count - first);
            machine.Values(plan.Ops[^1].Output)[..(count * length)].CopyTo(features.AsSpan(first * length));
        }

        return features;
    }

    /// <inheritdoc/>
    public PreparedTraining Prepare(
        Method method, TuningScheme scheme, TrainingSettings settings, NumericPolicy? policy, int threads = 0,
        FixedPointBackend? backend = null, Step? step = null)
    {
        step ??= TrainingBench.OnHost(scheme.Tune(Graph), method);
        Lazy<PreparedTraining>[] prepared =
        [
            .. benches.Select(b => new Lazy<PreparedTraining>(
                () => b.Prepare(method, scheme, settings, policy, threads, backend, step))),
        ];
        return new PreparedTraining((seed, progress, cancellation, checkpoints) =>
        {
            ImmutableArray<FinishedEpisode> finished = checkpoints?.From?.Finished ?? [];
            if (finished.Length >= prepared.Length)
                throw new InputException(
                    $"checkpoint: {finished.Length} episodes are done and one is under way; the run has {prepared.Length}.");
            TrainingState? from = checkpoints?.From;
            while (finished.Length < prepared.Length)
            {
                (TrainingCurve curve, NumericsResult? numerics) = prepared[finished.Length].Value.Run(
                    SeedOf(seed, finished.Length), progress, cancellation, Within(checkpoints, from, finished));
                if (curve.Divergence is { } divergence)
                    return (curve with { Divergence = divergence with { Episode = finished.Length + 1 } }, numerics);
                // what is kept of an episode is the same whether it was gone on with or not
                finished = finished.Add(FinishedEpisode.Of(curve, numerics is null
                    ? null : numerics with { OverflowedBeside = null }));
                if (!finished[^1].IsLike(finished[0]))
                    throw new InputException("checkpoint: its finished episodes are not those of this run.");
                from = null;
            }

            return (TrainingCurve.OfEpisodes([.. finished.Select(f => f.ToCurve())]),
                NumericsResult.Over([.. finished.Select(f => f.Numerics)]));
        });
    }

    // The state of a run is that of the episode under way, and what came of those before it.
    private static Checkpoints? Within(Checkpoints? run, TrainingState? from, ImmutableArray<FinishedEpisode> finished) =>
        run is null ? null : run with
        {
            Save = run.Save is { } save ? state => save(state with { Finished = finished }) : null,
            From = from,
        };

    // Every episode has an order of samples and directions of its own.
    private static ulong SeedOf(ulong seed, int episode) => seed + ((ulong)episode << 32);

    private static Dictionary<string, float[]> WithPrototypes(Graph embedding, IReadOnlyDictionary<string, float[]> weights,
        Dataset support)
    {
        Dictionary<string, float[]> all = new(weights);
        int length = embedding.Outputs["logits"].Shape[^1];
        (all["head.weight"], all["head.bias"]) =
            FewShotHeads.Prototypes(Features(embedding, weights, support), support.Classes, length);
        return all;
    }
}
