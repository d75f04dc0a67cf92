using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>In which format a method stores parameters and results, and which unit computes what.</summary>
internal static class StorageFormats
{
    /// <summary>A parameter that trains. Four bits serve matrices only: a vector of biases or gains has eight.</summary>
    public static NumberFormat OfTrained(this OperandFormats formats, Value parameter) => !formats.IsFixedPoint
        ? formats.Stored
        : formats.Weights == NumberFormat.Int4 && parameter.Shape.Rank < 2 ? NumberFormat.Int8 : formats.Weights;

    /// <summary>In which an operation reads a parameter.</summary>
    public static NumberFormat OfOperand(this OperandFormats formats, Node node, int operand) => (node.Op, operand) switch
    {
        _ when !formats.IsFixedPoint =>
            operand < 2 && node.Op.AsContraction(node.InputShapes) is not null ? formats.Weights : formats.Stored,
        (Linear or Conv2d, 1) => formats.Weights,
        (Linear or Conv2d, 2) => NumberFormat.Int32, // starts the accumulator
        (LayerNorm, _) => formats.Weights == NumberFormat.Int4 ? NumberFormat.Int8 : formats.Weights,
        _ => formats.Activations,
    };

    /// <summary>True where a parameter that trains or is shared must be brought to another format or scale before an operation
    /// reads it.</summary>
    public static bool NeedsAlignment(this OperandFormats formats, Node node, int operand) =>
        (formats.IsFixedPoint && operand == 2)
        || formats.OfOperand(node, operand) != formats.OfTrained(node.Inputs[operand]);

    /// <summary>
    /// True where the integers of the first operand are those of the result: rearranged, selected from or clamped, in the same
    /// format and scale.
    /// </summary>
    public static bool KeepsIntegers(this Op op) => op.IsView || op is Transpose or Slice or Pad or Broadcast or Pool or Relu;

    /// <summary>
    /// Ids of parameters that operations read in several formats or scales, biases above all, each of which starts accumulators
    /// of a scale of its own: they are stored as if they trained, and brought to each operation's. A network that was quantised
    /// elsewhere gives the integers of every accumulator itself.
    /// </summary>
    public static HashSet<int> Shared(this OperandFormats formats, IEnumerable<Node> nodes) =>
        formats.NarrowLogits || (!formats.IsFixedPoint && formats.Wide is null) ? [] :
    [
        .. nodes.SelectMany(n => n.Inputs.Select((v, i) =>
            (Value: v, IsBias: formats.IsFixedPoint && n.Op is Linear or Conv2d && i == 2, Format: formats.OfOperand(n, i))))
            .Where(read => read.Value.Kind == ValueKind.Parameter).GroupBy(read => read.Value.Id)
            .Where(reads => (reads.Count() > 1 && reads.Any(read => read.IsBias)) || reads.Select(read => read.Format)
                .Distinct().Count() > 1)
            .Select(reads => reads.Key),
    ];

    /// <summary>Value id of a layer's result → the ReLU that alone reads it and joins the layer.</summary>
    public static Dictionary<int, Node> Rectifiers(IReadOnlyCollection<Node> nodes, Value logits)
    {
        ILookup<int, Node> readers = nodes.SelectMany(n => n.Inputs.Select(i => (i.Id, Node: n)))
            .ToLookup(p => p.Id, p => p.Node);
        return nodes.Where(n => n.Op is Linear or Conv2d or Add or Mul or Pool && n.Output != logits
                && readers[n.Output.Id].ToArray() is [{ Op: Relu }])
            .ToDictionary(n => n.Output.Id, n => readers[n.Output.Id].Single());
    }

    /// <summary>Integers run on the engine where they are matrix products, on the vector unit otherwise; floats on the
    /// host.</summary>
    public static Unit UnitOf(this OperandFormats formats, Node node) =>
        formats.IsFixedPoint && node.Op.AsContraction(node.InputShapes) is not null ? Unit.Engine : formats.ElementUnit();

    /// <summary>Where everything runs that is no matrix product.</summary>
    public static Unit ElementUnit(this OperandFormats formats) => formats.IsFixedPoint ? Unit.Vector : Unit.Host;
}
