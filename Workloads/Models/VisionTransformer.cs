using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>
/// A vision transformer (arXiv 2010.11929) with normalisation before each part, a learned position table and the mean of the
/// tokens in place of a class token. Parameters: "embed", "position", "block1.norm1", "block1.attention.query" (key, value,
/// output), "block1.norm2", "block1.mlp.hidden", "block1.mlp.output", …, "norm", "head".
/// </summary>
/// <param name="Input">One sample [height, width, channels]; patches must tile it.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Patch">Rows and columns of a patch.</param>
/// <param name="Width">Length of a token, a multiple of the heads.</param>
/// <param name="Depth">Blocks.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="HiddenWidth">Width of the hidden layer of each block.</param>
public sealed record VisionTransformer(Shape Input, int Classes, int Patch, int Width, int Depth, int Heads, int HiddenWidth)
{
    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    /// <exception cref="GraphException">Patches do not tile the image, or heads do not divide the width.</exception>
    public Graph Build(int batch)
    {
        if (Input[0] % Patch != 0 || Input[1] % Patch != 0 || Width % Heads != 0)
        {
            throw new GraphException(
                $"a transformer of width {Width} with {Heads} heads and {Patch}×{Patch} patches does not fit {Input}.");
        }

        GraphBuilder g = new();
        int tokens = Input[0] / Patch * (Input[1] / Patch);
        Value x = g.Convolution("embed", g.Images(Input, batch), Width, Patch, Patch, default);
        x = g.Apply("tokens", new Reshape([batch, tokens, Width]), x);
        x = g.Apply("positioned", new Add(), x, g.Parameter("position", [tokens, Width]));
        for (int i = 1; i <= Depth; i++)
            x = Block(g, $"block{i}", x);
        x = g.LayerNorm("norm", x);
        x = g.Apply("token image", new Reshape([batch, 1, tokens, Width]), x);
        x = g.Apply("mean token", new AveragePool(1, tokens), x);
        return g.Classify(x, Classes);
    }

    private Value Block(GraphBuilder g, string name, Value x)
    {
        Value attention = Attention(g, $"{name}.attention", g.LayerNorm($"{name}.norm1", x));
        x = g.Apply($"{name}.attended", new Add(), x, attention);
        Value hidden = g.Dense($"{name}.mlp.hidden", g.LayerNorm($"{name}.norm2", x), HiddenWidth);
        hidden = g.Apply($"{name}.mlp.gelu", new Gelu(), hidden);
        return g.Apply($"{name}.result", new Add(), x, g.Dense($"{name}.mlp.output", hidden, Width));
    }

    private Value Attention(GraphBuilder g, string name, Value x)
    {
        int batch = x.Shape[0], tokens = x.Shape[1], size = Width / Heads;
        Value scores = g.Apply(
            $"{name}.scores", new MatMul(TransposeB: true, Scale: 1 / Math.Sqrt(size)), Split("query"), Split("key"));
        Value weights = g.Apply($"{name}.weights", new Softmax(), scores);
        Value mixed = g.Apply($"{name}.mixed", new MatMul(), weights, Split("value"));
        mixed = g.Apply($"{name}.joined", new Transpose(0, 2, 1, 3), mixed);
        mixed = g.Apply($"{name}.rows", new Reshape([batch, tokens, Width]), mixed);
        return g.Dense($"{name}.output", mixed, Width);

        // [B, tokens, width] → [B, heads, tokens, size]
        Value Split(string role)
        {
            Value projected = g.Dense($"{name}.{role}", x, Width);
            Value heads = g.Apply($"{name}.{role} by head", new Reshape([batch, tokens, Heads, size]), projected);
            return g.Apply($"{name}.{role} heads", new Transpose(0, 2, 1, 3), heads);
        }
    }
}
