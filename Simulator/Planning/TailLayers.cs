using System.Collections.Immutable;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// The last layers of those that train, which backpropagation trains while a forward gradient trains those before (ElasticZO,
/// arXiv 2501.04287). A layer is what its parameters are named after: "conv1.weight" and "conv1.bias" are of "conv1"; layers come
/// in the order in which the network reads them.
/// </summary>
internal static class TailLayers
{
    /// <summary>The network with the parameters of its last layers as what trains; null where a method has no such
    /// layers.</summary>
    /// <param name="tuning">The network and what of it trains.</param>
    /// <param name="method">The method.</param>
    /// <exception cref="InputException">There are not more layers that train than it asks for.</exception>
    public static Tuning? Of(Tuning tuning, Method method)
    {
        if (method is not ForwardMethod { TailLayers: int count })
            return null;
        string[] trained = [.. tuning.Graph.Nodes.SelectMany(n => n.Inputs).Select(v => v.Name).Where(tuning.Trained.Contains)];
        string[] layers = [.. trained.Select(LayerOf).Distinct()];
        if (layers.Length <= count)
        {
            throw new InputException($"{method}: {layers.Length} {(layers.Length == 1 ? "layer trains" : "layers train")} "
                + $"({string.Join(", ", layers)}), and a forward gradient trains the first of them; accepted are "
                + (layers.Length == 1 ? "schemes by which more do." : $"1 to {layers.Length - 1} in place of {count}."));
        }

        HashSet<string> tail = [.. layers[^count..]];
        return tuning with { Trained = [.. trained.Where(name => tail.Contains(LayerOf(name)))] };
    }

    private static string LayerOf(string parameter) =>
        parameter.LastIndexOf('.') is > 0 and var dot ? parameter[..dot] : parameter;
}
