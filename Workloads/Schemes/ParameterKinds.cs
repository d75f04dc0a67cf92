using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Schemes;

/// <summary>Schemes that choose parameters by what they are to their layer, whatever their names.</summary>
internal static class ParameterKinds
{
    public const string Bias = "bias";
    public const string BiasDescription = "every bias and shift, no weight matrix";
    public const string Norm = "norm";
    public const string NormDescription = "scale and shift of every normalisation";

    public static SchemeFamily BiasFamily => SchemeFamily.Of(Biases, "Where the biases train");

    public static SchemeFamily NormFamily => SchemeFamily.Of(Normalisations, "Where scales and shifts of normalisations train");

    /// <summary>db reads no operand of the layer: no activation is kept for it.</summary>
    public static TuningScheme Biases { get; } = new(Bias, BiasDescription, graph => Tuning.Of(graph, BiasesOf(graph).Contains));

    public static TuningScheme Normalisations { get; } =
        new(Norm, NormDescription, graph => Tuning.Of(graph, Names(graph, (op, operand) =>
        op is LayerNorm or BatchNorm && operand is 1 or 2).Contains));

    /// <summary>Names of all biases and of the shifts of normalisations.</summary>
    public static HashSet<string> BiasesOf(Graph graph) =>
        Names(graph, (op, operand) => op is Linear or Conv2d or LayerNorm or BatchNorm && operand == 2);

    private static HashSet<string> Names(Graph graph, Func<Op, int, bool> fits) =>
    [
        .. from node in graph.Nodes
           from operand in Enumerable.Range(0, node.Inputs.Length)
           where node.Inputs[operand].Kind == ValueKind.Parameter && fits(node.Op, operand)
           select node.Inputs[operand].Name,
    ];
}
