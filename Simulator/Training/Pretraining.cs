using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Training;

/// <summary>
/// Trains a network from random weights by backpropagation in fp32, before it ever meets an accelerator. Batch normalisations use
/// the statistics of the batch while they train; then these are measured and folded.
/// </summary>
public static class Pretraining
{
    /// <summary>Trains.</summary>
    /// <param name="model">The network.</param>
    /// <param name="train">Samples of the source domain.</param>
    /// <param name="batch">Samples per step.</param>
    /// <param name="momentum">μ in [0, 1).</param>
    /// <param name="settings">Step sizes.</param>
    /// <param name="seed">Seed of weights and batches.</param>
    /// <param name="progress">Called after each step with its mean loss.</param>
    /// <param name="cancellation">Ends the run between two steps.</param>
    /// <param name="extras">Teacher and augmentation; null: neither.</param>
    /// <exception cref="InputException">The training diverges.</exception>
    /// <returns>The weights of the folded network (<see cref="Model.Folded"/>) by name.</returns>
    public static IReadOnlyDictionary<string, float[]> Run(
        Model model, Dataset train, int batch, double momentum, TrainingSettings settings, ulong seed, Action<double>? progress,
        CancellationToken cancellation, PretrainingExtras? extras = null)
    {
        extras ??= PretrainingExtras.None;
        Graph network = model.Build(batch), graph = BatchNormTraining.Of(network);
        if (extras.Teacher is { } teacher)
            graph = TeacherMachine.Distil(graph, teacher);
        FloatWeights weights = new(Initialization.Weights(network, seed));
        Plan plan = StepPlanner.TrainingStep(graph, new Backpropagation(NumberFormat.Fp32, momentum),
            TuningScheme.Full.Select(graph));
        FloatMachine machine = new(Step.OnHost(plan), weights);
        PretrainingSamples samples = new(graph, train, batch, extras, seed);
        for (int step = 0; step < settings.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            (SampleStore<float> store, int[] indices) = samples.Of(step);
            // All trains, but for constants
            machine.Run(new StepContext(seed, (uint)step, settings.RateAt(step)), store, indices, fill: true);
            double loss = machine.Loss;
            if (machine.FaultOf(loss) is { } fault)
                throw new InputException(
                    $"pre-training diverged at step {step + 1}: {fault}; accepted are step sizes at which it does not.");
            progress?.Invoke(loss);
        }

        if (!machine.IsFinite)
            throw new InputException(
                $"pre-training diverged at step {settings.Steps}: weights are no finite numbers; accepted are step sizes at "
                    + $"which it does not.");
        if (BatchNormTraining.IsNeeded(network))
            BatchNormStatistics.Measure(network, weights, SampleStores.Float(network, train));
        return BatchNormFolding.Fold(network, network.Parameters.ToDictionary(p => p.Name, p => weights.Tensors[p.Name])).Weights;
    }
}
