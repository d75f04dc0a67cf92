using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Schemes;

/// <summary>
/// TinyTL (arXiv 2007.11622): every bias trains, the classifier, and a lite residual module beside each block, which works at
/// half the resolution with a sixth of the block's channels: average pooling, 3×3 convolution in two groups, rectifier, 1×1
/// convolution, each pixel repeated 2×2, added to the block's result. The last convolution starts at zero. Blocks: <see
/// cref="ImageBlocks"/>.
/// </summary>
internal static class LiteResidual
{
    public const string Name = "tinytl";
    public const string Description = "biases, the last linear layer and added lite residual modules at half resolution";

    private const int ChannelShare = 6, Groups = 2, Kernel = 3, Reduction = 2;

    public static SchemeFamily Family { get; } = SchemeFamily.Of(
        new(Name, Description, Apply), "Where biases, the last linear layer and lite residual modules train");

    private static Tuning Apply(Graph graph)
    {
        Dictionary<Value, Block> blocks = ImageBlocks.Of(graph).ToDictionary(b => b.Result);
        if (blocks.Count == 0)
            throw new GraphException(
                $"scheme {Name} needs convolutions beside which it can put lite residual modules; the network has none behind "
                    + $"its first layer.");
        Dictionary<string, Start> added = [];
        Graph wider = GraphRewriting.Run(graph, (g, node) =>
        {
            Value result = g.Copy(node);
            if (!blocks.TryGetValue(node.Output, out Block? block))
                return result;
            string name = $"{node.Output.Name}.lite";
            return g.Builder.Apply($"{name}.sum", new Add(), result, Module(g.Builder, name, g[block.Input], block, added));
        });
        return Tuning.With(
            wider, added, ParameterKinds.BiasesOf(graph)
            .Union(graph.Parameters.Select(p => p.Name).Where(n => n.StartsWith("head.", StringComparison.Ordinal))));
    }

    private static Value Module(GraphBuilder g, string name, Value x, Block block, Dictionary<string, Start> added)
    {
        Shape result = block.Result.Shape;
        int stride = StrideOf(x.Shape, result)
            ?? throw new GraphException(
                $"scheme {Name}: the block that ends at '{block.Result.Name}' makes {result} of {x.Shape}, which is no whole "
                    + $"stride.");
        Padding odd = new(0, 0, x.Shape[1] % Reduction, x.Shape[2] % Reduction);
        Value y = g.Apply($"{name}.pool", new AveragePool(Reduction, Reduction, Reduction, odd), x);
        int channels = x.Shape[^1], middle = Math.Max(Groups, block.WidestChannels / ChannelShare / Groups * Groups);
        int groups = channels % Groups == 0 ? Groups : 1;
        Conv2d spatial = new(stride, Padding.Same(y.Shape[1], y.Shape[2], Kernel, Kernel, stride), groups);
        y = Convolution($"{name}.group", spatial, y, [middle, Kernel, Kernel, channels / groups], Start.Drawn);
        y = Convolution($"{name}.point", new Conv2d(), g.Apply($"{name}.relu", new Relu(), y),
            [result[^1], 1, 1, middle], Start.Zero);
        return Repeated(g, name, y, result);

        Value Convolution(string layer, Conv2d op, Value input, Shape filters, Start start)
        {
            Value w = g.Parameter($"{layer}.weight", filters), b = g.Parameter($"{layer}.bias", [filters[0]]);
            (added[w.Name], added[b.Name]) = (start, Start.Zero);
            return g.Apply(layer, op, input, w, b);
        }
    }

    // Each pixel 2×2 times; an odd last row or column is cut.
    private static Value Repeated(GraphBuilder g, string name, Value y, Shape result)
    {
        (int batch, int height, int width, int channels) = (y.Shape[0], y.Shape[1], y.Shape[2], y.Shape[3]);
        y = g.Apply($"{name}.pixels", new Reshape([batch, height, 1, width, 1, channels]), y);
        y = g.Apply($"{name}.repeated", new Broadcast([batch, height, Reduction, width, Reduction, channels]), y);
        y = g.Apply($"{name}.image", new Reshape([batch, height * Reduction, width * Reduction, channels]), y);
        if (y.Shape[1] > result[1])
            y = g.Apply($"{name}.rows", new Slice(1, 0, result[1]), y);
        return y.Shape[2] > result[2] ? g.Apply($"{name}.columns", new Slice(2, 0, result[2]), y) : y;
    }

    private static int? StrideOf(Shape x, Shape y)
    {
        for (int stride = 1; stride <= x[1]; stride++)
        {
            if (Reduced(x[1], stride) == y[1] && Reduced(x[2], stride) == y[2])
                return stride;
        }

        return null;

        static int Reduced(int size, int stride) => (size + stride - 1) / stride;
    }
}
