using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>Tells whether a network can run in integers alone.</summary>
internal static class Integers
{
    // What a softmax gives in 8 bits: steps of 1/256 from −128 (TFLite).
    private static readonly ValueScale Probabilities = new([1f / 256], -128);

    /// <summary>
    /// True when everything has a scale. Operations that only move numbers pass theirs on; a softmax at the end has that of TFLite.
    /// </summary>
    public static bool Complete(NetworkParts parts, Value output)
    {
        Graph graph = parts.Graph.Build();
        ILookup<Value, Node> readers = graph.Nodes.SelectMany(n => n.Inputs.Select(i => (i, n))).ToLookup(p => p.i, p => p.n);
        ValueScale? Of(Value value) => parts.Scales.GetValueOrDefault(value.Name);
        foreach (Node node in graph.Nodes)
        {
            bool joined = node.Op is Linear or Conv2d or Add or Mul or Pool && readers[node.Output].ToArray() is [{ Op: Relu }] && node.Output != output;
            if (Of(node.Output) is null && !joined)
                parts.Quantized(node.Output, node.Op switch { Softmax => Probabilities, Reshape or Transpose or MaxPool => Of(node.Inputs[0]), _ => null });
            if ((Of(node.Output) is null && !joined) || !Fits(node))
                return false;
        }

        return graph.Parameters.All(p => parts.Parameters[p.Name].Integers is not null) && graph.Inputs.All(i => Of(i) is not null);

        bool Fits(Node node) => node.Op switch
        {
            Linear or Conv2d => Of(node.Inputs[0]) is not null && Of(node.Inputs[1]) is not null,
            Reshape or Transpose or MaxPool => Same(node),
            Relu => Of(node.Inputs[0]) is null || Same(node),
            Softmax => Of(node.Inputs[0]) is not null && Of(node.Output) is { ZeroPoint: -128, Steps: [1f / 256] },
            Add or Mul or AveragePool or Concat => node.Inputs.All(i => Of(i) is not null),
            _ => false,
        };

        bool Same(Node node) => Of(node.Inputs[0]) is { } from && Of(node.Output) is { } to
            && from.ZeroPoint == to.ZeroPoint && from.Steps.SequenceEqual(to.Steps);
    }
}
