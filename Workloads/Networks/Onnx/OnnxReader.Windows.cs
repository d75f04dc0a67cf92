using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Windows: strides, pads and dilations of convolutions and pools.</content>
internal sealed partial class OnnxReader
{
    private readonly record struct WindowSteps(Stride Stride, Padding Padding, Stride Dilation);

    private sealed partial class Node
    {
        public Item Pool(bool mean)
        {
            Value x = ChannelsLast(0);
            Layout layout = LayoutOf(0);
            int axes = layout == Layout.Lines ? 1 : 2;
            int[] window = Wholes("kernel_shape") is { } given && given.Length == axes
                ? given : throw Fault($"has no kernel_shape of {axes} axes");
            (int height, int width) = axes == 1 ? (1, window[0]) : (window[0], window[1]);
            bool ceil = Integer("ceil_mode", 0) != 0;
            if (Text("auto_pad") is "SAME_UPPER" or "SAME_LOWER" && Wholes("dilations") is { } dilations
                && dilations.Any(d => d != 1))
                throw Fault($"has auto_pad {Text("auto_pad")} beside dilations, which programs read in different ways; pads are "
                    + $"accepted");
            Padding? inside = mean && Integer("count_include_pad", 0) != 0
                ? Steps(x.Shape, height, width, layout, ceil: false).Padding : null;
            if (inside is { } zeros)
                x = WithZeros(x, zeros);
            WindowSteps steps = Steps(x.Shape, height, width, layout, ceil, inside);
            return Made(
                mean ? new AveragePool(height, width, steps.Stride, steps.Padding, steps.Dilation)
                : new MaxPool(height, width, steps.Stride, steps.Padding, steps.Dilation),
                layout, x);
        }

        public Item Global(bool mean)
        {
            Value x = ChannelsLast(0);
            return Made(mean ? AveragePool.Global(x.Shape) : new MaxPool(x.Shape[1], x.Shape[2]), LayoutOf(0), x);
        }

        // Zeros around images that count as pixels.
        private Value WithZeros(Value x, Padding padding)
        {
            Value padded = x;
            if (padding.Top + padding.Bottom > 0)
                padded = parts.Graph.Apply($"{x.Name} padded rows", new Pad(1, padding.Top, padding.Bottom), padded);
            if (padding.Left + padding.Right > 0)
                padded = parts.Graph.Apply($"{x.Name} padded", new Pad(2, padding.Left, padding.Right), padded);
            return padded;
        }

        // Of images [B, H, W, C] under windows of that many elements, perhaps with the node's pads inside them already.
        private WindowSteps Steps(Shape x, int height, int width, Layout layout, bool ceil, Padding? inside = null)
        {
            int[] strides = Pair("strides", layout, 1), dilations = Pair("dilations", layout, 1);
            (Stride stride, Stride dilation) = (new(strides[0], strides[1]), new(dilations[0], dilations[1]));
            Bounded("kernel_shape", 1, height, width);
            (int rows, int columns) = (Windows.Reach(height, dilation.Rows), Windows.Reach(width, dilation.Columns));
            Padding padding = inside is null ? Pads(x, rows, columns, layout, stride) : default;
            Padding all = inside ?? padding, zeros = inside ?? default;
            if (ceil && Text("auto_pad") is not ("SAME_UPPER" or "SAME_LOWER"))
            {
                padding = padding with
                {
                    Bottom = padding.Bottom + Missing(x[1] - zeros.Top - zeros.Bottom, all.Top, all.Bottom, rows, stride.Rows),
                    Right = padding.Right + Missing(x[2] - zeros.Left - zeros.Right, all.Left, all.Right, columns,
                        stride.Columns),
                };
            }

            return new(stride, padding, dilation);
        }

