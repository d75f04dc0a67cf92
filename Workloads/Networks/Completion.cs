using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Networks;

/// <summary>
/// Makes a network that was read into one that can be trained. A softmax at its end, or its logarithm, is left out of "logits",
/// which are what it reads. The classifier, whose parameters become "head.weight" and "head.bias", is the linear layer – or, in a
/// network that ends in one, the convolution – that makes the logits, with at most reshapes and transposes between. Batch
/// normalisations are folded into the layers before them. A network whose output is as large as its input and that ends in no
/// softmax reconstructs: its loss is the mean squared error. All others are trained by cross-entropy.
/// </summary>
internal static class Completion
{
    private const string Result = "output";

    /// <summary>The network with outputs "logits", "loss" and "output".</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="sample">One sample [height, width, channels].</param>
    /// <param name="read">Reads the network at a batch size, up to its output.</param>
    /// <param name="quantized">True when values are integers.</param>
    public static ImportedNetwork Of(string name, Shape sample,
        Func<int, (NetworkParts Parts, Value Output)> read, bool quantized)
    {
        (NetworkParts parts, Value output) = read(1);
        (Graph graph, IReadOnlyDictionary<string, string> names) = Whole(name, parts, output);
        if (graph.Outputs[Result].Kind == ValueKind.Input)
            throw new InputException($"{name}: its output is its input; a network that computes something is read.");
        Shape logits = graph.Outputs["logits"].Shape;
        if (logits[^1] < 2)
            throw new InputException($"{name}: its output '{output.Name}' is {output.Shape}; at least 2 classes are accepted.");
        Graph file = graph;
        if (graph.Nodes.Any(n => n.Op is BatchNorm))
            graph = BatchNormFolding.Fold(graph);
        Lazy<Weights> weights = new(() => Numbers(file, parts, names));
        Quantization? quantization = !quantized ? null : new(
            graph.Values.Where(v => parts.Scales.ContainsKey(names.GetValueOrDefault(v.Name, v.Name)))
                .ToDictionary(v => v.Name, v => parts.Scales[names.GetValueOrDefault(v.Name, v.Name)], StringComparer.Ordinal),
            new(() => graph.Parameters.ToDictionary(
                p => p.Name, p => parts.Parameters[names[p.Name]].Integers!(), StringComparer.Ordinal)));
        Model model = new(name, sample, logits[^1], batch => batch == 1 ? graph : Build(read(batch)));
        return new ImportedNetwork(model, weights, quantization);

        Graph Build((NetworkParts Parts, Value Output) network)
        {
            Graph graph = Whole(name, network.Parts, network.Output).Graph;
            return graph.Nodes.Any(n => n.Op is BatchNorm) ? BatchNormFolding.Fold(graph) : graph;
        }
    }

    private static Weights Numbers(Graph graph, NetworkParts parts, IReadOnlyDictionary<string, string> names)
    {
        IReadOnlyDictionary<string, float[]> values =
            graph.Parameters.ToDictionary(p => p.Name, p => parts.Parameters[names[p.Name]].Floats());
        if (graph.Nodes.Any(n => n.Op is BatchNorm))
            (graph, values) = BatchNormFolding.Fold(graph, values);
        return Weights.Create(graph.Parameters.Select(p =>
            KeyValuePair.Create(p.Name, new WeightTensor(p.Shape, values[p.Name]))));
    }

    // What a file says may fit operation by operation and yet have no loss: an output of more elements than are counted, say.
    private static (Graph Graph, IReadOnlyDictionary<string, string> Names) Whole(string name, NetworkParts parts, Value output)
    {
        try
        {
            return Complete(parts, output);
        }
        catch (Exception fault) when (fault is GraphException or ArgumentException or OverflowException)
        {
            throw new InputException(
                $"{name}: its output '{output.Name}' {output.Shape} is none to train on: {InputFile.OneLine(fault.Message)}",
                fault);
        }
    }

