using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>
/// Reads TFLite networks written as a JSON topology (tensors, operators, options under TFLite's names) and an npz file of the same
/// name with an array "tI" for each constant tensor I. Networks in float32 and, with all activations int8, quantised ones are read.
/// </summary>
internal static class TopologyFile
{
    /// <summary>Reads "NAME.json" and "NAME.npz".</summary>
    /// <exception cref="InputException">A file is missing or damaged, or operators are not supported; they are named.</exception>
    public static ImportedNetwork Read(string path)
    {
        Topology topology = InputFile.Read(path, stream => Topology.Read(stream, path));
        TopologyReader.RequireSupported(topology, path);
        topology.Check(path);
        string constants = Path.ChangeExtension(path, ".npz");
        ImmutableSortedDictionary<string, NumberArray> arrays = Npz.Read(constants);
        foreach (TopologyTensor tensor in topology.Tensors.Where(t => t.Constant))
        {
            if (!arrays.TryGetValue($"t{tensor.Index}", out NumberArray? array))
                throw new InputException($"{constants}: there is no array t{tensor.Index}, which {path} needs.");
            Shape shape = tensor.Shape.IsEmpty ? [1] : Shape.Create(tensor.Shape.AsSpan());
            if (array.Shape != shape || !Enum.TryParse(tensor.Dtype, ignoreCase: true, out ElementType type) || array.Type != type)
                throw new InputException($"{constants}: t{tensor.Index} is {array.Type} {array.Shape}; {path} says {InputFile.OneLine(tensor.Dtype)} {shape}.");
        }

        TopologyReader reader = new(topology, arrays, path);
        return Completion.Of(Path.GetFileNameWithoutExtension(path), reader.Sample, reader.Read, reader.IsQuantized);
    }
}
