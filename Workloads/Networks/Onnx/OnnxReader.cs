using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Turns the nodes of an ONNX graph into a graph, batch after batch. Tensors that convolutions and pools make are kept with
/// channels last; they are turned to ONNX's order only where a node needs it.
/// </summary>
internal sealed partial class OnnxReader
{
    private const int MostExtent = 1 << 20;

    private readonly GraphProto graph;
    private readonly OnnxConstants constants;
    private readonly string source;
    private readonly long version; // of the default operator set
    private readonly ImmutableArray<int> inputShape; // that of the file, the first axis being the batch
    private readonly bool anyBatch; // the file leaves the first axis open
    private readonly TensorType inputType;
    private readonly ImmutableArray<(string Name, long[] Extents, TensorType Type)> others; // inputs after the first
    private readonly ILookup<string, NodeProto> readers;
    private readonly ErfGelu curves;
    private readonly bool isOneSample; // the first axis is no batch: the input as a whole is one sample
    private readonly bool isChannelsLast; // the input has the axes of images here rather than ONNX's

    /// <summary>Looks at a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="constants">Its constants.</param>
    /// <param name="source">Its file, for messages.</param>
    /// <param name="isOneSample">True to read the input as one sample, its first axis being no batch.</param>
    /// <exception cref="MixedBatch">The input, of a known size, is none of samples.</exception>
    /// <exception cref="InputException">What the graph holds is not supported.</exception>
    public OnnxReader(ModelProto model, OnnxConstants constants, string source, bool isOneSample = false)
    {
        (graph, this.constants, this.source, this.isOneSample) = (model.Graph, constants, source, isOneSample);
        version = VersionOf(model);
        readers = graph.Node.SelectMany(n => n.Input.Select(i => (i, n))).ToLookup(p => p.i, p => p.n, StringComparer.Ordinal);
        RequireSupported();
        curves = new ErfGelu(graph, constants);
        ValueInfoProto[] inputs = [.. graph.Input.Where(i => !constants.Has(i.Name))];
        if (isOneSample && inputs.Length > 1)
            throw new InputException($"{source}: joins its first axis with others, which is read of files with one input.");
        long[] extents = Extents(inputs[0], mayBeOneSample: inputs.Length == 1);
        inputType = TypeOf(inputs[0]);
        others = [.. inputs.Skip(1).Select(i =>
            (i.Name, Extents(i, mayBeOneSample: false), TypeOf(i)))];
        if (others.FirstOrDefault(o => o.Extents[0] != extents[0]) is { Name: not null } odd)
            throw new InputException(
                $"{source}: its inputs '{NetworkParts.Name(inputs[0].Name)}' and '{NetworkParts.Name(odd.Name)}' have batches of "
                    + $"{extents[0]} and {odd.Extents[0]}; one for all is read.");

        anyBatch = extents is [0, ..];
        inputShape = extents.Length == 0 ? [1] : [(int)Math.Max(1, extents[0]), .. extents.Skip(1).Select(e => (int)e)];
        InputName = inputs[0].Name;
        isChannelsLast = IsBatch && InputLayout.IsChannelsLast(InputName, inputShape, readers, constants);
        Sample = inputShape switch
        {
            _ when !IsBatch => Folded(inputShape),
            [_, var n] => [1, 1, n],
            [_, var h, var w] => [h, w, 1],
            [_, var h, var w, var channels] when isChannelsLast => [h, w, channels],
            _ => [inputShape[2], inputShape[3], inputShape[1]],
        };
    }

    // What is narrower or wider than FLOAT is worked out in FLOAT all the same.
    private static TensorType TypeOf(ValueInfoProto input) =>
        (TensorType)input.Type.TensorType.ElemType is var type && type.IsReal() ? TensorType.Float : type;

