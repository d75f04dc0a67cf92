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
        HashSet<int> read = [.. topology.Ops.SelectMany(op => op.Inputs)];
        TopologyTensor[] needed = [.. topology.Tensors.Where(t => t.Constant && read.Contains(t.Index))]; // others are not read
        ImmutableSortedDictionary<string, NumberArray> arrays = Npz.Read(constants, heads =>
        {
            foreach (TopologyTensor tensor in needed)
                Compare(tensor, heads, constants, path);
            return needed.Select(t => $"t{t.Index}");
        });
        TopologyReader reader = new(topology, arrays, path);
        return Completion.Of(Path.GetFileNameWithoutExtension(path), reader.Sample, reader.Read, reader.IsQuantized);
    }

    private static void Compare(TopologyTensor tensor, IReadOnlyDictionary<string, TensorHead> heads, string constants, string path)
    {
        string name = $"t{tensor.Index}";
        if (!heads.TryGetValue(name, out TensorHead head))
            throw new InputException($"{constants}: there is no array {name}, which {path} needs.");
        Shape shape = tensor.Shape.IsEmpty ? [1] : Shape.Create(tensor.Shape.AsSpan());
        if (head.Shape != shape || !head.Type.Equals(tensor.Dtype, StringComparison.OrdinalIgnoreCase))
            throw new InputException($"{constants}: {name} is {head.Type} {head.Shape}; {path} says {InputFile.OneLine(tensor.Dtype)} {shape}.");
    }
}
