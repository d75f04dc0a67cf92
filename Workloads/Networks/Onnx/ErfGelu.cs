using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Finds GELUs that are written out: x · ½ · (1 + erf(x / √2)) in whichever order the factors are multiplied, as exporters write
/// it for operator sets that have no Gelu.
/// </summary>
internal sealed class ErfGelu
{
    private const double Tolerance = 1e-4;

    private readonly Dictionary<string, NodeProto> makers = new(StringComparer.Ordinal);
    private readonly ILookup<string, NodeProto> readers;
    private readonly OnnxConstants constants;
    private readonly HashSet<NodeProto> parts = [];
    private readonly Dictionary<NodeProto, string> ends = [];

    public ErfGelu(GraphProto graph, OnnxConstants constants)
    {
        this.constants = constants;
        foreach (NodeProto node in graph.Node.Where(n => n.Output.Count > 0))
            makers[node.Output[0]] = node;
        readers = graph.Node.SelectMany(n => n.Input.Select(i => (i, n))).ToLookup(p => p.i, p => p.n, StringComparer.Ordinal);
        foreach (NodeProto erf in graph.Node.Where(n => n is { OpType: "Erf", Input.Count: 1, Output.Count: 1 }))
            Match(erf);
    }

    /// <summary>True for a node that is inside a GELU and not read on its own.</summary>
    public bool IsPart(NodeProto node) => parts.Contains(node);

    /// <summary>The name of x where the node is the last of a GELU; otherwise null.</summary>
    public string? OperandOf(NodeProto node) => ends.GetValueOrDefault(node);

    private void Match(NodeProto erf)
    {
        if (erf.Input[0].Length == 0 || !makers.TryGetValue(erf.Input[0], out NodeProto? scaled)
            || (Other(scaled, "Mul", Math.Sqrt(0.5))
                ?? (scaled is { OpType: "Div", Input.Count: 2 } && Is(scaled.Input[1], Math.Sqrt(2))
                    ? scaled.Input[0] : null)) is not { } x
            || Only(erf) is not { } sum || Other(sum, "Add", 1) is null || Only(sum) is not { OpType: "Mul" } first)
        {
            return;
        }

        string factor = first.Input[0] == sum.Output[0] ? first.Input[1] : first.Input[0];
        if (makers.TryGetValue(factor, out NodeProto? half) && Other(half, "Mul", 0.5) == x) // (x · ½) · (1 + erf)
            Found(first, x, scaled, erf, sum, half);
        else if (Only(first) is { OpType: "Mul" } second
            && (factor == x ? Other(second, "Mul", 0.5) is not null : Is(factor, 0.5) && second.Input.Contains(x)))
            Found(second, x, scaled, erf, sum, first); // x · (1 + erf) · ½, or (1 + erf) · ½ · x
    }

    private void Found(NodeProto end, string x, params ReadOnlySpan<NodeProto> inside)
    {
        ends[end] = x;
        foreach (NodeProto node in inside)
            parts.Add(node);
    }

    // The only reader of a node's result.
    private NodeProto? Only(NodeProto node) => readers[node.Output[0]].ToArray() is [{ Input.Count: 2, Output.Count: 1 } reader]
        ? reader : null;

    // The operand beside a constant of this value.
    private string? Other(NodeProto node, string op, double constant) =>
        node.OpType != op || node.Input.Count != 2 ? null
        : Is(node.Input[1], constant) ? node.Input[0] : Is(node.Input[0], constant) ? node.Input[1] : null;

    private bool Is(string name, double value) =>
        constants.Has(name) && constants.Find(name) is { Array: { Shape.Count: 1 } array, Type: var type } && type.IsReal()
        && Math.Abs(array.ToFloats()[0] - value) < Tolerance;
}
