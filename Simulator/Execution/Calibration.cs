using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Execution;

/// <summary>Finds the range of every value of a network by running it in fp32 on a few batches.</summary>
public static class Calibration
{
    // Logits grow while a network trains, and 16 bits leave room.
    private const double LogitHeadroom = 2;

    /// <summary>Largest magnitude of every input, weight and forward result, by graph value id.</summary>
    /// <param name="graph">The network at the batch of calibration.</param>
    /// <param name="weights">Its weights by name.</param>
    /// <param name="store">Samples: rows of the value "images".</param>
    /// <param name="batches">Batches to run, taken from the front of the store.</param>
    public static IReadOnlyDictionary<int, double> Ranges(
        Graph graph, IReadOnlyDictionary<string, float[]> weights, SampleStore<float> store, int batches)
    {
        Plan plan = Planner.Inference(graph, OperandFormats.Fp32, ImmutableHashSet<string>.Empty);
        Dictionary<int, double> ranges = graph.Parameters.ToDictionary(p => p.Id, p => Largest(weights[p.Name]));
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(weights));
        machine.Observer = op =>
        {
            PlanTensor result = plan.Tensors[op.Output];
            if (result.IsPersistent) // a view of a weight
                ranges[result.Source!.Value] = ranges[plan.Owner(op.Output).Source!.Value];
            else
                Raise(ranges, result.Source!.Value, machine.Values(op.Output));
        };
        Value images = graph.Inputs.First();
        float[] rows = new float[images.Shape.Count];
        int[] samples = new int[plan.Batch];
        for (int first = 0; first < Math.Min(batches * plan.Batch, store.Count); first += plan.Batch)
        {
            for (int i = 0; i < samples.Length; i++)
                samples[i] = Math.Min(first + i, store.Count - 1);
            store.Gather(images.Id, samples, rows);
            Raise(ranges, images.Id, rows);
            machine.Run(default, store, samples, fill: true);
        }

        Dictionary<int, Node> makers = graph.Nodes.ToDictionary(n => n.Output.Id);
        for (Value logits = graph.Outputs["logits"]; makers.TryGetValue(logits.Id, out Node? maker); logits = maker.Inputs[0])
        {
            ranges[logits.Id] *= LogitHeadroom;
            if (!maker.Op.KeepsIntegers())
                break; // those before are no logits under another shape
        }

        return ranges;
    }

    /// <summary>Largest magnitude of every gradient with respect to an activation, by the value id it has in a plan of
    /// backpropagation.</summary>
    /// <param name="tuning">The network at the batch of calibration, and what of it trains.</param>
    /// <param name="method">Backpropagation; what it keeps decides the ids.</param>
    /// <param name="weights">Weights by name, which stay as they are.</param>
    /// <param name="store">Samples: rows of the values "images" and "labels".</param>
    /// <param name="batches">Batches to run, taken from the front of the store.</param>
    public static IReadOnlyDictionary<int, double> GradientRanges(
        Tuning tuning, Backpropagation method, IReadOnlyDictionary<string, float[]> weights,
        SampleStore<float> store, int batches)
    {
        Plan plan = StepPlanner.TrainingStep(tuning, new Backpropagation(NumberFormat.Fp32) { Compact = method.Compact });
        Dictionary<int, double> ranges = [];
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(weights));
        machine.Observer = op =>
        {
            if (plan.Tensors[op.Output] is { Role: TensorRole.ActivationGradient, Source: int value })
                Raise(ranges, value, machine.Values(op.Output));
        };
        for (int first = 0; first < Math.Min(batches * plan.Batch, store.Count); first += plan.Batch)
            machine.Run(default, store, [.. Enumerable.Range(first, plan.Batch).Select(i => Math.Min(i, store.Count - 1))],
                fill: true);
        return ranges;
    }

    private static void Raise(Dictionary<int, double> ranges, int value, ReadOnlySpan<float> values) =>
        ranges[value] = Math.Max(ranges.GetValueOrDefault(value), Largest(values));

    private static double Largest(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }
}
