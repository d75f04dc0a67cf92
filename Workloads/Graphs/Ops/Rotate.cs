using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Rotary positions (arXiv 2104.09864, section 3.2.2; pairs as in Llama, an element and the one half a vector on): with the angle
/// a = t · base^(−2i/D) of position t, y[i] = x[i] · cos a − x[i + D/2] · sin a and y[i + D/2] = x[i + D/2] · cos a + x[i] · sin a.
/// Operand x [..., S, D], D even; result of its shape.
/// </summary>
/// <param name="Base">How fast angles fall along the vector; above 1.</param>
/// <param name="IsBack">True: by the negative angle, which undoes it.</param>
public sealed record Rotate(double Base = 10000, bool IsBack = false) : Op
{
    /// <inheritdoc/>
    public override string Name => "rotate";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs) =>
        inputs[0].Rank >= 2 && inputs[0][^1] % 2 == 0
            ? inputs[0] : throw new GraphException($"{Name} takes x [..., S, D] with an even D; got {inputs[0]}.");

    /// <summary>Cosine and sine of each position and pair, [S, D/2] each.</summary>
    /// <param name="positions">S.</param>
    /// <param name="length">D.</param>
    public (double[] Cosines, double[] Sines) Tables(int positions, int length)
    {
        int half = length / 2;
        double[] cosines = new double[positions * half], sines = new double[positions * half];
        for (int i = 0; i < half; i++)
        {
            double turns = Elementary.Exp(-2.0 * i / length * Elementary.Log(Base)) / Math.PI; // per position, in units of π
            for (int t = 0; t < positions; t++)
            {
                cosines[(t * half) + i] = Elementary.CosPi(t * turns);
                sines[(t * half) + i] = (IsBack ? -1 : 1) * Elementary.SinPi(t * turns);
            }
        }

        return (cosines, sines);
    }

    /// <summary>dx: dy rotated back.</summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input) =>
        graph.Apply($"d {node.Inputs[0].Name}", this with { IsBack = !IsBack }, gradient);

    /// <summary>ẏ: ẋ rotated alike.</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Same(graph, node, tangents[0]!);
}
