using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// A vision transformer (arXiv 2010.11929) with normalisation before each part and a learned position table. The classifier sees
/// the mean of the class tokens, or of all tokens where there is none. Parameters: "embed", "class token", "position",
/// "block1.norm1", "block1.attention.query" (key, value, output), "block1.norm2", "block1.mlp.hidden", "block1.mlp.output", …,
/// "norm", "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels]; patches must tile it unless they overlap.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Patch">Rows and columns of a patch.</param>
/// <param name="Width">Length of a token, a multiple of the heads.</param>
/// <param name="Depth">Blocks.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="HiddenWidth">Width of the hidden layer of each block.</param>
/// <param name="ClassTokens">Learned tokens before those of the image.</param>
/// <param name="Stride">Step between patches, less than a patch where they overlap (arXiv 2104.01778); null: a patch.</param>
/// <param name="NormalizedHead">True: one more normalisation "head.norm" before the classifier.</param>
internal sealed record VisionTransformer(
    Shape Input, int Classes, int Patch, int Width, int Depth, int Heads, int HiddenWidth, int ClassTokens = 0,
    int? Stride = null, bool NormalizedHead = false)
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    /// <exception cref="GraphException">Patches do not tile the image, or heads do not divide the width.</exception>
    public Graph Build(int batch)
    {
        bool tiled = Stride is not null || (Input[0] % Patch == 0 && Input[1] % Patch == 0);
        if (!tiled || Width % Heads != 0)
        {
            throw new GraphException(
                $"a transformer of width {Width} with {Heads} heads and {Patch}×{Patch} patches does not fit samples of {Input}.");
        }

        GraphBuilder g = new();
        Value x = g.Convolution("embed", g.Images(Input, batch), Width, Patch, Stride ?? Patch, default);
        int tokens = x.Shape[1] * x.Shape[2];
        x = g.Apply("tokens", new Reshape([batch, tokens, Width]), x);
        if (ClassTokens > 0)
        {
            Value learned = g.Parameter("class token", [ClassTokens, Width]);
            Value first = g.Apply("class tokens", new Broadcast([batch, ClassTokens, Width]), learned);
            x = g.Apply("all tokens", new Concat(1), first, x);
            tokens += ClassTokens;
        }

        x = g.Apply("positioned", new Add(), x, g.Parameter("position", [tokens, Width]));
        for (int i = 1; i <= Depth; i++)
            x = Block(g, $"block{i}", x);
        x = g.LayerNorm("norm", x);
        if (ClassTokens > 0)
            x = g.Apply("class token result", new Slice(1, 0, ClassTokens), x);
        if (x.Shape[1] > 1)
        {
            x = g.Apply("token image", new Reshape([batch, 1, x.Shape[1], Width]), x);
            x = g.Apply("mean token", new AveragePool(1, x.Shape[2]), x);
        }

        return g.Classify(NormalizedHead ? g.LayerNorm("head.norm", x) : x, Classes);
    }

    private Value Block(GraphBuilder g, string name, Value x)
    {
        Value attention = g.Attention($"{name}.attention", g.LayerNorm($"{name}.norm1", x), Heads);
        x = g.Apply($"{name}.attended", new Add(), x, attention);
        Value hidden = g.Dense($"{name}.mlp.hidden", g.LayerNorm($"{name}.norm2", x), HiddenWidth);
        hidden = g.Apply($"{name}.mlp.gelu", new Gelu(), hidden);
        return g.Apply($"{name}.result", new Add(), x, g.Dense($"{name}.mlp.output", hidden, Width));
    }
}
