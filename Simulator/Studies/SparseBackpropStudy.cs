using System.Collections.Concurrent;
using System.Collections.Immutable;
using NpuSim.Random;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>What a search for a sparse update is asked.</summary>
/// <param name="Method">Backpropagation in the form that will be used.</param>
/// <param name="Settings">Step sizes of every training.</param>
/// <param name="Seed">Seed of the trainings and of the search.</param>
/// <param name="MemoryBytes">Most scratch memory of a step; null: inference and a quarter of what full backpropagation takes
/// beyond it.</param>
/// <param name="Generations">Generations of the search.</param>
/// <param name="AlignmentBytes">Alignment of tensors in scratch memory.</param>
/// <param name="Threads">Trainings at the same time; no result depends on it.</param>
public sealed record SparseBackpropRequest(
    Backpropagation Method, TrainingSettings Settings, ulong Seed, long? MemoryBytes, int Generations,
    int AlignmentBytes, int Threads)
{
    /// <summary>Keeps what trainings come to; null: nothing is kept.</summary>
    public RunStore? Store { get; init; }
}

/// <summary>What one layer contributes when nothing else trains.</summary>
/// <param name="Layer">Layer and share of its input channels whose weights train.</param>
/// <param name="Gain">Accuracy after training minus accuracy before, −1..1; no number where the training diverged, which the
/// search leaves out.</param>
/// <param name="ArenaBytes">Scratch memory of a step.</param>
public sealed record LayerContribution(SparseLayer Layer, double Gain, long ArenaBytes);

/// <summary>One training of a study.</summary>
/// <param name="Scheme">Name of the scheme.</param>
/// <param name="Accuracy">After training, 0..1; no number where it diverged.</param>
/// <param name="ArenaBytes">Scratch memory of a step.</param>
public sealed record TrainedScheme(string Scheme, double Accuracy, long ArenaBytes);

/// <summary>What a search for a sparse update found.</summary>
/// <param name="ZeroShot">Accuracy before training, 0..1.</param>
/// <param name="InferenceBytes">Scratch memory of an inference at the batch of training.</param>
/// <param name="MemoryBytes">The limit that was kept.</param>
/// <param name="Contributions">Each layer alone, with each share.</param>
/// <param name="Full">Every layer trained.</param>
/// <param name="Best">The scheme that was found; null when the limit allows none.</param>
public sealed record SparseBackpropResult(
    double ZeroShot, long InferenceBytes, long MemoryBytes, ImmutableArray<LayerContribution> Contributions, TrainedScheme Full,
    TrainedScheme? Best);

/// <summary>
/// Finds which layers and channels to train under a memory limit ("On-Device Training Under 256KB Memory", arXiv 2206.15472):
/// first the contribution of each layer alone is measured by training it, then an evolutionary search looks for the choice with
/// the largest sum of contributions whose step fits the limit. Memory is that of the plan of each choice.
/// </summary>
/// <param name="bench">Network, weights and data.</param>
/// <param name="request">What is asked.</param>
public sealed class SparseBackpropStudy(IBench bench, SparseBackpropRequest request)
{
    private const int Population = 24;

    private static readonly ImmutableArray<double> Shares = [1, 0.5, 0.25, 0];

    // Of shares that come to the same number of channels the first counts.
    private readonly ImmutableArray<SparseLayer> choices =
    [
        .. from layer in SparseLayers.Of(bench.Graph)
           from share in Shares.DistinctBy(s => Math.Ceiling(s * layer.Channels)).Reverse()
           select new SparseLayer(layer.Name, share),
    ];

    private readonly Dictionary<string, long> arenas = [];

    /// <summary>Training steps of the whole study, for a progress bar.</summary>
    public long TotalSteps => (choices.Length + 2L) * request.Settings.Steps;

