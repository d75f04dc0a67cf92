using System.Runtime.InteropServices;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Execution;

/// <summary>Turns data sets into the rows that machines read: the graph's inputs "images" and "labels".</summary>
public static class SampleStores
{
    /// <summary>Rows for machines in floating point.</summary>
    public static SampleStore<float> Float(Graph graph, Dataset data)
    {
        SampleStore<float> store = new(data.Count);
        store.Set(Input(graph, "images"), data.Images.ToArray());
        store.Set(Input(graph, "labels"), [.. data.Labels.ToArray().Select(l => (float)l)]);
        return store;
    }

    /// <summary>Rows for a fixed-point machine and all that store images as it does.</summary>
    public static SampleStore<byte> Fixed(Graph graph, Dataset data, IntegerMachine machine)
    {
        SampleStore<byte> store = new(data.Count);
        store.Set(Input(graph, "images"), machine.QuantizeInput("images", data.Images.Span));
        store.Set(Input(graph, "labels"), MemoryMarshal.AsBytes(data.Labels.Span).ToArray());
        return store;
    }

    private static int Input(Graph graph, string name) => graph.Inputs.First(i => i.Name == name).Id;
}
