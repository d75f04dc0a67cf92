using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Training;

/// <summary>A stretch of a network from one image to another.</summary>
/// <param name="Input">Where it begins, [B, H, W, C].</param>
/// <param name="Result">Where it ends.</param>
/// <param name="WidestChannels">Most channels of any image it computes.</param>
internal sealed record Block(Value Input, Value Result, int WidestChannels);

/// <summary>Finds the blocks of an image network by their shape, not their names.</summary>
internal static class ImageBlocks
{
    /// <summary>What each residual sum spans, and every convolution by more than one pixel outside; none that reads the images.</summary>
    public static IEnumerable<Block> Of(Graph graph)
    {
        HashSet<Node> spanned = [];
        foreach (Node sum in graph.Nodes.Where(n => n.Op is Add && n.Inputs.All(IsImage) && n.Inputs[0].Shape == n.Inputs[1].Shape))
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
            if (layer.Inputs[1].Shape[1] * layer.Inputs[1].Shape[2] > 1)
                yield return new(layer.Inputs[0], Normalised(graph, layer), Math.Max(layer.Inputs[0].Shape[^1], layer.Output.Shape[^1]));
        }
    }

    private static bool IsImage(Value value) => value.Kind == ValueKind.Result && value.Shape.Rank == 4;

    // A batch normalisation that alone reads a convolution belongs to it.
    private static Value Normalised(Graph graph, Node layer) =>
        graph.Nodes.Where(n => n.Inputs.Contains(layer.Output)).ToArray() is [{ Op: BatchNorm } norm] ? norm.Output : layer.Output;
}
