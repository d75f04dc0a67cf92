using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Planning;

/// <summary>A network and the gradients of what trains, as nodes in the order in which they run.</summary>
/// <param name="Tuning">The network and what of it trains.</param>
/// <param name="Forward">
/// The forward pass. What the backward pass wants of a result but not the whole (some channels, signs, places of maxima) is taken
/// directly after the last forward node that reads the whole, so that only this part is kept.
/// </param>
/// <param name="Backward">The backward pass.</param>
/// <param name="Gradients">Value id of each gradient → the weight it belongs to.</param>
internal sealed record BackwardGraph(
    Tuning Tuning, ImmutableArray<Node> Forward, ImmutableArray<Node> Backward, IReadOnlyDictionary<int, Value> Gradients)
{
    /// <summary>Differentiates a network.</summary>
    /// <param name="tuning">The network and what of it trains.</param>
    /// <param name="compact">True: signs and places of maxima are kept where the backward pass needs no more.</param>
    /// <param name="factor">What every gradient is multiplied by: of the samples of a step the share that runs at once, and what
    /// the method scales the loss by.</param>
    public static BackwardGraph Of(Tuning tuning, bool compact, double factor = 1)
    {
        Graph graph = tuning.Graph,
            whole = Workloads.Graphs.Gradients.Build(graph, "loss", tuning.Trained, tuning.Channels, factor);
        if (compact)
            whole = CompactForms.Of(graph, whole);
        Dictionary<int, Value> gradients = graph.Parameters.Where(p => tuning.Trained.Contains(p.Name))
            .ToDictionary(p => whole.Outputs[Workloads.Graphs.Gradients.OutputName(p.Name)].Id);
        ImmutableArray<Node> nodes = NetworkPass.Reaching(whole,
            [whole.Outputs["loss"], .. gradients.Keys.Select(id => whole.Values[id])]);
        ImmutableArray<Node> network = [.. nodes.Where(n => n.Output.Id < graph.Values.Length)];
        ImmutableArray<Node> parts = [.. nodes.Where(n => IsPart(n, graph))];
        return new(tuning, WithParts(network, parts), [.. nodes.Except(network).Except(parts)], gradients);
    }

    /// <summary>True for what is taken of a forward result for the backward pass alone.</summary>
    public static bool IsPart(Node node, Graph graph) =>
        node.Op is Slice or Positive or MaxPoolIndex && node.Output.Id >= graph.Values.Length
            && node.Inputs[0].Id < graph.Values.Length;

    /// <summary>How a part is stored; null for nodes that are none.</summary>
    public static NumberFormat? FormatOf(Op op) => op switch
    {
        Positive => NumberFormat.Bit,
        MaxPoolIndex index => CompactForms.Holds(NumberFormat.Int4, index.Pool) ? NumberFormat.Int4 : NumberFormat.Int8,
        _ => null,
    };

    private static ImmutableArray<Node> WithParts(ImmutableArray<Node> network, ImmutableArray<Node> parts)
    {
        ILookup<int, Node> partsOf = parts.ToLookup(n => n.Inputs[0].Id);
        Dictionary<int, Node> lastReader = [];
        foreach (Node node in network)
        {
            foreach (Value operand in node.Inputs)
                lastReader[operand.Id] = node;
        }

        return
        [
            .. from node in network
               from next in new[] { node }.Concat(
                   node.Inputs.Select(i => i.Id).Distinct().Where(id => lastReader[id] == node).SelectMany(id => partsOf[id]))
               select next,
        ];
    }
}
