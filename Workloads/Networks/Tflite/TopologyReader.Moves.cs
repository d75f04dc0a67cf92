using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Tflite;

/// <content>Operators that move numbers, or sum over axes.</content>
internal sealed partial class TopologyReader
{
    private sealed partial class Layer
    {
        public Value Joined()
        {
            Value[] all = [.. op.Inputs.Select((_, i) => Activation(i))];
            return Activated(Name, new Concat(Inner(Axis(options.Axis, all[0].Shape.Rank))), [.. all]);
        }

        public Value Transposed()
        {
            int[] order = Whole(1);
            return order is [0, ..] ? Apply(new Transpose([.. order]))
                : throw Fault($"has the order [{string.Join(", ", order.Take(9))}]; one that keeps the batch first is supported");
        }

        public Value Sliced()
        {
            int[] begin = Whole(1), size = Whole(2);
            Value x = Activation(0);
            if (begin.Length != x.Shape.Rank || size.Length != begin.Length)
                throw Fault($"has {begin.Length} beginnings and {size.Length} sizes for {x.Shape.Rank} axes");
            if (begin[0] != 0 || size[0] is not (1 or -1))
                throw Fault("takes a part of the batch, which is not supported");
            for (int axis = 1; axis < begin.Length; axis++)
                x = Cut(x, axis, begin[axis], size[axis] == -1 ? x.Shape[axis] - begin[axis] : size[axis], Name);
            return Scaled(Own(x));
        }

        public Value StridedSlice()
        {
            int[] begin = Whole(1), end = Whole(2), steps = Whole(3);
            Value x = Activation(0);
            int rank = x.Shape.Rank;
            if (begin.Length != end.Length || begin.Length != steps.Length || begin.Length > rank)
                throw Fault($"has {begin.Length} beginnings, {end.Length} ends and {steps.Length} steps for {rank} axes");
            if (options.EllipsisMask != 0 || options.NewAxisMask != 0 || options.Offset || steps is [not 1, ..]
                || steps.Contains(0) || (options.ShrinkAxisMask & 1) != 0)
                throw Fault("has an ellipsis, a new axis, an offset or steps of 0, or picks a sample of the batch, which is not "
                    + "supported");
            for (int axis = 1; axis < begin.Length; axis++)
            {
                int size = x.Shape[axis];
                bool shrinks = (options.ShrinkAxisMask >> axis & 1) != 0;
                if (steps[axis] != 1 && !shrinks)
                {
                    x = Stepped(x, axis, (options.BeginMask >> axis & 1) != 0 ? null : begin[axis],
                        (options.EndMask >> axis & 1) != 0 ? null : end[axis], steps[axis]);
                    continue;
                }

                int from = (options.BeginMask >> axis & 1) != 0 && !shrinks ? 0 : Limit(begin[axis], size);
                int to = shrinks ? from + 1 : (options.EndMask >> axis & 1) != 0 ? size : Limit(end[axis], size);
                x = Cut(x, axis, from, to - from, Name);
            }

            if (begin.Length > 0 && ((options.BeginMask & 1) == 0 && begin[0] != 0 || (options.EndMask & 1) == 0 && end[0] != 1))
                throw Fault("takes a part of the batch, which is not supported");
            return Scaled(options.ShrinkAxisMask == 0 ? Own(x) : parts.Graph.Apply(Name, new Reshape(OutputShape), x));

            static int Limit(int limit, int size) => Math.Clamp(limit < 0 ? Math.Max(limit, -size) + size : limit, 0, size);
        }

        /// <summary>Equal parts, or parts of given lengths; the axis is an input.</summary>
        public Value? Split(int axis, int? lengths)
        {
            Value x = Activation(lengths is null ? 1 : 0);
            int along = Inner(Axis(Whole(axis) is [var only] ? only : throw Fault("has several axes"), x.Shape.Rank)),
                count = op.Outputs.Length;
            int[] parts = lengths is { } input ? Whole(input) : [.. Enumerable.Repeat(x.Shape[along] / count, count)];
            if (parts.Count(p => p == -1) == 1)
                parts[Array.IndexOf(parts, -1)] = x.Shape[along] - parts.Where(p => p != -1).Sum();
            if (parts.Length != count || parts.Any(p => p < 1) || parts.Sum() != x.Shape[along])
                throw Fault($"splits {x.Shape[along]} into [{string.Join(", ", parts.Take(9))}] for {count} outputs");
            for (int i = 0, start = 0; i < count; start += parts[i++])
                Bind(i, Scaled(Cut(x, along, start, parts[i], FirstPart(reader.topology.Tensors[op.Outputs[i]].Name)), i));
            return null;
        }

