using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>Turns the operators of a topology into a graph, batch after batch. What TFLite fuses into a layer follows it as a ReLU.</summary>
internal sealed partial class TopologyReader
{
    private readonly Topology topology;
    private readonly ImmutableSortedDictionary<string, NumberArray> arrays;
    private readonly string source;

    public TopologyReader(Topology topology, ImmutableSortedDictionary<string, NumberArray> arrays, string source)
    {
        (this.topology, this.arrays, this.source) = (topology, arrays, source);
        TopologyTensor input = topology.Tensors[topology.Inputs[0]];
        IsQuantized = input.Dtype switch
        {
            "FLOAT32" => false,
            "INT8" => true,
            _ => throw new InputException($"{source}: its input is {InputFile.OneLine(input.Dtype)}; FLOAT32 and INT8 are supported."),
        };
        if (input.Shape is not [1, _, ..] || input.Shape.Length > 4)
        {
            throw new InputException(
                $"{source}: its input has the shape [{string.Join(", ", input.Shape)}]; accepted are one sample of 1 to 3 axes after a first axis of 1.");
        }

        Sample = input.Shape switch
        {
            [_, var n] => [1, 1, n],
            [_, var h, var w] => [h, w, 1],
            _ => Shape.Create(input.Shape.AsSpan()[1..]),
        };
    }

    /// <summary>One sample: [height, width, channels].</summary>
    public Shape Sample { get; }

    /// <summary>True when activations are int8.</summary>
    public bool IsQuantized { get; }

    /// <summary>Refuses a topology with operators that are not read.</summary>
    /// <exception cref="InputException">There are some; the message names each with its place and result.</exception>
    public static void RequireSupported(Topology topology, string source) =>
        Unsupported.Refuse(source, topology.Ops.Select((op, i) => (op, i)).Where(o => !Operators.ContainsKey(o.op.Op))
            .Select(o => (InputFile.OneLine(o.op.Op), $"operator {o.i}, '{FirstPart(topology.NameOf(o.op.Outputs is [var output, ..] ? output : -1))}'")));

    /// <summary>The network at a batch size, and its output.</summary>
    /// <exception cref="InputException">An operator does not fit its tensors, or has options that are not supported.</exception>
    public (NetworkParts Parts, Value Output) Read(int batch)
    {
        NetworkParts parts = new(batch);
        Value?[] values = new Value?[topology.Tensors.Length];
        TopologyTensor input = topology.Tensors[topology.Inputs[0]];
        Value images = parts.Quantized(parts.Images(Sample), ScaleOf(input));
        values[input.Index] = input.Shape.Length == 4 ? images
            : parts.Quantized(parts.Graph.Apply("samples", new Reshape(At(input, batch)), images), ScaleOf(input));
        for (int i = 0; i < topology.Ops.Length; i++)
        {
            TopologyOperator op = topology.Ops[i];
            TopologyTensor output = topology.Tensors[op.Outputs[0]];
            Layer layer = new(this, parts, values, op, i);
            try
            {
                Value result = Operators[op.Op](layer);
                if (result.Shape != At(output, batch))
                    throw layer.Fault($"gives {result.Shape}, the file says {At(output, batch)}");
                values[output.Index] = result;
            }
            catch (Exception fault) when (fault is GraphException or ArgumentException or OverflowException)
            {
                throw layer.Fault($"does not fit: {InputFile.OneLine(fault.Message)}");
            }
        }

        return (parts, values[topology.Outputs[0]]!);
    }

    private static string FirstPart(string name) => NetworkParts.Name(name.Split(';')[0]);

    // The shape of an activation, its first axis being the batch.
    private Shape At(TopologyTensor tensor, int batch) =>
        tensor.Shape is [1, ..] ? [batch, .. tensor.Shape.AsSpan()[1..]]
            : throw new InputException($"{source}: tensor {tensor.Index} ({FirstPart(tensor.Name)}) has the shape [{string.Join(", ", tensor.Shape)}]; its first axis must be 1, the batch.");

    private ValueScale? ScaleOf(TopologyTensor tensor)
    {
        if (!IsQuantized)
            return null;
        if (tensor.Dtype != "INT8" || tensor.Scale.IsDefaultOrEmpty || tensor.ZeroPoint.Any(z => z is < -128 or > 127))
            throw new InputException($"{source}: tensor {tensor.Index} ({FirstPart(tensor.Name)}) is {InputFile.OneLine(tensor.Dtype)}; in a network quantised to int8 all are INT8 with a scale and a zero point.");
        return new ValueScale(tensor.Scale, tensor.ZeroPoint[0]);
    }
}
