using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>What NpuSim computes of an imported network.</summary>
internal static class NetworkRun
{
    /// <summary>The arithmetic closest to ONNX Runtime's: float32 scales, halves to even, the zero point added after
    /// rounding.</summary>
    private static readonly NumericPolicy Policy =
        new(new AccumulatorPolicy(32, Overflow.Wrap), Rounding.HalfEven, Requantization.Float32, ZeroPointBeforeRounding: false);

    /// <summary>The output in floating point, as the file orders it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="shape">Of the file's input, the first axis being the batch.</param>
    /// <param name="input">Its numbers.</param>
    public static float[] Floats(ImportedNetwork network, int[] shape, float[] input)
    {
        bool isOneSample = IsOneSample(network, shape);
        int batch = isOneSample ? 1 : shape[0];
        FloatMachine machine = NetworkEvaluation.Float(network, batch);
        SampleStore<float> store = new(batch);
        store.Set(0, isOneSample ? input : ChannelsLast(network, input, shape));
        machine.Run(default, store, [.. Enumerable.Range(0, batch)], fill: true);
        float[] output = machine.Values(machine.Plan.Ops[^1].Output).ToArray();
        return isOneSample ? output : AsOnnx(network, output, shape);
    }

    /// <summary>The output's integers, signed, and the step and zero point of the file.</summary>
    public static (int[] Values, ValueScale Scale) Integers(ImportedNetwork network, int[] shape, float[] input)
    {
        FixedPointMachine machine = NetworkEvaluation.Fixed(network, shape[0], Policy);
        SampleStore<byte> store = new(shape[0]);
        store.Set(0, machine.QuantizeInput("images", ChannelsLast(network, input, shape)));
        machine.Run(default, store, [.. Enumerable.Range(0, shape[0])], fill: true);
        Graph graph = network.Model.Build(shape[0]);
        sbyte[] values = MemoryMarshal.Cast<byte, sbyte>(machine.Values(machine.Plan.Ops[^1].Output)).ToArray();
        return (AsOnnx(network, [.. values.Select(v => (int)v)], shape),
            network.Quantization!.Scales[graph.Outputs["output"].Name]);
    }

    // What is compared with the samples is in their order.
    private static T[] AsOnnx<T>(ImportedNetwork network, T[] y, int[] shape)
    {
        bool reconstructs = network.Model.Build(1).Inputs.All(i => i.Name != "labels");
        if (shape.Length != 4 || !reconstructs || TakesChannelsLast(network, shape)
            || y.Length != shape.Aggregate(1, (a, b) => a * b))
            return y;
        (int c, int n) = (shape[1], shape[2] * shape[3]);
        return [.. Enumerable.Range(0, y.Length).Select(i => y[(i / (c * n) * c * n) + (i % n * c) + (i / n % c)])];
    }

    private static float[] ChannelsLast(ImportedNetwork network, float[] x, int[] shape)
    {
        if (shape.Length != 4 || TakesChannelsLast(network, shape))
            return x;
        (int c, int n) = (shape[1], shape[2] * shape[3]);
        return [.. Enumerable.Range(0, x.Length).Select(i => x[(i / (c * n) * c * n) + (i % c * n) + (i / c % n)])];
    }

    // True for a file whose input as a whole is one sample, though its first axis has several indices, or is the only one.
    private static bool IsOneSample(ImportedNetwork network, int[] shape) =>
        network.Model.Input.Count == shape.Aggregate(1L, (count, e) => count * e)
            && shape is not [1, _] and not [1, _, _] and not [1, _, _, _];

    // True for a file whose input has the axes of images here: one that turns it to channels first before anything else.
    private static bool TakesChannelsLast(ImportedNetwork network, int[] shape) =>
        network.Model.Input == Shape.Create(shape.AsSpan()[1..])
            && network.Model.Input != Shape.Create([shape[2], shape[3], shape[1]]);
}
