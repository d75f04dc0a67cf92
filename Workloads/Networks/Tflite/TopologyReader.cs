using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>Turns the operators of a topology into a graph, batch after batch. What TFLite fuses into a layer follows it as a
/// ReLU.</summary>
internal sealed partial class TopologyReader
{
    private readonly Topology topology;
    private readonly IReadOnlyDictionary<int, NumberArray> arrays;
    private readonly string source;
    private readonly ILookup<int, TopologyOperator> readers;

    /// <summary>Reads a topology that was checked.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="arrays">The numbers of every constant tensor that an operator reads.</param>
    /// <param name="source">The file, for messages.</param>
    public TopologyReader(Topology topology, IReadOnlyDictionary<int, NumberArray> arrays, string source)
    {
        (this.topology, this.arrays, this.source) = (topology, arrays, source);
        readers = topology.Ops.SelectMany(op => op.Inputs.Select(i => (i, op))).ToLookup(p => p.i, p => p.op);
        TopologyTensor input = topology.Tensors[topology.Inputs[0]];
        if (!IsActivation(input.Dtype))
            throw new InputException(
                $"{source}: its input is {InputFile.OneLine(input.Dtype)}; FLOAT32, INT8, INT16 and UINT8 are supported.");
        if (input.Shape is not [1, _, ..] || input.Shape.Length > 4)
        {
            throw new InputException(
                $"{source}: its input has the shape [{string.Join(", ", input.Shape)}]; "
                + "accepted are one sample of 1 to 3 axes after a first axis of 1.");
        }

        Sample = input.Shape switch
        {
            [_, var n] => [1, 1, n],
            [_, var h, var w] => [h, w, 1],
            _ => Shape.Create(input.Shape.AsSpan()[1..]),
        };
        IEnumerable<TopologyTensor> used =
            topology.Ops.SelectMany(op =>
                op.Inputs.Concat(op.Outputs)).Where(t => t >= 0).Distinct().Select(t => topology.Tensors[t]);
        Quantises = used.Any(t => t.Dtype is "INT8" or "INT16" or "UINT8" && !t.Scale.IsDefaultOrEmpty);
        Obstacle = used.FirstOrDefault(t => t is { Dtype: "INT16", Constant: false }) is { } wide
            ? $"tensor '{FirstPart(wide.Name)}' is INT16; 8 bits are run" : null;
    }

    /// <summary>One sample: [height, width, channels].</summary>
    public Shape Sample { get; }

    /// <summary>True when some tensor that is used is quantised.</summary>
    public bool Quantises { get; }

    /// <summary>What keeps the network from running in integers whatever its operators; null where nothing does.</summary>
    public string? Obstacle { get; }

    /// <summary>Refuses a topology with operators that are not read.</summary>
    /// <exception cref="InputException">There are some; the message names each with its place and result.</exception>
    public static void RequireSupported(Topology topology, string source) =>
        Unsupported.Refuse(source,
            topology.Ops.Select((op, i) => (op, i)).Where(o => !Operators.ContainsKey(o.op.Op) && !IsShape(topology, o.op))
            .Select(o => (InputFile.OneLine(o.op.Op),
                $"operator {o.i}, '{FirstPart(topology.NameOf(o.op.Outputs is [var output, ..] ? output : -1))}'")));