    /// <summary>Runs the study.</summary>
    /// <param name="progress">Called after each training step, from several threads.</param>
    /// <param name="cancellation">Ends the study early.</param>
    /// <exception cref="OperationCanceledException">The study was cancelled.</exception>
    public SparseBackpropResult Run(Action? progress, CancellationToken cancellation)
    {
        Plan inferencePlan = Planner.Inference(bench.Graph, request.Method.Operands, ImmutableHashSet<string>.Empty);
        long inference = Lay(inferencePlan), whole = ArenaOf(TuningScheme.Full);
        long limit = request.MemoryBytes ?? inference + ((whole - inference) / 4);

        ConcurrentDictionary<TuningScheme, TrainingCurve> curves = [];
        Parallel.ForEach(
            choices.Select(c => SparseLayers.Of([c])).Append(TuningScheme.Full),
            new ParallelOptions { MaxDegreeOfParallelism = request.Threads, CancellationToken = cancellation },
            scheme => curves[scheme] = Train(scheme, progress, cancellation));
        double zeroShot = curves[TuningScheme.Full].ZeroShot;
        ImmutableArray<LayerContribution> contributions =
        [
            .. from choice in choices
               let scheme = SparseLayers.Of([choice])
               select new LayerContribution(choice, curves[scheme].Final - zeroShot, ArenaOf(scheme)),
        ];
        TrainedScheme full = new(TuningScheme.Full.Name, curves[TuningScheme.Full].Final, whole);
        TuningScheme? best = Search(contributions, limit) is { } found ? SparseLayers.Of(found) : null;
        return new(zeroShot, inference, limit, contributions, full, best is null
            ? null
            : new TrainedScheme(best.Name, Train(best, progress, cancellation).Final, ArenaOf(best)));
    }

    // Genes: for each layer one of its choices, or none. Fitness: the sum of contributions; what does not fit is not born.
    private SparseLayer[]? Search(ImmutableArray<LayerContribution> contributions, long limit)
    {
        LayerContribution?[][] genes = [.. contributions.Where(c => double.IsFinite(c.Gain)).GroupBy(c => c.Layer.Layer)
            .Select(layer => layer.Prepend<LayerContribution?>(null).ToArray())];
        RandomStream random = new(request.Seed, "sparse backpropagation");
        List<int[]> population = [.. Singles(genes).Where(Fits).OrderByDescending(Fitness).Take(Population)];
        if (population.Count == 0)
            return null;
        for (int generation = 0; generation < request.Generations; generation++)
        {
            for (int born = 0; born < Population; born++)
            {
                int[] child = Child(Parent(), Parent());
                if (Fits(child) && !population.Any(p => p.SequenceEqual(child)))
                    population.Add(child);
            }

            population = [.. population.OrderByDescending(Fitness).Take(Population)]; // stable: of equals the older stays
        }

        return Layers(population[0]);

        int[] Parent() => population[Math.Min(random.NextInt32(population.Count), random.NextInt32(population.Count))];

        int[] Child(int[] a, int[] b)
        {
            int[] child = [.. a.Select((gene, i) => random.NextInt32(2) == 0 ? gene : b[i])];
            int mutated = random.NextInt32(child.Length);
            child[mutated] = random.NextInt32(genes[mutated].Length);
            return child;
        }

        double Fitness(int[] one) => one.Select((gene, i) => genes[i][gene]?.Gain ?? 0).Sum();

        SparseLayer[] Layers(int[] one) =>
            [.. one.Select((gene, i) => genes[i][gene]).OfType<LayerContribution>().Select(c => c.Layer)];

        bool Fits(int[] one) => Layers(one) is { Length: > 0 } layers && ArenaOf(SparseLayers.Of(layers)) <= limit;
    }

    private static IEnumerable<int[]> Singles(LayerContribution?[][] genes) =>
        from layer in Enumerable.Range(0, genes.Length)
        from gene in Enumerable.Range(1, genes[layer].Length - 1)
        select Enumerable.Range(0, genes.Length).Select(i => i == layer ? gene : 0).ToArray();

    private TrainingCurve Train(TuningScheme scheme, Action? progress, CancellationToken cancellation) =>
        request.Store is { } store
        ? store.Run(
            new($"{request.Method} {scheme.Name}", request.Seed),
            RunIdentity.Of(bench, request.Method, scheme, request.Settings, null, request.Seed),
            c => Prepared(scheme).Run(request.Seed, progress, cancellation, c), cancellation).Curve
        : Prepared(scheme).Run(request.Seed, progress, cancellation).Curve;

    private PreparedTraining Prepared(TuningScheme scheme) =>
        bench.Prepare(request.Method, scheme, request.Settings, null, threads: 1, step: StepOf(scheme));

    private long ArenaOf(TuningScheme scheme)
    {
        if (!arenas.TryGetValue(scheme.Name, out long bytes))
            arenas[scheme.Name] = bytes = StepOf(scheme).Layout.ArenaBytes;
        return bytes;
    }

    private Step StepOf(TuningScheme scheme) =>
        Step.Of(StepPlanner.TrainingStep(scheme.Tune(bench.Graph), request.Method), request.AlignmentBytes);

    private long Lay(Plan plan) => MemoryPlanner.Lay(plan, request.AlignmentBytes).ArenaBytes;
}