    // Extents of an input, 0 for an open batch.
    private long[] Extents(ValueInfoProto input, bool mayBeOneSample)
    {
        TypeProto.Types.Tensor? type = input.Type?.TensorType;
        string which = $"{source}: its input '{NetworkParts.Name(input.Name)}'";
        if (type is null || !((TensorType)type.ElemType).IsInput())
            throw new InputException(
                $"{which} is of type {(type is null ? "no tensor" : ((TensorType)type.ElemType).Text())}; read are numbers of "
                    + $"type FLOAT, FLOAT16, BFLOAT16 and DOUBLE, whole ones of type INT8, UINT8, INT32 and INT64, and BOOL.");
        long[] extents = [.. (type.Shape?.Dim ?? []).Select(d => d.DimValue)];
        bool isKnown = extents.All(e => e is >= 1 and <= MostExtent) && Elements(extents) <= 1 << 24;
        bool isOfSamples = extents.Length is >= 2 and <= 4 && extents.Skip(1).All(e => e is >= 1 and <= MostExtent)
            && extents[0] is >= 0 and <= MostExtent && Elements(extents.Skip(1)) <= 1 << 24;
        if (isOneSample ? isKnown && extents.Length <= 8 : isOfSamples)
            return extents;
        string shape =
            $"{which} has the shape [{string.Join(", ", extents.Take(9))}]; read are 2 to 4 axes, all but the first of a known "
                + $"size";
        if (isKnown && !isOneSample && mayBeOneSample)
            throw new MixedBatch($"{shape}.");
        throw new InputException(shape
            + (extents.Length is >= 2 and <= 4 && extents.Contains(0)
                ? ", which --input NAME=SHAPE gives." : ", or 1 to 8 axes of known sizes."));
    }

    /// <summary>One sample: [height, width, channels].</summary>
    public Shape Sample { get; }

    /// <summary>True when the first axis is no batch: the input as a whole is one sample.</summary>
    public bool TakesOneSample => isOneSample;

    /// <summary>True when a node quantises or has quantised operands.</summary>
    public bool Quantises => graph.Node.Any(n => n.OpType is "MatMulInteger" or "ConvInteger" or "QGemm" or "MatMulIntegerToFloat"
        || n.OpType.StartsWith("QLinear", StringComparison.Ordinal)
        || n.OpType.Contains("Quantize", StringComparison.OrdinalIgnoreCase));

    /// <summary>True when the first axis of the input is a batch: always but for one sample of several indices along
    /// it.</summary>
    private bool IsBatch => !isOneSample || inputShape is [1, _, ..] and { Length: <= 4 };

    private string InputName { get; }

    /// <summary>The network at a batch size, and its output.</summary>
    /// <exception cref="InputException">A node does not fit its operands, or has attributes that are not supported.</exception>
    public (NetworkParts Parts, Value Output) Read(int batch)
    {
        if (isOneSample && batch != 1)
            throw new InputException(
                $"{source}: joins its first axis with others, so that it takes one sample at a time; a batch of {batch} is not "
                    + $"supported.");
        NetworkParts parts = new(batch);
        Dictionary<string, Item> items = new(StringComparer.Ordinal);
        Value images = parts.Images(Sample);
        items[InputName] = IsBatch && inputShape.Length == 4
            ? new Item(images, isChannelsLast ? Layout.Plain : Layout.Images, Type: inputType)
            : new Item(parts.Graph.Apply("samples",
                new Reshape(IsBatch ? [batch, .. inputShape.AsSpan()[1..]] : Shape.Create(inputShape.AsSpan())), images),
                Layout.Plain, Type: inputType);
        foreach ((string name, long[] extents, TensorType type) in others)
        {
            Shape shape = [batch, .. extents.Skip(1).Select(e => (int)e)];
            items[name] = new Item(parts.Graph.Input(parts.Graph.Unique(NetworkParts.Name(name)), shape),
                Layout.Plain, Type: type);
        }

        foreach (NodeProto proto in graph.Node.Where(n => !curves.IsPart(n)))
        {
            Node node = new(this, parts, items, proto);
            try
            {
                if (!items.ContainsKey(node.OutputName)) // made together with an earlier node
                    node.Bind(0, node.Typed(curves.OperandOf(proto) is { } x ? node.Gelu(x) : node.Result()));
            }
            catch (Exception fault) when (fault is GraphException or ArgumentException or OverflowException)
            {
                throw node.Fault($"does not fit: {Plainly(fault)}");
            }
        }

        if (!items.TryGetValue(graph.Output[0].Name, out Item? output) || output.Value is null)
            throw new InputException($"{source}: its output '{NetworkParts.Name(graph.Output[0].Name)}' is never made.");
        SpreadInputScale(parts, images, items[InputName].Value!);
        Value result = Finished(parts, output, images);
        Integers.Obstacle(parts, result);
        return (parts, result);
    }

