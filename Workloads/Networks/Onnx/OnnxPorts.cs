using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks.Onnx.Proto;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>Narrows a graph to the inputs and the output that are chosen, with the sizes that are given.</summary>
internal static class OnnxPorts
{
    /// <summary>Changes the graph: one output, the nodes and inputs that it needs, and every size that was given.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="ports">The choice.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="InputException">A name is not there, the file has several inputs or outputs of which none is chosen, or
    /// sizes contradict it.</exception>
    public static void Choose(GraphProto graph, FilePorts ports, string source)
    {
        ChooseOutput(graph, ports.Output, source);
        ImmutableDictionary<string, ImmutableArray<int>> chosen = ports.Inputs;
        HashSet<string> known = new(graph.Initializer.Select(i => i.Name), StringComparer.Ordinal);
        ValueInfoProto[] inputs = [.. graph.Input.Where(i => !known.Contains(i.Name))];
        foreach ((string name, ImmutableArray<int> sizes) in chosen)
        {
            ValueInfoProto input = Array.Find(inputs, i => i.Name == name)
                ?? throw new InputException(
                    $"{source}: there is no input '{InputFile.OneLine(name)}'{Needed(ports.Output)}; it has {Listed(inputs)}.");
            if (!sizes.IsEmpty)
                Size(input, sizes, source);
        }

        if (inputs.Length == 0)
            throw new InputException($"{source}: no input{Needed(ports.Output)}; one at least is read.");
        if (inputs.Length > 1 && inputs.Where(i => !chosen.ContainsKey(i.Name)).ToArray() is { Length: > 0 } open)
        {
            throw new InputException(
                $"{source}: {inputs.Length} inputs, {Listed(inputs)}; each is to be given by --input NAME=SHAPE, and "
                + $"{string.Join(", ", open.Select(i => $"'{NetworkParts.Name(i.Name)}'"))} {(open.Length == 1 ? "is" : "are")} "
                + $"not.");
        }

        static string Needed(string? output) => output is null ? "" : $" that the output '{InputFile.OneLine(output)}' needs";
    }

    private static void ChooseOutput(GraphProto graph, string? name, string source)
    {
        if (name is null && graph.Output.Count == 1)
            return;
        string listed = string.Join(", ", graph.Output.Take(20).Select(o => $"'{NetworkParts.Name(o.Name)}'"));
        if (name is null)
        {
            throw new InputException(graph.Output.Count == 0 ? $"{source}: no output; one is read."
                : $"{source}: {graph.Output.Count} outputs, {listed}; one is to be chosen by --output NAME.");
        }

        ValueInfoProto output = graph.Output.FirstOrDefault(o => o.Name == name) ?? throw new InputException(
            $"{source}: there is no output '{InputFile.OneLine(name)}'{Suggestion.For(name, graph.Output.Select(o => o.Name))}; "
                + $"it has {listed}.");
        HashSet<string> needed = new([name], StringComparer.Ordinal);
        List<NodeProto> nodes = [];
        foreach (NodeProto node in graph.Node.Reverse().Where(n => n.Output.Any(needed.Contains)))
        {
            nodes.Add(node);
            needed.UnionWith(node.Input);
        }

        nodes.Reverse();
        Set(graph.Node, nodes);
        Set(graph.Output, [output]);
        Set(graph.Input, [.. graph.Input.Where(i => needed.Contains(i.Name))]);
    }

    private static void Set<TItem>(Google.Protobuf.Collections.RepeatedField<TItem> field, IReadOnlyCollection<TItem> items)
    {
        field.Clear();
        field.AddRange(items);
    }

    private static void Size(ValueInfoProto input, ImmutableArray<int> sizes, string source)
    {
        var dims = input.Type?.TensorType?.Shape?.Dim;
        if (dims is null || dims.Count != sizes.Length || dims.Where((d, i) => d.DimValue > 0 && d.DimValue != sizes[i]).Any())
            throw new InputException(
                $"{source}: --input {NetworkParts.Name(input.Name)}={string.Join('x', sizes)} contradicts the file, which has "
                    + $"{Listed([input])}.");
        for (int axis = 0; axis < sizes.Length; axis++)
            dims[axis].DimValue = sizes[axis];
    }

    // As "'x' [batch, 3, 224, 224]".
    private static string Listed(ValueInfoProto[] inputs) => string.Join(", ", inputs.Take(20).Select(i =>
        $"'{NetworkParts.Name(i.Name)}' [{string.Join(", ", (i.Type?.TensorType?.Shape?.Dim ?? []).Take(9).Select(Extent))}]"));

    private static string Extent(TensorShapeProto.Types.Dimension dim) =>
        dim.DimValue > 0 ? $"{dim.DimValue}" : dim.DimParam.Length > 0 ? InputFile.OneLine(dim.DimParam) : "?";
}
