using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>
/// Reads TFLite networks written as a JSON topology (tensors, operators, options under TFLite's names) and an npz file of the
/// same name with an array "tI" for each constant tensor I. Networks in float32 and quantised ones are read.
/// </summary>
internal static class TopologyFile
{
    /// <summary>Reads "NAME.json" and "NAME.npz".</summary>
    /// <exception cref="InputException">A file is missing or damaged, or operators are not supported; they are named.</exception>
    public static ImportedNetwork Read(string path, FilePorts ports)
    {
        Topology topology = InputFile.Read(path, stream => Topology.Read(stream, path)).Chosen(ports, path);
        TopologyReader.RequireSupported(topology, path);
        topology.Check(path);
        string constants = Path.ChangeExtension(path, ".npz");
        HashSet<int> read = Read(topology);
        TopologyTensor[] needed = [.. topology.Tensors.Where(t => t.Constant && read.Contains(t.Index))]; // others are not read
        ImmutableSortedDictionary<string, NumberArray> arrays = Npz.Read(constants, heads =>
        {
            foreach (TopologyTensor tensor in needed)
                Compare(tensor, heads, constants, path);
            return needed.Select(t => $"t{t.Index}");
        });
        return Network(topology, tensor => arrays[$"t{tensor}"], path);
    }

    /// <summary>The network of a topology that was checked.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="numbers">The numbers of a constant tensor, of its shape and type.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">Operators do not fit their tensors, or have options that are not supported.</exception>
    public static ImportedNetwork Network(Topology topology, Func<int, NumberArray> numbers, string path)
    {
        HashSet<int> read = Read(topology);
        TopologyReader reader = new(topology,
            topology.Tensors.Where(t => t.Constant && read.Contains(t.Index)).ToDictionary(t => t.Index, t => numbers(t.Index)),
                path);
        (NetworkParts parts, Value output) = reader.Read(1);
        string? obstacle = reader.Obstacle ?? Integers.Obstacle(parts, output);
        ImportedNetwork network = Completion.Of(Path.GetFileNameWithoutExtension(path), reader.Sample, reader.Read,
            obstacle is null);
        return network with { Remark = reader.Quantises && obstacle is not null ? obstacle : null };
    }

    private static HashSet<int> Read(Topology topology) => [.. topology.Ops.SelectMany(op => op.Inputs)];

    private static void Compare(TopologyTensor tensor, IReadOnlyDictionary<string, TensorHead> heads, string constants,
        string path)
    {
        string name = $"t{tensor.Index}";
        if (!heads.TryGetValue(name, out TensorHead head))
            throw new InputException($"{constants}: there is no array {name}, which {path} needs.");
        Shape shape = tensor.Shape.IsEmpty ? [1] : Shape.Create(tensor.Shape.AsSpan());
        if (head.Shape != shape || !head.Type.Equals(tensor.Dtype, StringComparison.OrdinalIgnoreCase))
            throw new InputException(
                $"{constants}: {name} is {head.Type} {head.Shape}; {path} says {InputFile.OneLine(tensor.Dtype)} {shape}.");
    }
}