    // The output in ONNX's order; one as large as the samples, which is compared with them, in their order.
    private Value Finished(NetworkParts parts, Item output, Value images)
    {
        if (output.Value!.Kind == ValueKind.Input)
            throw new InputException(
                $"{source}: its output '{NetworkParts.Name(graph.Output[0].Name)}' is its input; a network that computes "
                    + $"something is read.");
        if (output.IsDynamic)
            throw new InputException($"{source}: its output holds integers of scales that a run finds, which is not supported.");
        if (isOneSample && output.Type != TensorType.Float && !output.Type.IsWhole())
            throw new InputException(
                $"{source}: its output is of type {output.Type.Text()}; FLOAT, INT32, INT64 and BOOL are supported where the "
                    + $"first axis is no batch.");
        if (output.IsOfSteps && !isOneSample) // of a batch that the file leaves open the batch comes first
            return anyBatch ? output.Value : throw new MixedBatch($"{source}: its output has another axis than the batch first.");
        bool reconstructs = IsBatch && inputShape.Length == 4 && output.Shape.Count == images.Shape.Count
            && !EndsInSoftmax(parts, output.Value);
        if (!reconstructs)
            return Whole(parts, Plain(parts, output));
        Shape shape = new Item(images, Layout.Images).Shape; // channels first
        if (output.Layout == Layout.Images && output.Shape == shape)
            return output.Value;
        Value plain = Plain(parts, output);
        if (isChannelsLast && plain.Shape != shape)
            return Whole(parts, plain);
        Value shaped = plain.Shape == shape ? plain : parts.Moved($"{plain.Name} as images", new Reshape(shape), plain);
        return parts.Moved($"{plain.Name} channels last", new Transpose(0, 2, 3, 1), shaped);
    }

    private static long Elements(IEnumerable<long> extents) =>
        extents.Aggregate(1L, (count, e) => Math.Min(long.MaxValue / MostExtent, count * e));

    // A tensor of any number of axes as one image: [height, width, channels], the outermost axes joined.
    private static Shape Folded(ImmutableArray<int> shape) => shape switch
    {
        [var n] => [1, 1, n],
        [var h, var w] => [h, w, 1],
        [.. var outer, var w, var channels] => [outer.Aggregate(1, (count, e) => count * e), w, channels],
        _ => [1, 1, 1],
    };

    // What one sample gives as one row.
    private Value Whole(NetworkParts parts, Value plain) => !isOneSample || (plain.Shape.Rank > 1 && plain.Shape[0] == 1) ? plain
        : parts.Moved($"{plain.Name} as one sample", new Reshape([1, checked((int)plain.Shape.Count)]), plain);

    private static bool EndsInSoftmax(NetworkParts parts, Value value)
    {
        Graphs.Node? maker = parts.Graph.MakerOf(value);
        while (maker is { Op: Reshape or Transpose })
            maker = parts.Graph.MakerOf(maker.Inputs[0]);
        return maker is { Op: Softmax or LogSoftmax };
    }

    // A value with its axes as ONNX has them.
    private static Value Plain(NetworkParts parts, Item item)
    {
        if (item.Layout == Layout.Plain)
            return item.Value!;
        (string name, Shape shape, Value value) = (item.Value!.Name, item.Value.Shape, item.Value);
        if (item.IsOfSteps)
            return parts.Moved($"{name} steps first", item.Layout == Layout.Directions ? new Transpose(1, 2, 0, 3)
                : new Transpose([1, 0, .. Enumerable.Range(2, shape.Rank - 2)]), value);
        if (shape[1] == 1 && shape[2] == 1)
            return parts.Moved($"{name} channels", new Reshape(item.Shape), value);
        if (item.Layout == Layout.Lines)
            value = parts.Moved($"{name} line", new Reshape([shape[0], shape[2], shape[3]]), value);
        return parts.Moved($"{name} channels first", item.Layout == Layout.Lines
            ? new Transpose(0, 2, 1) : new Transpose(0, 3, 1, 2), value);
    }

    // Refuses a graph with nodes, attributes or numbers of operands that are not read, naming each operator.
    private void RequireSupported()
    {
        Unsupported.Refuse(source, graph.Node.Where(n => !IsRead(n)).Select(n => (Called(n), $"'{NameOf(n)}'")));
        HashSet<string> made = new(graph.Input.Select(i => i.Name), StringComparer.Ordinal);
        foreach (NodeProto node in graph.Node)
        {
            if (OperatorTable.Find(node, version)!.Obstacle(node, OperatorTable.VersionOf(node, version)) is { } obstacle)
                throw Fault(node, obstacle);
            if (!node.Output.Where((o, i) => o.Length > 0 && OperatorTable.HasOutput(node, i)).Any())
                throw Fault(node, "has no output");
            foreach (string output in node.Output.Where(o => o.Length > 0))
            {
                if (!made.Add(output) || (node.OpType != "Constant" && constants.Has(output)))
                    throw Fault(node, $"makes '{NetworkParts.Name(output)}', which is there already");
            }

            if (node.Output.Where((o, i) => !OperatorTable.HasOutput(node, i) && o.Length > 0
                && (readers.Contains(o) || graph.Output.Any(g => g.Name == o))).FirstOrDefault() is { } second)
                throw Fault(node, $"has a second output '{NetworkParts.Name(second)}' that is used; the first is read");
            if (node.OpType == "BatchNormalization" && version < 14 && node.Output.Skip(1).Any(o => o.Length > 0))
                throw Fault(node, "has more than one output: that of training, which is not supported");
        }
    }