    // The finished graph, and the name that each of its parameters had in the file.
    private static (Graph Graph, IReadOnlyDictionary<string, string> Names) Complete(NetworkParts parts, Value output)
    {
        Graph read = WithoutTransposes(parts, output);
        output = read.Outputs[Result];
        Dictionary<Value, Node> makers = read.Nodes.ToDictionary(n => n.Output);
        (Node? softmax, ImmutableArray<Node> moves) = SoftmaxOf(output, makers);
        Node? head = HeadOf(softmax?.Inputs[0] ?? output, makers);

        GraphBuilder builder = new();
        Dictionary<Value, Value> map = [];
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        Value? headWeight = head is null ? null : Source(head.Inputs[1], makers), headBias = head?.Inputs.Length > 2
            ? Source(head.Inputs[2], makers) : null;
        foreach (Value value in read.Values)
        {
            switch (value.Kind)
            {
                case ValueKind.Input:
                    map[value] = builder.Input(value.Name, value.Shape);
                    break;
                case ValueKind.Parameter:
                    names.Add(NameOf(value), value.Name);
                    map[value] = builder.Parameter(
                        NameOf(value), value.Shape, value.CopyOf is { } first
                        ? NameOf(read.Parameters.First(p => p.Name == first)) : null);
                    break;
                default:
                    Node node = makers[value];
                    map[value] = builder.Apply(value.Name, node.Op, [.. node.Inputs.Select(i => map[i])]);
                    break;
            }
        }

        Value images = map[read.Inputs.First()], result = map[softmax?.Inputs[0] ?? output];
        foreach (Node move in softmax is null ? [] : moves)
            result = builder.Apply($"{move.Output.Name} before", move.Op, result);
        Value logits = Flat(builder, "logits", result);
        builder.Output(Result, map[output]);
        builder.Output("logits", logits);
        bool reconstructs = softmax is null && logits.Shape.Count == images.Shape.Count;
        builder.Output("loss", reconstructs
            ? builder.Apply("loss", new MeanSquaredError(), logits, Flat(builder, "features", images))
            : builder.Apply("loss", new CrossEntropy(), logits, builder.Input("labels", [parts.Batch])));
        return (builder.Build(), names);

        string NameOf(Value parameter) => parameter == headWeight ? "head.weight" : parameter == headBias
            ? "head.bias" : parameter.Name;
    }

    // Parameters whose numbers lie in another order then are reordered, and what is moved passes its scale on.
    private static Graph WithoutTransposes(NetworkParts parts, Value output)
    {
        parts.Graph.Output(Result, output);
        (Graph graph, IReadOnlyDictionary<string, int[]> orders) = TransposeFolding.Fold(parts.Graph.Build());
        foreach ((string name, int[] order) in orders)
        {
            ParameterValues old = parts.Parameters[name];
            parts.Parameters[name] = new(() => Ordered(old.Floats(), order), old.Integers is { } integers
                ? () => Ordered(integers(), order) : null);
        }

        foreach (Node node in graph.Nodes.Where(n => n.Op is Reshape or Transpose && !parts.Scales.ContainsKey(n.Output.Name)))
            parts.Quantized(node.Output, parts.Scales.GetValueOrDefault(node.Inputs[0].Name));
        return graph;
    }

    private static TNumber[] Ordered<TNumber>(TNumber[] data, int[] order) => [.. order.Select(i => data[i])];

    // The parameter that a layer reads, perhaps turned round.
    private static Value Source(Value operand, Dictionary<Value, Node> makers)
    {
        while (makers.TryGetValue(operand, out Node? maker) && maker.Op is Transpose or Reshape)
            operand = maker.Inputs[0];
        return operand;
    }

    private static Value Flat(GraphBuilder builder, string name, Value x) =>
        x.Shape.Rank == 2 ? x : builder.Apply(name, new Reshape([x.Shape[0], checked((int)(x.Shape.Count / x.Shape[0]))]), x);

    // The softmax, or its logarithm, that makes the output, and what only moves its numbers after it; those of the logits move
    // likewise.
    private static (Node? Softmax, ImmutableArray<Node> Moves) SoftmaxOf(Value output, Dictionary<Value, Node> makers)
    {
        List<Node> moves = [];
        Node? maker = makers.GetValueOrDefault(output);
        for (; maker is { Op: Reshape or Transpose }; maker = makers.GetValueOrDefault(maker.Inputs[0]))
            moves.Insert(0, maker);
        return (maker is { Op: Softmax or LogSoftmax } ? maker : null, [.. moves]);
    }

    private static Node? HeadOf(Value logits, Dictionary<Value, Node> makers)
    {
        Node? maker = makers.GetValueOrDefault(logits);
        while (maker is { Op: Reshape or Transpose })
            maker = makers.GetValueOrDefault(maker.Inputs[0]);
        return maker is { Op: Linear or Conv2d } && maker.Inputs.Skip(1)
            .All(i => Source(i, makers).Kind == ValueKind.Parameter) ? maker : null;
    }
}
