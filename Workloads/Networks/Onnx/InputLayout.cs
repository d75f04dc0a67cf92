using System.Collections.Immutable;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Tells in which order of axes a model takes its images: [batch, channels, height, width], or [batch, height, width, channels],
/// which exporters of networks with channels last turn round before anything else (tf2onnx; by a reshape where there is one
/// channel).
/// </summary>
internal static class InputLayout
{
    private static readonly long[] ToChannelsFirst = [0, 3, 1, 2];

    // What works element by element whatever the order of axes.
    private static readonly HashSet<string> Elementwise = new(StringComparer.Ordinal)
    {
        "Add", "Cast", "Clip", "DequantizeLinear", "Div", "Identity", "Mul", "QuantizeLinear", "Relu", "Sub",
    };

    /// <summary>True when every use of the input, element-wise operators passed over, turns it to channels first.</summary>
    /// <param name="input">Name of the input.</param>
    /// <param name="shape">Its extents.</param>
    /// <param name="readers">The nodes that read each name.</param>
    /// <param name="constants">The tensors of the file.</param>
    public static bool IsChannelsLast(string input, ImmutableArray<int> shape, ILookup<string, NodeProto> readers,
        OnnxConstants constants)
    {
        HashSet<string> seen = [];
        Stack<string> open = new([input]);
        bool turned = false;
        while (open.TryPop(out string? name))
        {
            if (!seen.Add(name))
                continue;
            foreach (NodeProto node in readers[name])
            {
                if (Turns(node, shape, constants))
                    turned = true;
                else if (Elementwise.Contains(node.OpType) && node.Output.Count > 0)
                    open.Push(node.Output[0]);
                else
                    return false;
            }
        }

        return turned;
    }

    private static bool Turns(NodeProto node, ImmutableArray<int> shape, OnnxConstants constants) => node.OpType switch
    {
        "Transpose" => node.Attribute.FirstOrDefault(a => a.Name == "perm") is { } order
            && order.Ints.SequenceEqual(ToChannelsFirst),
        "Reshape" => shape is [_, var height, var width, 1] && Target(node, constants) is [_, 1, var rows, var columns]
        && rows == height && columns == width,
        _ => false,
    };

    private static long[]? Target(NodeProto node, OnnxConstants constants) =>
        node.Input.Count < 2 ? node.Attribute.FirstOrDefault(a => a.Name == "shape") is { } given ? [.. given.Ints] : null
        : constants.Find(node.Input[1]) is { Type: TensorType.Int64 } target ? target.Array.ToIntegers() : null;
}
