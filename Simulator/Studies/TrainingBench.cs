using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// A network, its weights and its data, ready to be trained by any method in any arithmetic. What does not depend on the method is
/// worked out once: calibrated ranges, images as numbers.
/// </summary>
public sealed class TrainingBench
{
    private const int EvaluationBatch = 100;
    private const double PerturbationReach = sbyte.MaxValue * Perturbation.Step; // the largest |z| that 8 bits hold

    private readonly IReadOnlyDictionary<string, float[]> weights;
    private readonly Dataset train, test;
    private readonly Graph graph, evaluationGraph;
    private readonly Lazy<IReadOnlyDictionary<int, double>> ranges;

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
        (this.weights, this.train, this.test) = (weights, train, test);
        graph = model.Build(batch);
        evaluationGraph = model.Build(Math.Min(EvaluationBatch, test.Count));
        ranges = new(() => Calibration.Ranges(graph, weights, SampleStores.Float(graph, train), calibrationBatches));
    }

    /// <summary>The network at the training batch.</summary>
    public Graph Graph => graph;

    /// <summary>Prepares training by one method; the result can run any number of seeds, also at the same time.</summary>
    /// <param name="method">The method.</param>
    /// <param name="scheme">Which parameters train.</param>
    /// <param name="settings">Step sizes.</param>
    /// <param name="policy">Arithmetic of fixed-point methods; others need none.</param>
    /// <param name="threads">Threads of one float operation at most; 0: one per processor. No result depends on it.</param>
    /// <param name="backend">Where fixed-point methods run; null: the processor. No result depends on it.</param>
    public PreparedTraining Prepare(
        Method method, TuningScheme scheme, TrainingSettings settings, NumericPolicy? policy, int threads = 0,
        FixedPointBackend? backend = null)
    {
        ImmutableHashSet<string> trained = scheme.Select(graph);
        Plan step = Planner.TrainingStep(graph, method, trained);
        Plan inference = Planner.Inference(evaluationGraph, method.Operands, trained);
        return method.Operands.IsFixedPoint
            ? PrepareFixed(step, inference, settings, policy ?? throw new ArgumentNullException(nameof(policy)), backend ?? FixedPointBackend.Processor)
            : PrepareFloat(step, inference, settings, threads);
    }

    private PreparedTraining PrepareFloat(Plan step, Plan inference, TrainingSettings settings, int threads)
    {
        FloatMachine filler = new(inference, new FloatWeights(weights), threads: threads);
        SampleStore<float> trainStore = SampleStores.Float(graph, train), testStore = SampleStores.Float(graph, test);
        filler.Fill(trainStore);
        filler.Fill(testStore);
        return new PreparedTraining((seed, progress, cancellation) =>
        {
            FloatWeights own = new(weights);
            Trainer<float> trainer = new(
                new FloatMachine(step, own, settings.Epsilon, threads), new FloatMachine(inference, own, threads: threads), trainStore);
            return (trainer.Train(settings, seed, testStore, test.Labels.Span, progress, cancellation), null);
        });
    }

    private PreparedTraining PrepareFixed(
        Plan step, Plan inference, TrainingSettings settings, NumericPolicy policy, FixedPointBackend backend)
    {
        IReadOnlyDictionary<int, double> room = WithRoom(step, settings.InSteps ? 0 : settings.Epsilon);
        (SampleStore<byte> trainStore, SampleStore<byte> testStore) = backend.Attempt(FillStores);
        return new PreparedTraining((seed, progress, cancellation) =>
        {
            int reported = 0; // an attempt that is done anew reports no step twice
            return backend.Attempt(chosen =>
            {
                int done = 0;
                using FixedPointRun run = chosen.Begin(policy, new FixedWeights(weights));
                IntegerMachine training = run.Machine(step, room, settings);
                Trainer<byte> trainer = new(training, run.Machine(inference, room), trainStore);
                TrainingCurve curve = trainer.Train(settings, seed, testStore, test.Labels.Span, Report, cancellation);
                return (curve, training.Numerics);

                void Report()
                {
                    if (++done <= reported)
                        return;
                    reported = done;
                    progress?.Invoke();
                }
            });
        });

        (SampleStore<byte> Train, SampleStore<byte> Test) FillStores(FixedPointBackend chosen)
        {
            using FixedPointRun run = chosen.Begin(policy, new FixedWeights(weights));
            IntegerMachine filler = run.Machine(inference, room);
            SampleStore<byte> forTraining = SampleStores.Fixed(graph, train, filler), forTest = SampleStores.Fixed(graph, test, filler);
            filler.Fill(forTraining);
            filler.Fill(forTest);
            return (forTraining, forTest);
        }
    }

    // A trained tensor that is all but zero (the key biases of attention, whose gradient is zero) still has to hold w ± εz.
    private Dictionary<int, double> WithRoom(Plan step, double epsilon)
    {
        Dictionary<int, double> room = new(ranges.Value);
        foreach (PlanTensor trained in step.Tensors.Where(t => t.Role == TensorRole.TrainedWeight))
            room[trained.Source!.Value] = Math.Max(room[trained.Source.Value], PerturbationReach * epsilon);
        return room;
    }
}

/// <summary>Training by one method, set up but for the seed.</summary>
/// <param name="Run">Trains with a seed; calls back after each step; ends early by cancellation. The numerics are null in floating point.</param>
public sealed record PreparedTraining(Func<ulong, Action?, CancellationToken, (TrainingCurve Curve, NumericsResult? Numerics)> Run);
