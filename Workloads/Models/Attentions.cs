using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>Attention of every token to all tokens of its sample (arXiv 1706.03762, section 3.2), scores kept whole.</summary>
internal static class Attentions
{
    /// <summary>
    /// Projections "name.query", "name.key" and "name.value", softmax of their scores, and the projection "name.output".
    /// </summary>
    /// <param name="g">Where it goes.</param>
    /// <param name="name">What its layers are named after.</param>
    /// <param name="x">[B, tokens, width].</param>
    /// <param name="heads">A divisor of the width.</param>
    /// <param name="hasBiases">True: projections have biases.</param>
    /// <param name="isCausal">True: no token attends to later ones.</param>
    /// <param name="isRotary">True: queries and keys are rotated by their positions.</param>
    internal static Value Attention(
        this GraphBuilder g, string name, Value x, int heads, bool hasBiases = true, bool isCausal = false, bool isRotary = false)
    {
        int batch = x.Shape[0], tokens = x.Shape[1], width = x.Shape[2], size = width / heads;
        Value scores = g.Apply($"{name}.scores", new MatMul(TransposeB: true, Scale: 1 / Math.Sqrt(size)),
            Placed("query"), Placed("key"));
        Value weights = g.Apply($"{name}.weights", new Softmax(isCausal), scores);
        Value mixed = g.Apply($"{name}.mixed", new MatMul(), weights, Split("value"));
        mixed = g.Apply($"{name}.joined", new Transpose(0, 2, 1, 3), mixed);
        mixed = g.Apply($"{name}.rows", new Reshape([batch, tokens, width]), mixed);
        return g.Dense($"{name}.output", mixed, width, hasBiases);

        Value Placed(string role) =>
            isRotary ? g.Apply($"{name}.{role} rotated", new Rotate(), Split(role)) : Split(role);

        // [B, tokens, width] → [B, heads, tokens, size]
        Value Split(string role)
        {
            Value projected = g.Dense($"{name}.{role}", x, width, hasBiases);
            Value byHead = g.Apply($"{name}.{role} by head", new Reshape([batch, tokens, heads, size]), projected);
            return g.Apply($"{name}.{role} heads", new Transpose(0, 2, 1, 3), byHead);
        }
    }
}
