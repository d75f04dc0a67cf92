using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Networks;

namespace NpuSim.Simulator.Studies;

/// <summary>An imported network as it is, ready to run inferences: in fp32, or in int8 with the scales of its file.</summary>
public static class NetworkEvaluation
{
    private const string Output = "output";

    /// <summary>Refuses a network that does not classify such samples.</summary>
    /// <exception cref="InputException">It takes others, or reconstructs them.</exception>
    public static void RequireClassifier(ImportedNetwork network, ImageSet images) =>
        RequireClassifier(network, images, images?.SampleShape ?? throw new ArgumentNullException(nameof(images)));

    /// <summary>Refuses a network that does not classify such samples.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">The set.</param>
    /// <param name="sample">Its samples as the network sees them: [height, width, channels].</param>
    /// <exception cref="InputException">It takes others, or reconstructs them.</exception>
    public static void RequireClassifier(ImportedNetwork network, ImageSet images, Shape sample)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(images);
        Model model = network.Model;
        if (model.Build(1).Inputs.All(i => i.Name != "labels"))
            throw new InputException($"{model.Name}: it reconstructs its samples and has no accuracy.");
        Graph graph = model.Build(1);
        if (graph.Inputs.FirstOrDefault(i => i.Name is not ("images" or "labels")) is { } other)
            throw new InputException($"{model.Name}: reads '{other.Name}' beside its first input; image sets feed one input.");
        if (graph.Indices.Count > 0)
            throw new InputException($"{model.Name}: its input holds indices of a table; image sets have pixels.");
        if (model.Input != sample || model.Classes != images.Classes)
            throw new InputException(
                $"{model.Name}: takes samples of {model.Input} in {model.Classes} classes; {images.Name} has {sample} in "
                    + $"{images.Classes}.");
    }

    /// <summary>Formats of a network that was quantised to 8 bits elsewhere.</summary>
    public static OperandFormats Quantized { get; } = new(NumberFormat.Int8, NumberFormat.Int8, NarrowLogits: true);

    /// <summary>Runs the network in fp32; integers of a quantised one count as the real numbers they stand for.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batch">Samples per inference.</param>
    public static FloatMachine Float(ImportedNetwork network, int batch)
    {
        ArgumentNullException.ThrowIfNull(network);
        Plan plan = Planner.Inference(network.Model.Build(batch), OperandFormats.Fp32, ImmutableHashSet<string>.Empty, Output);
        return new FloatMachine(
            Step.OnHost(plan), new FloatWeights(network.Weights.Tensors.ToDictionary(t => t.Key, t => t.Value.Values.ToArray())));
    }

    /// <summary>Runs a quantised network in integers.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batch">Samples per inference.</param>
    /// <param name="policy">The accelerator's arithmetic; that of TFLite wraps at 32 bits and requantises with double
    /// rounding.</param>
    /// <exception cref="NotRunnableException">An operation has no integer kernel.</exception>
    /// <exception cref="InputException">The network is not quantised.</exception>
    public static FixedPointMachine Fixed(ImportedNetwork network, int batch, NumericPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(network);
        Quantization quantization = network.Quantization
            ?? throw new InputException($"{network.Model.Name}: not quantised; it runs in floating point.");
        Graph graph = network.Model.Build(batch);
        Plan plan = Planner.Inference(graph, Quantized, ImmutableHashSet<string>.Empty, Output);
        Repertoire.Require(plan);
        return new FixedPointMachine(
            Step.OnHost(plan), policy, new FixedWeights(quantization), PlanScales.Of(plan, graph, quantization));
    }

    /// <summary>Runs a network in the formats of an accelerator, with scales calibrated on samples as training does it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="batch">Samples per inference.</param>
    /// <param name="formats">Formats in fixed point.</param>
    /// <param name="policy">The accelerator's arithmetic.</param>
    /// <param name="samples">Samples whose activations set the scales.</param>
    /// <exception cref="NotRunnableException">An operation has no integer kernel.</exception>
    public static FixedPointMachine Calibrated(ImportedNetwork network, int batch, OperandFormats formats, NumericPolicy policy,
        Dataset samples)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(samples);
        Graph graph = network.Model.Build(batch);
        Plan plan = Planner.Inference(graph, formats, ImmutableHashSet<string>.Empty);
        Repertoire.Require(plan);
        Dictionary<string, float[]> weights = network.Weights.Tensors.ToDictionary(t => t.Key, t => t.Value.Values.ToArray());
        IReadOnlyDictionary<int, double> ranges =
            Calibration.Ranges(graph, weights, SampleStores.Float(graph, samples), (samples.Count + batch - 1) / batch);
        return new FixedPointMachine(Step.OnHost(plan), policy, new FixedWeights(weights), ranges);
    }

    /// <summary>Share of the samples that the network puts into their class, 0..1.</summary>
    /// <param name="machine">From <see cref="Float"/>, <see cref="Fixed"/> or <see cref="Calibrated"/>.</param>
    /// <param name="network">The network, which classifies.</param>
    /// <param name="data">Samples in the network's range, of its shape.</param>
    public static double Accuracy<T>(Machine<T> machine, ImportedNetwork network, Dataset data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(machine);
        Graph graph = network.Model.Build(machine.Plan.Batch);
        return machine switch
        {
            FloatMachine real => real.Accuracy(SampleStores.Float(graph, data), data.Labels.Span, fill: true),
            FixedPointMachine integers => integers.Accuracy(SampleStores.Fixed(graph, data, integers),
                data.Labels.Span, fill: true),
            _ => throw new ArgumentException("Neither in floating nor in fixed point.", nameof(machine)),
        };
    }
}
