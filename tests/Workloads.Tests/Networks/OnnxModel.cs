using System.Runtime.InteropServices;
using Google.Protobuf;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>Writes small ONNX models for tests.</summary>
internal sealed class OnnxModel
{
    private readonly GraphProto graph = new() { Name = "test" };

    public OnnxModel(params long[] input) => graph.Input.Add(Described("x", input));

    public GraphProto Graph => graph;

    public OnnxModel Floats(string name, long[] dims, params float[] values) =>
        Constant(name, 1, dims, MemoryMarshal.AsBytes(values.AsSpan()));

    public OnnxModel Longs(string name, params long[] values) =>
        Constant(name, 7, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()));

    public OnnxModel Ints(string name, long[] dims, params int[] values) =>
        Constant(name, 6, dims, MemoryMarshal.AsBytes(values.AsSpan()));

    public OnnxModel Bytes(string name, long[] dims, bool signed, params int[] values) =>
        Constant(name, signed ? 3 : 2, dims, [.. values.Select(v => (byte)v)]);

    /// <summary>A node; operands and results separated by blanks, "-" for one left out. The node bears its results' names, and
    /// its operator that of its domain, if it has one, and a dot before it.</summary>
    public OnnxModel Node(string op, string inputs, string output, params (string Name, object Value)[] attributes)
    {
        NodeProto node = new() { OpType = op.Split('.')[^1], Name = output, Domain = op.Contains('.') ? op[..op.LastIndexOf('.')] : "" };
        node.Input.Add(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(i => i == "-" ? "" : i));
        node.Output.Add(output.Split(' ').Select(o => o == "-" ? "" : o));
        foreach ((string name, object value) in attributes)
        {
            AttributeProto attribute = new() { Name = name };
            switch (value)
            {
                case int i: (attribute.I, attribute.Type) = (i, 2); break;
                case float f: (attribute.F, attribute.Type) = (f, 1); break;
                case string s: (attribute.S, attribute.Type) = (ByteString.CopyFromUtf8(s), 3); break;
                case TensorProto t: (attribute.T, attribute.Type) = (t, 4); break;
                case float[] all:
                    attribute.Floats.Add(all);
                    attribute.Type = 6;
                    break;
                case string[] words:
                    attribute.Strings.Add(words.Select(ByteString.CopyFromUtf8));
                    attribute.Type = 8;
                    break;
                case int[] all:
                    attribute.Ints.Add(all.Select(i => (long)i));
                    attribute.Type = 7;
                    break;
                default: throw new ArgumentException($"{value}", nameof(attributes));
            }

            node.Attribute.Add(attribute);
        }

        graph.Node.Add(node);
        return this;
    }

    /// <summary>The file with this output and operator set.</summary>
    public byte[] File(string output, int version = 17)
    {
        graph.Output.Clear();
        graph.Output.Add(Described(output, null));
        return new ModelProto
        {
            IrVersion = 8,
            Graph = graph,
            OpsetImport =
            {
                new OperatorSetIdProto { Version = version },
                graph.Node.Select(n => n.Domain).Where(d => d.Length > 0).Distinct()
                    .Select(d => new OperatorSetIdProto { Domain = d, Version = 1 }),
            },
        }.ToByteArray();
    }

    /// <summary>The network as it is read from the file with this output.</summary>
    public ImportedNetwork Import(string output) => Import(File(output));

    /// <summary>The network in a file.</summary>
    public static ImportedNetwork Import(byte[] file)
    {
        string folder = Directory.CreateTempSubdirectory("npusim").FullName;
        try
        {
            System.IO.File.WriteAllBytes(Path.Combine(folder, "net.onnx"), file);
            return ImportedNetwork.Read(Path.Combine(folder, "net.onnx"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A tensor of some element type, by its bytes.</summary>
    public OnnxModel Constant(string name, int type, long[] dims, ReadOnlySpan<byte> data)
    {
        graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = type,
            Dims = { dims },
            RawData = ByteString.CopyFrom(data)
        });
        return this;
    }

    // Without extents: a tensor of any shape.
    private static ValueInfoProto Described(string name, long[]? dims) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = 1,
                Shape = dims is null ? null : new TensorShapeProto
                {
                    Dim =
                    { dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }) }
                },
            },
        },
    };
}
