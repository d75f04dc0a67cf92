using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Turns the nodes of an ONNX graph into a graph, batch after batch. Tensors of four axes that convolutions and pools make are kept as
/// images [batch, height, width, channels]; they are turned to ONNX's order only where a node needs it.
/// </summary>
internal sealed partial class OnnxReader
{
    private const int Float = 1;

    private readonly GraphProto graph;
    private readonly Dictionary<string, NumberArray?> constants;
    private readonly string source;
    private readonly ImmutableArray<int> inputShape; // that of the file, the first axis being the batch
    private readonly ILookup<string, NodeProto> readers;
    private readonly ErfGelu curves;
    private readonly bool isChannelsLast;

    public OnnxReader(ModelProto model, Dictionary<string, NumberArray?> constants, string source)
    {
        (graph, this.constants, this.source, curves) = (model.Graph, constants, source, new ErfGelu(model.Graph, constants));
        readers = graph.Node.SelectMany(n => n.Input.Select(i => (i, n))).ToLookup(p => p.i, p => p.n, StringComparer.Ordinal);
        ValueInfoProto[] inputs = [.. graph.Input.Where(i => !constants.ContainsKey(i.Name))];
        if (inputs.Length != 1 || graph.Output.Count != 1)
            throw new InputException($"{source}: {inputs.Length} inputs and {graph.Output.Count} outputs; one of each is read.");
        TypeProto.Types.Tensor? type = inputs[0].Type?.TensorType;
        long[] extents = [.. (type?.Shape?.Dim ?? []).Select(d => d.DimValue)];
        if (type?.ElemType != Float || extents.Length is < 2 or > 4 || extents.Skip(1).Any(e => e is < 1 or > 1 << 20) || extents[0] is < 0 or > 1 << 20
            || extents.Skip(1).Aggregate(1L, (count, e) => count * e) > 1 << 24)
        {
            throw new InputException($"{source}: its input '{NetworkParts.Name(inputs[0].Name)}' is no FLOAT tensor of 2 to 4 axes, all but the first of a "
                + "known size; such an input is read.");
        }

        inputShape = [(int)Math.Max(1, extents[0]), .. extents.Skip(1).Select(e => (int)e)];
        InputName = inputs[0].Name;
        isChannelsLast = InputLayout.IsChannelsLast(InputName, readers);
        Sample = inputShape switch
        {
            [_, var n] => [1, 1, n],
            [_, var h, var w] => [h, w, 1],
            [_, var h, var w, var channels] when isChannelsLast => [h, w, channels],
            _ => [inputShape[2], inputShape[3], inputShape[1]],
        };
    }

    /// <summary>One sample: [height, width, channels].</summary>
    public Shape Sample { get; }

    private string InputName { get; }

    /// <summary>Refuses a graph with nodes that are not read.</summary>
    /// <exception cref="InputException">There are some; the message names each.</exception>
    public void RequireSupported() =>
        Unsupported.Refuse(source, graph.Node.Where(n => !Operators.ContainsKey(Kind(n)) && !curves.IsPart(n)).Select(n => $"{InputFile.OneLine(Kind(n))} ('{NameOf(n)}')"));

    /// <summary>The network at a batch size, and its output.</summary>
    /// <exception cref="InputException">A node does not fit its operands, or has attributes that are not supported.</exception>
    public (NetworkParts Parts, Value Output) Read(int batch)
    {
        NetworkParts parts = new(batch);
        Dictionary<string, Item> items = new(StringComparer.Ordinal);
        Value images = parts.Images(Sample);
        items[InputName] = inputShape.Length == 4
            ? new Item(images, IsImages: !isChannelsLast)
            : new Item(parts.Graph.Apply("samples", new Reshape([batch, .. inputShape.AsSpan()[1..]]), images), IsImages: false);
        foreach (NodeProto proto in graph.Node.Where(n => !curves.IsPart(n)))
        {
            Node node = new(this, parts, items, proto);
            try
            {
                if (!items.ContainsKey(node.OutputName)) // made together with an earlier node
                    items[node.OutputName] = curves.OperandOf(proto) is { } x ? node.Curve(x) : Operators[Kind(proto)](node);
            }
            catch (Exception fault) when (fault is GraphException or ArgumentException or OverflowException)
            {
                throw node.Fault($"does not fit: {InputFile.OneLine(fault.Message)}");
            }
        }

        if (!items.TryGetValue(graph.Output[0].Name, out Item? output) || output.Value is null)
            throw new InputException($"{source}: its output '{NetworkParts.Name(graph.Output[0].Name)}' is never made.");
        SpreadInputScale(parts, images, items[InputName].Value!);
        Integers.Complete(parts, output.Value);
        return (parts, output.Value);
    }

    // Samples of fewer axes are a view of the images.
    private static void SpreadInputScale(NetworkParts parts, Value images, Value samples)
    {
        if (images != samples && parts.Scales.TryGetValue(samples.Name, out ValueScale? scale))
            parts.Quantized(images, scale);
    }

    private static string NameOf(NodeProto node) => NetworkParts.Name(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "");

    private static string Kind(NodeProto node) => node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";

    /// <summary>What a name stands for: a computed value, or a constant.</summary>
    /// <param name="Value">The value; null for a constant.</param>
    /// <param name="IsImages">True: the value's axes are [batch, height, width, channels], ONNX's [batch, channels, height, width].</param>
    /// <param name="Constant">The constant; null for a value.</param>
    private sealed record Item(Value? Value, bool IsImages, Constant? Constant = null);

    /// <summary>A constant and how it is quantised.</summary>
    private sealed record Constant(string Name, NumberArray Array, ImmutableArray<float> Steps = default, ImmutableArray<int> ZeroPoints = default, int Axis = 0)
    {
        public bool IsQuantized => !Steps.IsDefault;

        /// <summary>Integers as 8-bit signed ones: unsigned ones less 128, their zero point too.</summary>
        public static int Signed(ElementType type, long value) => (int)(type == ElementType.UInt8 ? value - 128 : value);

        public float[] Floats()
        {
            float[] values = Array.ToFloats();
            if (!IsQuantized)
                return values;
            long inner = 1;
            for (int axis = Axis + 1; axis < Array.Shape.Rank; axis++)
                inner *= Array.Shape[axis];
            for (int i = 0; i < values.Length; i++)
            {
                int channel = Steps.Length == 1 ? 0 : (int)(i / inner % Steps.Length);
                values[i] = (values[i] - ZeroPoints[channel]) * Steps[channel];
            }

            return values;
        }

        /// <summary>The form in which a use reads the constant.</summary>
        public ConstantForm Form(int[]? order = null, bool turns = false) =>
            new(Name, Array, IsQuantized ? $"{string.Join(' ', Steps)};{string.Join(' ', ZeroPoints)};{Axis}" : "", order, turns);

        public int[] Integers() => [.. Array.ToIntegers().Select(i => Signed(Array.Type, i))];

        /// <summary>Scale of 8-bit integers with one step, or with a step per index of an axis and no zero points; null otherwise.</summary>
        public ValueScale? ScaleAlong(int axis) =>
            !IsQuantized || Array.Type is not (ElementType.Int8 or ElementType.UInt8) ? null
            : Steps.Length == 1 ? new ValueScale(Steps, Signed(Array.Type, ZeroPoints[0]))
            : Axis == axis && ZeroPoints.All(z => Signed(Array.Type, z) == 0) ? new ValueScale(Steps) : null;
    }
}
