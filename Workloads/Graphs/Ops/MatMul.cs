using System.Collections.Immutable;

namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>
/// Product of two matrices, y = scale · a · b over the two innermost axes. Operands: a [..., M, K], b [..., K, N] with the same
/// leading axes, or b [K, N] shared by all of them; each may be given transposed. Result [..., M, N].
/// </summary>
/// <param name="TransposeA">a is given as [..., K, M].</param>
/// <param name="TransposeB">b is given as [..., N, K].</param>
/// <param name="Scale">
/// Factor on the product (attention: 1/√d); in fixed point it joins the requantise factor and costs nothing.
/// </param>
public sealed record MatMul(bool TransposeA = false, bool TransposeB = false, double Scale = 1) : Op
{
    /// <inheritdoc/>
    public override string Name => "matmul";

    /// <inheritdoc/>
    public override Shape Infer(ImmutableArray<Shape> inputs)
    {
        Shape a = inputs[0], b = inputs[1];
        if (a.Rank < 2 || b.Rank < 2 || (b.Rank > 2 && a[..^2] != b[..^2]))
            throw Misfit(inputs);
        (int m, int ka) = TransposeA ? (a[^1], a[^2]) : (a[^2], a[^1]);
        (int kb, int n) = TransposeB ? (b[^1], b[^2]) : (b[^2], b[^1]);
        return ka == kb ? [.. a[..^2], m, n] : throw Misfit(inputs);
    }

    /// <inheritdoc/>
    public override Contraction? AsContraction(ImmutableArray<Shape> inputs)
    {
        Shape a = inputs[0], y = Infer(inputs);
        long k = TransposeA ? a[^2] : a[^1], products = y.Count / ((long)y[^1] * y[^2]);
        bool shared = inputs[1].Rank == 2 && !TransposeA; // one tall product
        return new(ContractionKind.MatMul, shared ? 1 : products, shared ? products * y[^2] : y[^2], y[^1], k);
    }

    /// <summary>
    /// da = scale · dy · bᵀ, db = scale · aᵀ · dy, with the transposes of the operands taken into account; for a shared b the
    /// rows of all products make one tall matrix.
    /// </summary>
    public override Value? Differentiate(GraphBuilder graph, Node node, Value gradient, int input)
    {
        Value a = node.Inputs[0], b = node.Inputs[1];
        bool shared = b.Shape.Rank < a.Shape.Rank;
        if (input == 0)
        {
            if (TransposeA && !shared)
                return graph.Apply($"d {a.Name}", new MatMul(TransposeB, true, Scale), b, gradient);
            Value da = graph.Apply($"d {a.Name}", new MatMul(false, !TransposeB, Scale), gradient, b);
            return TransposeA ? graph.Apply($"d {a.Name}", Transpose.LastTwo(a.Shape.Rank), da) : da;
        }

        if (shared)
        {
            Value straight = TransposeA ? graph.Apply($"{a.Name} transposed", Transpose.LastTwo(a.Shape.Rank), a) : a;
            (a, gradient) = (Reshape.Rows(graph, straight), Reshape.Rows(graph, gradient));
        }

        bool transposed = TransposeA && !shared;
        return TransposeB
            ? graph.Apply($"d {b.Name}", new MatMul(true, transposed, Scale), gradient, a)
            : graph.Apply($"d {b.Name}", new MatMul(!transposed, false, Scale), a, gradient);
    }

    /// <summary>ẏ = scale · (ȧ · b + a · ḃ).</summary>
    public override Value? Tangent(GraphBuilder graph, Node node, ImmutableArray<Value?> tangents) =>
        Tangents.Bilinear(graph, node, tangents);

    private GraphException Misfit(ImmutableArray<Shape> inputs) =>
        new($"matmul{(TransposeA ? " aᵀ" : "")}{(TransposeB ? " bᵀ" : "")} takes [..., M, K] and [..., K, N]; "
            + $"got {string.Join(" and ", inputs)}.");
}