    private bool IsRead(NodeProto node) => OperatorTable.Find(node, version) is not null;

    // "If", "com.microsoft.QGemm", or "Softmax of operator set 99" where another set has it.
    private string Called(NodeProto node)
    {
        string name = InputFile.OneLine(OperatorTable.NameOf(node));
        return OperatorTable.Has(name) ? $"{name} of operator set {version}" : name;
    }

    private long VersionOf(ModelProto model)
    {
        if (model.IrVersion is < 1 or > OperatorTable.NewestIr)
            throw new InputException($"{source}: has the IR version {model.IrVersion}; 1 to {OperatorTable.NewestIr} are read.");
        if (model.Functions.Count > 0)
            throw new InputException($"{source}: has {model.Functions.Count} functions of its own; operators alone are read.");
        if (model.Graph.Node.Any(n => n.Domain == OperatorTable.Contributed) && model.OpsetImport
            .Where(o => o.Domain == OperatorTable.Contributed).Select(o => o.Version).ToArray() is not [1])
            throw new InputException($"{source}: operators of {OperatorTable.Contributed} without its operator set 1, which is "
                + $"read.");
        OperatorSetIdProto[] sets = [.. model.OpsetImport.Where(o => OperatorTable.IsDefault(o.Domain))];
        if (sets.Length != 1 || sets[0].Version is < 1 or > OperatorTable.Newest)
        {
            string found = sets.Length == 0 ? "none" : string.Join(", ", sets.Select(s => s.Version));
            throw new InputException(
                $"{source}: operator sets of ONNX itself: {found}; one from 1 to {OperatorTable.Newest} is read.");
        }

        return sets[0].Version;
    }

    // Samples of fewer axes are a view of the images.
    private static void SpreadInputScale(NetworkParts parts, Value images, Value samples)
    {
        if (images != samples && parts.Scales.TryGetValue(samples.Name, out ValueScale? scale))
            parts.Quantized(images, scale);
    }

    private static string Plainly(Exception fault) =>
        fault is OverflowException ? "its extents leave 32 bits" : InputFile.OneLine(fault.Message).TrimEnd('.');

    private InputException Fault(NodeProto node, string what) =>
        new($"{source}: {InputFile.OneLine(node.OpType)} ('{NameOf(node)}') {what}.");

    private static string NameOf(NodeProto node) =>
        NetworkParts.Name(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? "");

    /// <summary>Order of the axes of a value.</summary>
    private enum Layout
    {
        /// <summary>ONNX's.</summary>
        Plain,

        /// <summary>[batch, height, width, channels] for ONNX's [batch, channels, height, width].</summary>
        Images,

        /// <summary>[batch, 1, length, channels] for ONNX's [batch, channels, length].</summary>
        Lines,

        /// <summary>[batch, steps, …] for ONNX's [steps, batch, …] of recurrent layers.</summary>
        Steps,

        /// <summary>[batch, steps, directions, units] for ONNX's [steps, directions, batch, units].</summary>
        Directions,
    }

    /// <summary>What a name stands for: a computed value, or a constant.</summary>
    /// <param name="Value">The value; null for a constant.</param>
    /// <param name="Layout">Order of the value's axes.</param>
    /// <param name="Constant">The constant; null for a value.</param>
    /// <param name="Type">What the file has in it: FLOAT, or the integers of a quantised value.</param>
    /// <param name="IsDynamic">True for the integers of a scale that each run finds: the numbers that they stand for are worked
    /// with.</param>
    private sealed record Item(
        Value? Value, Layout Layout, Constant? Constant = null, TensorType Type = TensorType.Float, bool IsDynamic = false)
    {
        /// <summary>True where the file has another axis than the batch first.</summary>
        public bool IsOfSteps => Layout is Layout.Steps or Layout.Directions;

        /// <summary>Shape of the value as ONNX has it.</summary>
        public Shape Shape => (Layout, Value!.Shape) switch
        {
            (Layout.Images, var s) => [s[0], s[3], s[1], s[2]],
            (Layout.Lines, var s) => [s[0], s[3], s[2]],
            (Layout.Steps, var s) => [s[1], s[0], .. s.Skip(2)],
            (Layout.Directions, var s) => [s[1], s[2], s[0], s[3]],
            (_, var s) => s,
        };
    }
}
