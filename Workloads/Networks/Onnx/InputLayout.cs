using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// Tells in which order of axes a model takes its images: [batch, channels, height, width], or [batch, height, width, channels], which
/// exporters of networks with channels last turn round before anything else (tf2onnx).
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
    /// <param name="readers">The nodes that read each name.</param>
    public static bool IsChannelsLast(string input, ILookup<string, NodeProto> readers)
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
                if (node.OpType == "Transpose" && node.Attribute.FirstOrDefault(a => a.Name == "perm") is { } order && order.Ints.SequenceEqual(ToChannelsFirst))
                    turned = true;
                else if (Elementwise.Contains(node.OpType) && node.Output.Count > 0)
                    open.Push(node.Output[0]);
                else
                    return false;
            }
        }

        return turned;
    }
}
