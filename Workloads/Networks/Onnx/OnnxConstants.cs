using System.Runtime.InteropServices;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>The tensors that a graph holds: initialisers and the values of Constant nodes. Each is read when a node first asks
/// for it.</summary>
internal sealed class OnnxConstants
{
    private readonly Dictionary<string, Lazy<KnownTensor?>> tensors = new(StringComparer.Ordinal);

    /// <summary>The tensors of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="raw">Numbers of initialisers that the graph was parsed without.</param>
    /// <param name="external">Data outside the model.</param>
    /// <param name="path">The model, for messages.</param>
    /// <exception cref="InputException">Two have one name, or one is sparse.</exception>
    public OnnxConstants(
        GraphProto graph, IReadOnlyDictionary<TensorProto, StoredBytes> raw, OnnxExternalData external, string path)
    {
        if (graph.SparseInitializer.Count > 0)
            throw new InputException($"{path}: {graph.SparseInitializer.Count} sparse initialisers; dense ones are read.");
        foreach (TensorProto tensor in graph.Initializer)
            Add(tensor.Name, () => OnnxTensor.Read(tensor, external, Source(tensor.Name), raw.GetValueOrDefault(tensor)));
        foreach (NodeProto node in graph.Node.Where(n => n is { OpType: "Constant", Output.Count: 1 }))
        {
            string name = node.Output[0];
            Add(name, () => Value(node, external, Source(name)));
        }

        string Source(string name) => $"{path}: tensor '{NetworkParts.Name(name)}'";

        void Add(string name, Func<KnownTensor?> read)
        {
            if (name.Length > 0 && !tensors.TryAdd(name, new(read)))
                throw new InputException($"{path}: two tensors are named '{NetworkParts.Name(name)}'.");
        }
    }

    /// <summary>True when a tensor has this name.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The tensor of this name; null where there is none or it is empty.</summary>
    /// <exception cref="InputException">It is of a type that is not read, or damaged.</exception>
    public KnownTensor? Find(string name) => tensors.GetValueOrDefault(name)?.Value;

    private static KnownTensor? Value(NodeProto node, OnnxExternalData external, string source)
    {
        AttributeProto[] values = [.. node.Attribute];
        return values switch
        {
            [{ Name: "value", T: { } tensor }] => OnnxTensor.Read(tensor, external, source),
            [{ Name: "value_float" } a] => Reals([a.F], scalar: true),
            [{ Name: "value_floats" } a] => Reals([.. a.Floats], scalar: false),
            [{ Name: "value_int" } a] => Whole([a.I], scalar: true),
            [{ Name: "value_ints" } a] => Whole([.. a.Ints], scalar: false),
            _ => throw new InputException(
                $"{source}: its Constant has no value, or several; one tensor, number or list of numbers is read."),
        };
    }

    private static KnownTensor? Reals(float[] values, bool scalar) => values.Length == 0 ? null
        : new(new NumberArray([values.Length], ElementType.Float32, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), scalar),
            TensorType.Float);

    /// <summary>Whole numbers as a tensor of one axis, or of none; null for an empty list.</summary>
    public static KnownTensor? Whole(long[] values, bool scalar) => values.Length == 0 ? null
        : new(new NumberArray([values.Length], ElementType.Int64, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), scalar),
            TensorType.Int64);
}