        private Padding Pads(Shape x, int rows, int columns, Layout layout, Stride stride)
        {
            int[] pads = layout == Layout.Lines && Wholes("pads") is [var before, var after] ? [0, before, 0, after]
                : layout != Layout.Lines && Wholes("pads") is [_, _, _, _] four ? four
                : Attribute("pads") is null ? [0, 0, 0, 0]
                : throw Fault($"has {Wholes("pads")!.Length} pads; {(layout == Layout.Lines ? 2 : 4)} are accepted");
            Bounded("pads", 0, pads);
            string automatic = Text("auto_pad");
            if (automatic is "" or "NOTSET")
                return new Padding(pads[0], pads[1], pads[2], pads[3]);
            if (pads.Any(p => p != 0))
                throw Fault($"has auto_pad {automatic} and pads; one of them is accepted");
            if (automatic == "VALID")
                return default;
            Padding same = Padding.Same(x[1], x[2], rows, columns, stride);
            return automatic == "SAME_UPPER" ? same : new Padding(same.Bottom, same.Right, same.Top, same.Left);
        }

        // Pads and extra rows and columns of a transposed convolution.
        private WindowSteps TransposedSteps(Shape x, int height, int width, out int extraRows, out int extraColumns)
        {
            Layout layout = LayoutOf(0);
            int[] strides = Pair("strides", layout, 1), dilations = Pair("dilations", layout, 1),
                extra = Pair("output_padding", layout, 0);
            Bounded("kernel_shape", 1, height, width);
            (Stride stride, Stride dilation) = (new(strides[0], strides[1]), new(dilations[0], dilations[1]));
            (extraRows, extraColumns) = (extra[0], extra[1]);
            string automatic = Text("auto_pad");
            Padding padding = automatic is "" or "NOTSET" or "VALID" ? Pads(x, 0, 0, layout, stride) : default;
            if (Wholes("output_shape") is null && automatic is "" or "NOTSET" or "VALID")
                return new(stride, padding, dilation);
            if (Attribute("pads") is not null && Wholes("pads")!.Any(p => p != 0))
                throw Fault("has pads beside auto_pad or output_shape; one of them is accepted");
            int[] target = Wholes("output_shape") is null
                ? [checked(x[1] * stride.Rows), checked(x[2] * stride.Columns)] : Pair("output_shape", layout, 1);
            (int top, int bottom) = Cut(((x[1] - 1) * stride.Rows) + Windows.Reach(height, dilation.Rows) + extraRows - target[0],
                automatic, ref extraRows);
            (int left, int right) = Cut(((x[2] - 1) * stride.Columns) + Windows.Reach(width, dilation.Columns)
                + extraColumns - target[1], automatic, ref extraColumns);
            return new(stride, new Padding(top, left, bottom, right), dilation);
        }

        // Shares what is too much between the two sides; what is missing is added at the end.
        private (int Before, int After) Cut(int total, string automatic, ref int extra)
        {
            if (total < 0)
            {
                extra -= total;
                return (0, 0);
            }

            if (total % 2 != 0 && automatic is not ("SAME_UPPER" or "SAME_LOWER"))
                throw Fault("has an output_shape that cuts more on one side than on the other, which is not supported");
            int smaller = total / 2;
            return automatic == "SAME_UPPER" ? (smaller, total - smaller) : (total - smaller, smaller);
        }

        // One number for rows and one for columns; sequences have one row.
        private int[] Pair(string name, Layout layout, int standard)
        {
            int[] values = Wholes(name) switch
            {
                null => [standard, standard],
                [var only] when layout == Layout.Lines => [name == "output_shape" ? 1 : standard, only],
                [_, _] two when layout != Layout.Lines => two,
                var other => throw Fault($"has {other!.Length} {name}; {(layout == Layout.Lines ? 1 : 2)} are accepted"),
            };
            Bounded(name, standard, values);
            return values;
        }

        private void Bounded(string name, int least, params ReadOnlySpan<int> values)
        {
            foreach (int value in values)
            {
                if (value < least || value > NetworkParts.LongestStep)
                    throw Fault($"has {name} of {value}; {least} to {NetworkParts.LongestStep} are accepted");
            }
        }

        // Padding that gives ⌈(size + pads − window) / stride⌉ + 1 windows; a last one that would begin behind the image is left
        // out.
        private static int Missing(int size, int before, int after, int window, int stride)
        {
            int left = size + before + after - window;
            if (left < 0)
                return 0;
            int windows = ((left + stride - 1) / stride) + 1;
            if ((windows - 1) * stride >= size + before)
                windows--;
            return Math.Max(0, ((windows - 1) * stride) - left);
        }
    }
}
