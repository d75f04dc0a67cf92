using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Schemes;

/// <summary>A stretch of a network from one image to another.</summary>
/// <param name="Input">Where it begins, [B, H, W, C].</param>
/// <param name="Result">Where it ends.</param>
/// <param name="WidestChannels">Most channels of any image it computes.</param>
internal sealed record Block(Value Input, Value Result, int WidestChannels);

/// <summary>Finds the blocks of an image network by their shape, not their names.</summary>
internal static class ImageBlocks
{
    /// <summary>
    /// What each residual sum spans, and every convolution by more than one pixel outside, a depthwise one with the 1×1
    /// convolutions before and after it; none that reads the images.
    /// </summary>
    public static IEnumerable<Block> Of(Graph graph)
    {
        HashSet<Node> spanned = [];
        foreach (Node sum in graph.Nodes.Where(n => n.Op is Add && n.Inputs.All(IsImage)
            && n.Inputs[0].Shape == n.Inputs[1].Shape))
        {
            HashSet<Value> common = Ancestry.Of(graph, sum.Inputs[0]);
            common.IntersectWith(Ancestry.Of(graph, sum.Inputs[1]));
            Value? input = common.Where(IsImage).MaxBy(v => v.Id);
            if (input is null)
                continue;
            HashSet<Value> inside = Ancestry.Of(graph, sum.Output);
            inside.ExceptWith(Ancestry.Of(graph, input));
            spanned.UnionWith(graph.Nodes.Where(n => inside.Contains(n.Output)));
            yield return new(input, sum.Output, inside.Where(IsImage).Max(v => v.Shape[^1]));
        }

        foreach (Node layer in graph.Nodes.Where(n => n.Op is Conv2d && IsImage(n.Inputs[0]) && !spanned.Contains(n)))
        {
            if (IsPoint(layer))
                continue;
            (Node first, Node last) = layer.Op is Conv2d { Groups: > 1 }
                ? (Before(graph, layer), After(graph, layer)) : (layer, layer);
            yield return new(first.Inputs[0], Normalised(graph, last),
                Math.Max(first.Inputs[0].Shape[^1], Math.Max(layer.Output.Shape[^1], last.Output.Shape[^1])));
        }
    }

    // The 1×1 convolution that feeds a depthwise one, or the latter itself.
    private static Node Before(Graph graph, Node layer)
    {
        Node? before = Maker(layer.Inputs[0]);
        while (before is { Op: Relu or BatchNorm })
            before = Maker(before.Inputs[0]);
        return before is not null && IsPoint(before) && IsImage(before.Inputs[0]) ? before : layer;

        Node? Maker(Value value) => graph.Nodes.FirstOrDefault(n => n.Output == value);
    }

    // The 1×1 convolution that alone reads a depthwise one, or the latter itself.
    private static Node After(Graph graph, Node layer)
    {
        Node? after = Reader(layer);
        while (after is { Op: Relu or BatchNorm })
            after = Reader(after);
        return after is not null && IsPoint(after) ? after : layer;

        Node? Reader(Node node) => graph.Nodes.Where(n => n.Inputs.Contains(node.Output)).ToArray() is [var only] ? only : null;
    }

    private static bool IsPoint(Node node) => node.Op is Conv2d && node.Inputs[1].Shape[1] * node.Inputs[1].Shape[2] == 1;

    private static bool IsImage(Value value) => value.Kind == ValueKind.Result && value.Shape.Rank == 4;

    // A batch normalisation that alone reads a convolution belongs to it.
    private static Value Normalised(Graph graph, Node layer) =>
        graph.Nodes.Where(n => n.Inputs.Contains(layer.Output)).ToArray() is [{ Op: BatchNorm } norm]
            ? norm.Output : layer.Output;
}
