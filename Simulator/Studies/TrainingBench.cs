using System.Collections.Concurrent;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// A network, its weights and its data, ready to be trained by any method in any arithmetic. What does not depend on the method
/// is worked out once: calibrated ranges, images as numbers.
/// </summary>
public sealed partial class TrainingBench : IBench
{
    private const int EvaluationBatch = 100;
    private const double PerturbationReach = sbyte.MaxValue * Perturbation.Step; // the largest |z| that 8 bits hold

    private readonly IReadOnlyDictionary<string, float[]> weights;
    private readonly Dataset train, test;
    private readonly Model model;
    private readonly Graph graph, evaluationGraph;
    private readonly int calibrationBatches;
    private readonly Lazy<string> content;
    private readonly ConcurrentDictionary<TuningScheme, Lazy<TunedNetwork>> tuned = [];

    /// <summary>Sets up a bench.</summary>
    /// <param name="model">The network.</param>
    /// <param name="weights">Its weights by name, which stay as they are.</param>
    /// <param name="train">Samples to train on.</param>
    /// <param name="test">Samples to measure accuracy on.</param>
    /// <param name="batch">Samples per training step.</param>
    /// <param name="calibrationBatches">Batches of the training samples that set the range of each activation.</param>
    public TrainingBench(
        Model model, IReadOnlyDictionary<string, float[]> weights, Dataset train, Dataset test, int batch, int calibrationBatches)
    {
        (this.model, this.weights, this.train, this.test, this.calibrationBatches) =
            (model, weights, train, test, calibrationBatches);
        graph = model.Build(batch);
        content = new(() =>
            $"network: {RunIdentity.Hash(graph)}\nweights: {WeightsHash}\ndata: {RunIdentity.Hash(train)} "
                + $"{RunIdentity.Hash(test)} {calibrationBatches}");
        evaluationGraph = model.Build(Math.Min(EvaluationBatch, test.Count));
    }

    /// <summary>Whether accuracy is measured on the way too (<see cref="AccuracyPoints"/>).</summary>
    internal bool MeasuresOnTheWay { get; init; } = true;

    /// <summary>The network.</summary>
    internal Model Model => model;

    /// <summary>Its weights by name.</summary>
    internal IReadOnlyDictionary<string, float[]> Weights => weights;

    /// <summary>Samples to train on.</summary>
    internal Dataset Train => train;

    /// <summary>Samples to measure accuracy on.</summary>
    internal Dataset Test => test;

    /// <inheritdoc/>
    public Graph Graph => graph;

    /// <inheritdoc/>
    public string WeightsHash => RunIdentity.Hash(weights);

    /// <inheritdoc/>
    public string Content => content.Value;

    /// <inheritdoc/>
    public int Trainings => 1;

    /// <inheritdoc/>
    public Graph? Setup => null;

    /// <inheritdoc/>
    public PreparedTraining Prepare(
        Method method, TuningScheme scheme, TrainingSettings settings, NumericPolicy? policy, int threads = 0,
        FixedPointBackend? backend = null, Step? step = null)
    {
        TunedNetwork network = tuned.GetOrAdd(scheme, s => new(() => Tuned(s))).Value;
        step ??= OnHost(network.Step, method);
        Step inference = InferenceOf(network, method, step);
        return method.Operands.IsFixedPoint
            ? PrepareFixed(
                network, method, step, inference, settings, policy ?? throw new ArgumentNullException(nameof(policy)),
                backend ?? FixedPointBackend.Processor)
            : PrepareFloat(network, step, inference, settings, threads);
    }

    // On the weights of a step that this program can run.
    private static Step InferenceOf(TunedNetwork network, Method method, Step step)
    {
        Repertoire.Require(step.Plan);
        return Step.Of(
            Planner.Inference(network.Evaluation.Graph, method.Operands, network.Evaluation.Trained), step.Layout.AlignmentBytes);
    }