        /// <summary>Zeros around; what convolutions without padding alone read becomes their padding.</summary>
        public Value? Padded()
        {
            Value x = Activation(0);
            int[] pads = Whole(1);
            if (pads.Length != 2 * x.Shape.Rank || pads.Any(p => p is < 0 or > NetworkParts.LongestStep) || pads[0]
                + pads[1] != 0)
                throw Fault(
                    $"has the pads [{string.Join(", ", pads.Take(9))}] for {x.Shape}; two for each axis, none for the batch, are "
                        + $"supported");
            if (pads is [_, _, var top, var bottom, var left, var right, 0, 0] && Takes(reader.readers[Output.Index])
                && Output.Index != reader.topology.Outputs[0])
            {
                scope.Pads[Output.Index] = new Padding(top, left, bottom, right);
                scope.Values[Output.Index] = x;
                return null;
            }

            for (int axis = 1; axis < x.Shape.Rank; axis++)
            {
                if (pads[2 * axis] + pads[(2 * axis) + 1] > 0)
                    x = parts.Graph.Apply(Name, new Pad(axis, pads[2 * axis], pads[(2 * axis) + 1]), x);
            }

            return Scaled(Own(x));

            bool Takes(IEnumerable<TopologyOperator> convolutions) =>
                convolutions.Any() && convolutions.All(c =>
                    c is { Op: "CONV_2D" or "DEPTHWISE_CONV_2D", Options.Padding: "VALID" } && c.Inputs[0] == Output.Index)
                && scope.Pads[op.Inputs[0]] == default && (Steps(Output).IsEmpty || IsSame(Operand(0), Output));
        }

        public Value Mean()
        {
            (Value x, int[] axes) = (Activation(0), Axes());
            return Shaped(Scaled(x.Shape.Rank == 4 && axes.Order().SequenceEqual([1, 2])
                ? parts.Graph.Apply(Name, AveragePool.Global(x.Shape) with { IsMean = true }, x)
                : Pooled(Name, x, axes, rows => new AveragePool(rows, 1) { IsMean = true })));
        }

        public Value Sum()
        {
            (Value x, int[] axes) = (Activation(0), Axes());
            return Shaped(Scaled(Summed(x, axes)));
        }

        private int[] Axes()
        {
            int rank = Activation(0).Shape.Rank;
            int[] axes = [.. Whole(1).Select(a => Inner(Axis(a, rank))).Distinct()];
            return axes.Length > 0 ? axes : throw Fault("has no axes");
        }

        private Value Summed(Value x, int[] axes) =>
            parts.Graph.Apply($"{Name} sum",
                new SumTo(Shape.Create([.. x.Shape.Select((e, axis) => axes.Contains(axis) ? 1 : e)])), x);

        // One window over some axes: [axes before, 1, 1, axes after].
        private Value Pooled(string name, Value x, int[] axes, Func<int, Op> pool)
        {
            Shape shape = x.Shape;
            Array.Sort(axes);
            if (axes[^1] - axes[0] >= axes.Length) // not next to each other: last
            {
                int[] kept = [.. Enumerable.Range(0, shape.Rank).Where(a => !axes.Contains(a))];
                x = parts.Moved($"{Name} turned", new Transpose([.. kept, .. axes]), x);
                axes = [.. Enumerable.Range(kept.Length, axes.Length)];
            }

            long rows = x.Shape[axes[0]..(axes[^1] + 1)].Count;
            if (rows > NetworkParts.LongestStep)
                throw Fault($"is over {rows} numbers; at most {NetworkParts.LongestStep} are supported");
            int outer = (int)x.Shape[..axes[0]].Count, inner = checked((int)(shape.Count / outer / rows));
            return parts.Graph.Apply(name, pool((int)rows),
                parts.Moved($"{Name} rows", new Reshape([outer, (int)rows, 1, inner]), x));
        }

        private Value Shaped(Value x) =>
            x.Shape == OutputShape ? x : Scaled(parts.Graph.Apply($"{Name} shaped", new Reshape(OutputShape), x));

        // An axis within the samples.
        private int Inner(int axis) => axis > 0 ? axis : throw Fault("works along the batch, which is not supported");

        private Value Cut(Value x, int axis, int start, int length, string name) =>
            start == 0 && length == x.Shape[axis] ? x : parts.Moved(name, new Slice(axis, start, length), x);

        // A value of the operator's own, which may have another scale than its operand.
        private Value Own(Value x) =>
            x != Activation(0) || Steps(Output).IsEmpty || IsSame(Operand(0), Output) ? x
                : parts.Graph.Apply(Name, new Reshape(x.Shape), x);

        private static bool IsSame(TopologyTensor a, TopologyTensor b) =>
            Steps(a).SequenceEqual(Steps(b)) && (Steps(a).IsEmpty || Signed(a) == Signed(b));

        private static int Signed(TopologyTensor tensor) => tensor.ZeroPoint[0] - (tensor.Dtype == "UINT8" ? 128 : 0);
    }
}
