using Google.Protobuf;
using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Reads ONNX models: one output, and one input or several that are chosen, operators of the list in docs/networks.md, in
/// floating point or quantised. Images come in as [batch, channels, height, width] and are turned to [batch, height, width,
/// channels], weights likewise.
/// </summary>
internal static class OnnxFile
{
    /// <summary>Reads a model.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or operators are not supported; they are
    /// named.</exception>
    public static ImportedNetwork Read(string path, FilePorts ports) =>
        InputFile.Read(path, stream => Read(stream, path, Path.GetDirectoryName(path) ?? "", ports));

    private static ImportedNetwork Read(Stream stream, string path, string folder, FilePorts ports)
    {
        if (stream.Length > Array.MaxLength)
            throw new InputException($"{path}: {stream.Length} bytes; at most {Array.MaxLength} are read.");
        ModelProto model;
        IReadOnlyDictionary<TensorProto, StoredBytes> raw;
        try
        {
            (model, raw) = OnnxSkim.Parse(StoredBytes.Of(stream, path), path);
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw new InputException($"{path}: no ONNX model, or damaged: {InputFile.OneLine(fault.Message)}", fault);
        }

        if (model.Graph is null || model.Graph.Node.Count == 0 || model.OpsetImport.Count == 0)
            throw new InputException($"{path}: no ONNX model, or truncated: it has no graph of nodes or no operator sets.");
        OnnxPorts.Choose(model.Graph, ports, path);
        (OnnxReader reader, NetworkParts parts, Value output) =
            Reader(model, new OnnxConstants(model.Graph, raw, new OnnxExternalData(folder), path), path);
        string? obstacle = Integers.Obstacle(parts, output);
        ImportedNetwork network = Completion.Of(Path.GetFileNameWithoutExtension(path), reader.Sample, reader.Read,
            obstacle is null);
        return network with
        {
            TakesOneSample = reader.TakesOneSample,
            Remark = reader.Quantises && obstacle is not null ? obstacle : null,
        };
    }

    // The network with a batch as its first axis, or as one sample where a node joins that axis with others.
    private static (OnnxReader Reader, NetworkParts Parts, Value Output) Reader(ModelProto model,
        OnnxConstants constants, string path)
    {
        try
        {
            return Read(isOneSample: false);
        }
        catch (MixedBatch)
        {
            return Read(isOneSample: true);
        }

        (OnnxReader, NetworkParts, Value) Read(bool isOneSample)
        {
            OnnxReader reader = new(model, constants, path, isOneSample);
            (NetworkParts parts, Value output) = reader.Read(1);
            return (reader, parts, output);
        }
    }
}