    /// <summary>A step that nobody reported before it runs.</summary>
    internal static Step OnHost(Tuning tuning, Method method) => Step.OnHost(StepPlanner.TrainingStep(tuning, method));

    /// <summary>Accuracy in fp32 before any training, 0..1.</summary>
    public double ZeroShot()
    {
        Plan plan = Planner.Inference(evaluationGraph, OperandFormats.Fp32, TuningScheme.Full.Select(evaluationGraph));
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(weights));
        SampleStore<float> store = SampleStores.Float(evaluationGraph, test);
        machine.Fill(store);
        return machine.Accuracy(store, test.Labels.Span);
    }

    /// <summary>What measures the loss on training samples drawn by a seed.</summary>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="samples">How many samples, at least 1.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="InputException">There are not as many.</exception>
    public LossProbe Probe(TuningScheme scheme, int samples, ulong seed)
    {
        if (samples > train.Count)
            throw new InputException($"{samples} samples are asked for; there are {train.Count} to train on.");
        int[] order = [.. Enumerable.Range(0, train.Count)];
        new RandomStream(seed, "loss probe").Shuffle<int>(order);
        return new LossProbe(model, scheme, weights, train.Select(order.AsSpan(0, samples)));
    }

    private TunedNetwork Tuned(TuningScheme scheme)
    {
        Tuning step = scheme.Tune(graph);
        return new(step, scheme.Tune(evaluationGraph), step.StartFrom(weights), new(() => RangesOf(step)));
    }

    // Of a network with additions: what they reach at the start and once they have grown, whichever is larger.
    private IReadOnlyDictionary<int, double> RangesOf(Tuning tuning)
    {
        SampleStore<float> samples = SampleStores.Float(tuning.Graph, train);
        IReadOnlyDictionary<int, double> ranges =
            Calibration.Ranges(tuning.Graph, tuning.StartFrom(weights), samples, calibrationBatches);
        if (tuning.Added.IsEmpty)
            return ranges;
        IReadOnlyDictionary<int, double> grown =
            Calibration.Ranges(tuning.Graph, tuning.GrownFrom(weights), samples, calibrationBatches);
        return ranges.ToDictionary(r => r.Key, r => Math.Max(r.Value, grown[r.Key]));
    }

    private PreparedTraining PrepareFloat(TunedNetwork network, Step step, Step inference, TrainingSettings settings, int threads)
    {
        (SampleStore<float> trainStore, SampleStore<float> testStore) = FilledFloat(network, inference, threads);
        return new PreparedTraining((seed, progress, cancellation, checkpoints) =>
        {
            FloatWeights own = new(network.Weights);
            Trainer<float> trainer = new(
                new FloatMachine(step, own, settings.Epsilon, threads),
                new FloatMachine(inference, own, threads: threads), trainStore, MeasuresOnTheWay);
            return (trainer.Train(settings, seed, testStore, test.Labels.Span, progress, cancellation, checkpoints), null);
        });
    }

    private (SampleStore<float> Train, SampleStore<float> Test) FilledFloat(TunedNetwork network, Step inference, int threads)
    {
        FloatMachine filler = new(inference, new FloatWeights(network.Weights), threads: threads);
        SampleStore<float> forTraining = SampleStores.Float(network.Step.Graph, train),
            forTest = SampleStores.Float(network.Step.Graph, test);
        filler.Fill(forTraining);
        filler.Fill(forTest);
        return (forTraining, forTest);
    }

    private PreparedTraining PrepareFixed(
        TunedNetwork network, Method method, Step step, Step inference, TrainingSettings settings, NumericPolicy policy,
        FixedPointBackend backend)
    {
        IReadOnlyDictionary<int, double> room = RoomOf(network, method, step, settings);
        (SampleStore<byte> trainStore, SampleStore<byte> testStore, long overflowed) =
            backend.Attempt(chosen => FilledFixed(network, inference, room, policy, chosen));
        return new PreparedTraining((seed, progress, cancellation, checkpoints) =>
        {
            int reported = 0; // an attempt that is done anew reports no step twice
            TrainingState? last = checkpoints?.From; // where it begins: no state depends on where it was reached
            Checkpoints? kept = checkpoints?.Save is { } save
                ? checkpoints with { Save = state => save(last = state) } : checkpoints;
            return backend.Attempt(chosen =>
            {
                int done = (last?.Step ?? 0) - (checkpoints?.From?.Step ?? 0);
                using FixedPointRun run = chosen.Begin(policy, new FixedWeights(network.Weights));
                IntegerMachine training = run.Machine(step, room, settings);
                IntegerMachine measuring = run.Machine(inference, room);
                Trainer<byte> trainer = new(training, measuring, trainStore, MeasuresOnTheWay);
                bool isWhole = last is null; // what was measured before a state is not known after it
                TrainingCurve curve = trainer.Train(settings, seed, testStore, test.Labels.Span, Report, cancellation,
                    kept is null ? null : kept with { From = last });
                return (curve, training.Numerics with { OverflowedBeside = isWhole ? overflowed + measuring.Overflowed : null });

                void Report()
                {
                    if (++done <= reported)
                        return;
                    reported = done;
                    progress?.Invoke();
                }
            });
        });
    }

    // Ranges of all values of a step, gradients included.
    private IReadOnlyDictionary<int, double> RoomOf(TunedNetwork network, Method method, Step step, TrainingSettings settings)
    {
        double epsilon = settings.InSteps ? 0 : settings.Epsilon;
        IReadOnlyDictionary<int, double> room = WithRoom(network.Ranges.Value, step.Plan, epsilon);
        (Tuning descending, Backpropagation? bp) = TailLayers.Of(network.Step, method) is { } tail
            ? (tail, new Backpropagation(NumberFormat.Fp32)) : (network.Step, method as Backpropagation);
        return bp is null ? room : room.Concat(Calibration.GradientRanges(
            descending, bp, network.Weights, SampleStores.Float(network.Step.Graph, train), calibrationBatches)).ToDictionary();
    }

    private (SampleStore<byte> Train, SampleStore<byte> Test, long Overflowed) FilledFixed(
        TunedNetwork network, Step inference, IReadOnlyDictionary<int, double> room, NumericPolicy policy,
        FixedPointBackend chosen)
    {
        using FixedPointRun run = chosen.Begin(policy, new FixedWeights(network.Weights));
        IntegerMachine filler = run.Machine(inference, room);
        SampleStore<byte> forTraining = SampleStores.Fixed(network.Step.Graph, train, filler),
            forTest = SampleStores.Fixed(network.Step.Graph, test, filler);
        filler.Fill(forTraining);
        filler.Fill(forTest);
        return (forTraining, forTest, filler.Overflowed);
    }

    // A trained tensor that is all but zero (the key biases of attention, whose gradient is zero) still has to hold w ± εz.
    private static Dictionary<int, double> WithRoom(IReadOnlyDictionary<int, double> ranges, Plan step, double epsilon)
    {
        double reach = epsilon * (step.Ops.Any(o => o.Op is Perturb { IsAtNeighbour: true }) ? 2 : 1);
        Dictionary<int, double> room = new(ranges);
        foreach (PlanTensor trained in step.Tensors.Where(t => t.Role == TensorRole.TrainedWeight))
            room[trained.Source!.Value] = Math.Max(room[trained.Source.Value], PerturbationReach * reach);
        return room;
    }

    // A network under one scheme: at the batches of training and of evaluation, its first weights and calibrated ranges.
    private sealed record TunedNetwork(
        Tuning Step, Tuning Evaluation, IReadOnlyDictionary<string, float[]> Weights,
        Lazy<IReadOnlyDictionary<int, double>> Ranges);
}