    /// <summary>The network at a batch size, and its output.</summary>
    /// <exception cref="InputException">An operator does not fit its tensors, or has options that are not supported.</exception>
    public (NetworkParts Parts, Value Output) Read(int batch)
    {
        NetworkParts parts = new(batch);
        Scope scope = new(topology.Tensors.Length);
        TopologyTensor input = topology.Tensors[topology.Inputs[0]];
        Value images = parts.Quantized(parts.Images(Sample), ScaleOf(input));
        scope.Values[input.Index] = input.Shape.Length == 4 ? images
            : parts.Quantized(parts.Graph.Apply("samples", new Reshape(At(input, batch)), images), ScaleOf(input));
        for (int i = 0; i < topology.Ops.Length; i++)
        {
            if (IsShape(topology, topology.Ops[i]))
                continue;
            Layer layer = new(this, parts, scope, topology.Ops[i], i);
            try
            {
                if (Operators[topology.Ops[i].Op](layer) is { } result)
                    layer.Bind(0, result);
            }
            catch (Exception fault) when (fault is GraphException or ArgumentException or OverflowException)
            {
                throw layer.Fault($"does not fit: {InputFile.OneLine(fault.Message)}");
            }
        }

        Value? output = scope.Values[topology.Outputs[0]];
        if (output is { Kind: ValueKind.Result } && images != scope.Values[input.Index]
            && parts.Scales.TryGetValue(scope.Values[input.Index]!.Name, out ValueScale? scale))
            parts.Quantized(images, scale); // samples of fewer axes are a view of the images
        string name = FirstPart(topology.NameOf(topology.Outputs[0]));
        return (parts, output ?? throw new InputException($"{source}: its output '{name}' is a constant or a shape."));
    }

    private static string FirstPart(string name) => NetworkParts.Name(name.Split(';')[0]);

    private static bool IsActivation(string type) => type is "FLOAT32" or "INT8" or "INT16" or "UINT8";

    // Operators on whole numbers work out shapes, which the file states for every tensor.
    private static bool IsShape(Topology topology, TopologyOperator op) =>
        op.Outputs is [var output] && (uint)output < (uint)topology.Tensors.Length
            && topology.Tensors[output].Dtype is "INT32" or "INT64"
            && op.Op is "SHAPE" or "STRIDED_SLICE" or "PACK" or "CONCATENATION" or "GATHER" or "MUL" or "ADD" or "SUB" or "CAST"
                or "RESHAPE" or "REDUCE_PROD";

    // The shape of an activation, its first axis being the batch.
    private Shape At(TopologyTensor tensor, int batch) =>
        tensor.Shape is [1, ..] ? [batch, .. tensor.Shape.AsSpan()[1..]]
            : throw new InputException(
                $"{source}: tensor {tensor.Index} ({FirstPart(tensor.Name)}) has the shape [{string.Join(", ", tensor.Shape)}]; "
                + "its first axis must be 1, the batch.");

    // What the integers of an activation stand for, kept as signed ones of 8 bits; null for floats and wider integers.
    private ValueScale? ScaleOf(TopologyTensor tensor)
    {
        if (tensor.Dtype == "FLOAT32")
            return null;
        (int least, int most) = tensor.Dtype switch
        {
            "UINT8" => (0, 255),
            "INT8" => (-128, 127),
            _ => (short.MinValue, short.MaxValue),
        };
        if (!IsActivation(tensor.Dtype) || tensor.Scale is not { IsDefault: false, Length: 1 }
            || tensor.ZeroPoint[0] < least || tensor.ZeroPoint[0] > most)
        {
            throw new InputException(
                $"{source}: tensor {tensor.Index} ({FirstPart(tensor.Name)}) is {InputFile.OneLine(tensor.Dtype)}; FLOAT32 is "
                + "supported, and INT8, INT16 and UINT8 with one scale and a zero point in their range.");
        }

        return tensor.Dtype == "INT16" ? null
            : new ValueScale(tensor.Scale, tensor.ZeroPoint[0] - (tensor.Dtype == "UINT8" ? 128 : 0));
    }

    /// <summary>What the tensors of a file stand for while it is read at one batch size.</summary>
    private sealed class Scope(int tensors)
    {
        /// <summary>By tensor: its value, where it is computed.</summary>
        public Value?[] Values { get; } = new Value?[tensors];

        /// <summary>By tensor: the constant tensor whose numbers it has, where it was dequantised from one.</summary>
        public int?[] Constants { get; } = new int?[tensors];

        /// <summary>By tensor: zeros around its value that every reader takes as its own padding.</summary>
        public Padding[] Pads { get; } = new Padding[tensors];
    }
}
