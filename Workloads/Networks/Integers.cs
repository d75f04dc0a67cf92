using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks;

/// <summary>Tells whether a network can run in integers alone.</summary>
internal static class Integers
{
    // What a softmax gives in 8 bits: steps of 1/256 from −128 (TFLite).
    private static readonly ValueScale Probabilities = new([1f / 256], -128);

    /// <summary>
    /// Null when everything has a scale; otherwise what keeps the network from running in integers: which operation, and why.
    /// Operations that only move numbers pass their scales on; a softmax at the end has that of TFLite.
    /// </summary>
    public static string? Obstacle(NetworkParts parts, Value output)
    {
        Graph graph = parts.Graph.Build();
        ILookup<Value, Node> readers = graph.Nodes.SelectMany(n => n.Inputs.Select(i => (i, n))).ToLookup(p => p.i, p => p.n);
        ValueScale? Of(Value value) => parts.Scales.GetValueOrDefault(value.Name);
        Value? bare = graph.Inputs.FirstOrDefault(i => Of(i) is null);
        string? obstacle = bare is null ? null : $"the network's input '{bare.Name}' has no scale";
        foreach (Node node in graph.Nodes)
        {
            bool joined = node.Op is Linear or Conv2d or Add or Mul or Pool && readers[node.Output].ToArray() is [{ Op: Relu }]
                && node.Output != output;
            if (Of(node.Output) is null && !joined)
                parts.Quantized(node.Output, node.Op switch
                {
                    Softmax => Probabilities,
                    Reshape or Transpose or MaxPool or Slice or Broadcast => Of(node.Inputs[0]),
                    _ => null
                });
            obstacle ??= Misfit(node) ?? (Of(node.Output) is null && !joined
                ? $"the result of {Called(node)} has no scale" : null);
        }

        return obstacle ?? graph.Parameters.Where(p => parts.Parameters[p.Name].Integers is null)
            .Select(p => $"'{p.Name}' has {parts.Remarks.GetValueOrDefault(p.Name, "no 8-bit integers")}").FirstOrDefault();

        // What of a node has no kernel in integers.
        string? Misfit(Node node)
        {
            if (node.Inputs.Take(node.Op is Linear or Conv2d ? 2 : node.Inputs.Length)
                .FirstOrDefault(i => Of(i) is null && !Joins(i, node)) is { } real)
                return $"{Called(node)} reads '{real.Name}', which has "
                    + $"{(real.Kind == ValueKind.Parameter ? Why(real) : "no scale")}";
            return node.Op switch
            {
                Linear or Conv2d or MatMul or Add or Mul or Concat or SumTo or UnaryFunction { HasTable: true } => null,
                Resample { Taps: var taps } when !taps.Fit(fractionBits: 10) =>
                $"{Called(node)} has factors of more than 10 fractional bits",
                Pool { Dilation: var dilation } when dilation != default => $"{Called(node)} has a dilation",
                AveragePool => null,
                Reshape or Transpose or MaxPool or Slice or Broadcast or Resample or Relu =>
                Of(node.Inputs[0]) is null || Of(node.Output) is null || Same(node) ? null
                    : $"{Called(node)} gives another scale than it reads",
                Softmax => Of(node.Output) is { ZeroPoint: -128, Steps: [1f / 256] }
                ? null : $"{Called(node)} gives another scale than steps of 1/256 from −128",
                _ => $"{Called(node)} has no kernel for scales of the file",
            };
        }

        // A rectifier takes the scale of the layer it joins.
        bool Joins(Value value, Node reader) => reader.Op is Relu && value.Kind == ValueKind.Result;

        string Why(Value parameter) => parts.Remarks.GetValueOrDefault(parameter.Name, "no 8-bit integers with one scale");

        bool Same(Node node) => Of(node.Inputs[0]) is { } from && Of(node.Output) is { } to
            && from.ZeroPoint == to.ZeroPoint && from.Steps.SequenceEqual(to.Steps);
    }

    private static string Called(Node node) => $"{node.Op.Name} '{node.Output.Name}'";
}
