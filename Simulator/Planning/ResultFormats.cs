using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// In which format the results of a step are stored, decided once for all results whose integers are the same: a result that an
/// operation only rearranges, selects from or clamps has the format of what it comes from, through any number of such operations.
/// A view has its owner's format whatever is said here (<see cref="PlanBuilder.View"/>).
/// </summary>
internal sealed class ResultFormats
{
    private readonly OperandFormats formats;
    private readonly HashSet<int> wide, accumulated, gradients, interpolated;
    private readonly IReadOnlySet<int> turned;
    private readonly Value? derivative;

    /// <summary>Decides.</summary>
    /// <param name="forward">Nodes of the forward pass, in order.</param>
    /// <param name="logits">What the loss reads.</param>
    /// <param name="formats">Formats of the method.</param>
    /// <param name="turned">Value ids of weights under another order of axes, which stay weights.</param>
    /// <param name="derivative">The derivative that a forward-mode pass ends in; null: none.</param>
    /// <param name="backward">Nodes of the backward pass, in order.</param>
    /// <param name="weightGradients">Value ids of the gradients of trained weights, and of what they are sums of.</param>
    public ResultFormats(
        IReadOnlyCollection<Node> forward, Value logits, OperandFormats formats, IReadOnlySet<int> turned,
        Value? derivative = null,
        IReadOnlyCollection<Node>? backward = null, IEnumerable<int>? weightGradients = null)
    {
        (this.formats, this.turned, this.derivative) = (formats, turned, derivative);
        wide = formats.Logits == formats.Activations ? [] : Wide(forward, logits);
        accumulated = Accumulated(backward ?? [], weightGradients ?? []);
        gradients = [.. (backward ?? []).Select(n => n.Output.Id)];
        interpolated = formats.Activations == NumberFormat.Int8 ? Interpolated([.. forward, .. backward ?? []]) : [];
    }

    /// <summary>The format of a node's result.</summary>
    public NumberFormat Of(Node node) =>
        BackwardGraph.FormatOf(node.Op)
        ?? (node.Op.IsLoss || node.Output == derivative ? formats.Loss
            : turned.Contains(node.Output.Id) ? formats.Weights
            : wide.Contains(node.Output.Id) ? formats.Logits
            : interpolated.Contains(node.Output.Id) ? NumberFormat.Int32
            : accumulated.Contains(node.Output.Id) ? formats.IsFixedPoint ? NumberFormat.Int32 : formats.Stored
            : gradients.Contains(node.Output.Id) ? formats.Gradients
            : formats.Activations);

    // The logits, and what reaches them by sums and by operations that keep the integers alone: they are as wide as the logits.
    // What anything else reads has the format of activations, and so has what only rearranges it.
    private static HashSet<int> Wide(IReadOnlyCollection<Node> nodes, Value logits)
    {
        ILookup<int, Node> readers = nodes.SelectMany(n => n.Inputs.Select(i => (i.Id, Node: n)))
            .ToLookup(p => p.Id, p => p.Node);
        HashSet<int> wide = [];
        foreach (Node node in nodes.Reverse())
        {
            bool isWide = node.Output.Id == logits.Id
                ? readers[logits.Id].All(r => r.Op.IsLoss || IsRead(r))
                : readers[node.Output.Id].Any() && readers[node.Output.Id].All(IsRead);
            if (isWide)
                wide.Add(node.Output.Id);
        }

        // What keeps the integers of something narrow is narrow itself, and then its other operands need not be wide.
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (Node node in nodes)
            {
                bool stays = !node.Op.KeepsIntegers() || wide.Contains(node.Inputs[0].Id);
                bool isRead = node.Output.Id == logits.Id || readers[node.Output.Id].All(IsRead);
                if (!(stays && isRead) && wide.Remove(node.Output.Id))
                    changed = true;
            }
        }

        return wide;

        bool IsRead(Node reader) => (reader.Op is Add || reader.Op.KeepsIntegers()) && wide.Contains(reader.Output.Id);
    }

    // Sums along one axis that are interpolated along another one next: both together are rounded once.
    private static HashSet<int> Interpolated(IReadOnlyCollection<Node> nodes)
    {
        ILookup<int, Op> readers = nodes.SelectMany(n => n.Inputs.Select(i => (i.Id, n.Op))).ToLookup(p => p.Id, p => p.Op);
        HashSet<int> sums = [];
        foreach (Node node in nodes.Where(n => n.Op is Resample && !sums.Contains(n.Inputs[0].Id)))
        {
            if (readers[node.Output.Id].Any() && readers[node.Output.Id].All(r => r is Resample))
                sums.Add(node.Output.Id);
        }

        return sums;
    }

    // Gradients of weights are as wide as accumulators or stored weights, whatever order they are brought into afterwards.
    private static HashSet<int> Accumulated(IReadOnlyCollection<Node> nodes, IEnumerable<int> gradients)
    {
        HashSet<int> accumulated = [.. gradients];
        ILookup<int, Node> readers = nodes.SelectMany(n => n.Inputs.Select(i => (i.Id, Node: n)))
            .ToLookup(p => p.Id, p => p.Node);
        foreach (Node node in nodes.Reverse().Where(n => accumulated.Contains(n.Output.Id) && n.Op.KeepsIntegers()))
        {
            if (readers[node.Inputs[0].Id].All(r => r.Op.KeepsIntegers() && accumulated.Contains(r.Output.Id)))
                accumulated.Add(node.Inputs[0].Id);
        }

        return accumulated;
    }
}
