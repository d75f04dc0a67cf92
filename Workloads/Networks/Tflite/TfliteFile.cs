using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>
/// Reads TFLite networks as converters write them: flatbuffers with the identifier "TFL3". The first subgraph is read; the numbers
/// of large files stay there until they are asked for.
/// </summary>
internal static class TfliteFile
{
    private const int MostAxes = 8, Identifier = 'T' | 'F' << 8 | 'L' << 16 | '3' << 24;

    /// <summary>Reads "NAME.tflite".</summary>
    /// <exception cref="InputException">The file is missing or damaged, or operators are not supported; they are
    /// named.</exception>
    public static ImportedNetwork Read(string path, FilePorts ports) => InputFile.Read(path, stream =>
    {
        if (stream.Length > Array.MaxLength)
            throw new InputException($"{path}: {stream.Length} bytes; at most {Array.MaxLength} are read.");
        FlatBytes content = new(StoredBytes.Of(stream, path));
        if (content.Length < 8 || content.Int(4) != Identifier)
            throw new InputException($"{path}: no TFLite network: a flatbuffer with the identifier TFL3 is read.");
        (Topology topology, Stored[] data) = Parse(content, path);
        topology = topology.Chosen(ports, path);
        TopologyReader.RequireSupported(topology, path);
        topology.Check(path);
        return TopologyFile.Network(topology, tensor => Numbers(topology.Tensors[tensor], data[tensor], content, path), path);
    });

    private static (Topology Topology, Stored[] Data) Parse(FlatBytes content, string path)
    {
        try
        {
            FlatTable model = FlatTable.Root(content, path);
            FlatTable[] graphs = model.Tables(2);
            if (graphs.Length == 0)
                throw new FormatException("it has no subgraph");
            FlatTable[] tensors = graphs[0].Tables(0), buffers = model.Tables(4);
            Stored[] data = [.. tensors.Select((tensor, index) => DataOf(tensor, index, buffers))];
            string[] operators = [.. model.Tables(1).Select(OperatorOf)];
            return (new Topology(
                [.. graphs[0].Ints(1)], [.. graphs[0].Ints(2)],
                [.. tensors.Select((tensor, index) => TensorOf(tensor, index, data[index].Count > 0))],
                [.. graphs[0].Tables(3).Select((op, index) => Operator(op, index, operators))]), data);
        }
        catch (FormatException fault)
        {
            throw new InputException($"{path}: {InputFile.OneLine(fault.Message)}.", fault);
        }
        catch (Exception fault) when (fault is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InputException($"{path}: damaged: an offset or a length in it leads out of the file.", fault);
        }
    }

    private static TopologyTensor TensorOf(FlatTable tensor, int index, bool isConstant)
    {
        FlatTable? quantization = tensor.Inner(4);
        int[] shape = tensor.Ints(0);
        float[] scales = quantization?.Floats(2) ?? [];
        long[] zeros = quantization?.Longs(3) is { Length: > 0 } given ? given : new long[scales.Length];
        if (shape.Length > MostAxes)
            throw new FormatException($"tensor {index} has {shape.Length} axes; at most {MostAxes} are read");
        if (Array.Find(zeros, z => z != (int)z) is not 0 and var far)
            throw new FormatException($"tensor {index} has the zero point {far}");
        return new TopologyTensor(
            index, tensor.Text(3), [.. shape], Schema.TypeOf(tensor.Byte(1)), [.. scales], [.. zeros.Select(z => (int)z)],
                quantization?.Int(6) ?? 0, isConstant);
    }

    private static TopologyOperator Operator(FlatTable op, int index, string[] operators)
    {
        int code = op.Int(0);
        string name = (uint)code < (uint)operators.Length ? operators[code]
            : throw new FormatException($"operator {index} has the code {code} of {operators.Length}");
        return new TopologyOperator(name, 1, [.. op.Ints(1)], [.. op.Ints(2)], FlatOptions.Read(name, op.Byte(3), op.Inner(4)));
    }

    // Numbers beyond 127 stand in the newer of two fields.
    private static string OperatorOf(FlatTable code)
    {
        string name = Schema.OperatorOf(Math.Max(code.Byte(0), code.Int(3)));
        return name == "CUSTOM" ? $"CUSTOM {code.Text(1)}" : name;
    }

    // Buffer 0 is that of tensors without numbers; large files keep numbers behind the flatbuffer.
    private static Stored DataOf(FlatTable tensor, int index, FlatTable[] buffers)
    {
        int buffer = tensor.Int(2);
        if (buffer != 0 && (uint)buffer >= (uint)buffers.Length)
            throw new FormatException($"tensor {index} has buffer {buffer} of {buffers.Length}");
        if (buffers.Length == 0)
            return default;
        (int start, int count) = buffers[buffer].List(0, sizeof(byte));
        if (count == 0 && buffers[buffer].Long(1) > 1)
            (start, count) = (checked((int)buffers[buffer].Long(1)), checked((int)buffers[buffer].Long(2)));
        return new Stored(start, count, tensor.Has(6));
    }

    private static NumberArray Numbers(TopologyTensor tensor, Stored data, FlatBytes content, string path)
    {
        string source = $"{path}: tensor {tensor.Index} ({InputFile.OneLine(tensor.Name)})";
        bool isPacked = tensor.Dtype == "INT4"; // two to a byte, the lower half first
        if (isPacked)
            tensor = tensor with { Dtype = "INT8" };
        if (!Enum.TryParse(tensor.Dtype, ignoreCase: true, out ElementType type) || !Enum.IsDefined(type))
            throw new InputException(
                $"{source}: its numbers are {tensor.Dtype}; FLOAT16, FLOAT32, FLOAT64, INT4, INT8, INT16, INT32, INT64 and "
                    + $"UINT8 are read.");
        if (data.IsSparse)
            throw new InputException($"{source}: is sparse; dense tensors are read.");
        Shape shape = tensor.Shape.IsEmpty ? [1] : Shape.Create(tensor.Shape.AsSpan());
        long bytes = isPacked ? (shape.Count + 1) / 2 : shape.Count * type.Bytes();
        if (bytes != data.Count || (uint)data.Start > (uint)content.Length - data.Count)
            throw new InputException($"{source}: its shape {shape} takes {bytes} bytes, there are {data.Count}.");
        InputBudget.Take(shape.Count, sizeof(float), source); // as weights
        StoredBytes stored = content.Slice(data.Start, data.Count);
        return new NumberArray(shape, type, isPacked ? Halves(stored.ToArray(), (int)shape.Count) : stored,
            tensor.Shape.IsEmpty);
    }

    private static byte[] Halves(byte[] packed, int count)
    {
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++)
            values[i] = (byte)(sbyte)((sbyte)(packed[i / 2] << (i % 2 == 0 ? 4 : 0)) >> 4);
        return values;
    }

    private readonly record struct Stored(int Start, int Count, bool IsSparse);
}
