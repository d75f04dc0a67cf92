using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Operators that take parts of tensors, add to them, or sum over axes.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        public Item Gathered()
        {
            Item item = Operand(0);
            if (item.Constant is { } table && (Operand(1).Value is not null || table.Extents.Length == 2))
                return FromTable(table);
            long[] indices = Whole(1);
            bool scalar = ConstantAt(1).Extents.Length == 0;
            ImmutableArray<int> list = ConstantAt(1).Extents;
            if (IsList(item))
            {
                long[] known = Whole(0);
                return list.Length < 2 ? Whole([.. indices.Select(i => known[Axis(i, known.Length)])], scalar)
                    : throw Fault($"has indices of {ConstantAt(1).Array.Shape} into a list; one, or a list, is supported");
            }

            item = Activation(0);
            int axis = Axis(Integer("axis", 0), item.Shape.Rank);
            if (!IsOneSample && item.Layout == Layout.Steps && axis == 0 && scalar) // a step of a recurrent layer
                return Without(Picked(item with { Layout = Layout.Plain }, 1, [Axis(indices[0], item.Shape[0])]), 1);
            item = BatchFirst(item);
            if (axis == 0 && !IsOneSample)
                throw Mixed("picks samples of the batch, which is not supported");
            Item part = Picked(item, axis, [.. indices.Select(i => Axis(i, item.Shape[axis]))]);
            return scalar ? Without(part, axis) : list.Length < 2 ? part
                : Viewed(part, [.. part.Shape.Take(axis), .. list, .. part.Shape.Skip(axis + 1)]);
        }

        // Rows of a constant. Those of known places are constant too; others are looked up by indices that an input gives.
        private Item FromTable(Constant table)
        {
            if (Axis(Integer("axis", 0), table.Extents.Length) != 0 || table.Extents.Length != 2)
                throw Fault(
                    $"takes parts of a constant of {table.Array.Shape} along axis {Integer("axis", 0)}; rows of a table of two "
                        + $"axes are supported");
            (int rows, int length) = (table.Extents[0], table.Extents[1]);
            if (Operand(1).Constant is { } places)
            {
                float[] numbers = Real(table, 0).Floats();
                int[] chosen = [.. Whole(1).Select(i => Axis(i, rows))];
                return new Item(null, Layout.Plain, WithFloats(table with
                {
                    Name = Name,
                    Array = table.Array with { Shape = Shape.Create([.. places.Extents, length]), IsScalar = false },
                    Steps = default,
                }, [.. chosen.SelectMany(i => numbers[(i * length)..((i + 1) * length)])]));
            }

            Item indices = Operand(1);
            if (indices.Type is not (TensorType.Int32 or TensorType.Int64))
                throw Fault($"has indices of type {indices.Type.Text()}; INT32 and INT64 are supported");
            Value given = indices.Value!;
            while (parts.Graph.MakerOf(given) is { Op: Reshape } view)
                given = view.Inputs[0];
            if (given.Kind != ValueKind.Input)
                throw Fault("has computed indices that are no input, which is not supported");
            Value found = parts.Graph.Apply(Name, new Lookup(), given, Parameter(table, [rows, length], outputAxis: -1));
            return new Item(parts.Moved($"{Name} rows", new Reshape([.. indices.Shape, length]), found), Layout.Plain);
        }

        public Item Sliced()
        {
            Item item = Operand(0);
            long[] starts = Attribute("starts") is { } s ? [.. s.Ints] : Whole(1), ends = Attribute("ends") is { } e
                ? [.. e.Ints] : Whole(2);
            int rank = item.Constant is { } known ? known.Extents.Length : item.Shape.Rank;
            int[] axes = Axes(3, rank) ?? [.. Enumerable.Range(0, starts.Length)];
            bool isOfSteps = item is { Layout: Layout.Steps, Constant: null } && !IsOneSample;
            if (isOfSteps) // its first two axes the other way round
                (item, axes) = (item with { Layout = Layout.Plain }, [.. axes.Select(a => a < 2 ? 1 - a : a)]);
            else if (item.Constant is null)
                item = BatchFirst(item);
            if (starts.Length != ends.Length || axes.Length != starts.Length || axes.Any(a => a >= rank))
                throw Fault($"has {starts.Length} starts, {ends.Length} ends and {axes.Length} axes for {rank} axes");
            long[] steps = Has(4) ? Whole(4) : [.. axes.Select(_ => 1L)];
            if (steps.Length != axes.Length || steps.Any(s => s == 0 || Math.Abs((double)s) > int.MaxValue))
                throw Fault($"has the steps [{string.Join(", ", steps.Take(9))}] for {axes.Length} axes");
            for (int i = 0; i < axes.Length; i++)
            {
                if (axes[i] == 0 && item.Constant is null && !IsOneSample)
                {
                    if (steps[i] != 1 || starts[i] != 0 || ends[i] < (reader.anyBatch ? int.MaxValue : reader.inputShape[0]))
                        throw Mixed("takes a part of the batch, which is not supported");
                    continue;
                }

                int size = item.Constant is { } list ? list.Extents[axes[i]] : item.Shape[axes[i]];
                if (steps[i] != 1)
                {
                    int[] places = Stepped(starts[i], ends[i], (int)steps[i], size);
                    if (places.Length == 0)
                        throw Fault($"keeps nothing of axis {axes[i]}, which is not supported");
                    if (item.Constant is not null && !IsList(item))
                        throw Fault("has a constant as input 0, which is not supported");
                    item = item.Constant is null ? Stepped(item, axes[i], places, (int)steps[i])
                        : Whole([.. Whole(0) is var all ? places.Select(p => all[p]) : []], scalar: false);
                    continue;
                }

                (int start, int end) = (Limit(starts[i], size), Limit(ends[i], size));
                if (start >= end)
                    throw Fault($"keeps nothing of axis {axes[i]}, which is not supported");
                if (item.Constant is { Extents.Length: > 1 } wide)
                {
                    item = item with { Constant = Sliced(wide, axes[i], start, end - start) };
                    continue;
                }

                if (item.Constant is not null)
                    return IsList(item) ? Whole(Whole(0)[start..end], scalar: false)
                        : throw Fault("has a constant as input 0, which is not supported");
                item = Cut(item, axes[i], start, end - start);
            }

            return isOfSteps ? item with { Layout = Layout.Steps } : item;

            static int Limit(long limit, int size) => (int)Math.Clamp(limit < 0 ? Math.Max(limit, -size) + size : limit, 0, size);
        }

        // Indices from a start on by steps, which may be below 0, up to an end that is not among them.
        private static int[] Stepped(long start, long end, int step, int size)
        {
            (int least, int greatest) = step > 0 ? (0, size) : (-1, size - 1);
            long from = Math.Clamp(start < 0 ? Math.Max(start, -(long)size - 1) + size : start, least, greatest);
            long to = Math.Clamp(end < 0 ? Math.Max(end, -(long)size - 1) + size : end, least, greatest);
            List<int> places = [];
            for (long at = from; step > 0 ? at < to : at > to; at += step)
                places.Add((int)at);
            return [.. places];
        }

        // The first of each group of indices where whole groups are there, which takes one cut.
        private Item Stepped(Item item, int axis, int[] places, int step)
        {
            int size = item.Shape[axis], length = places.Length * step;
            if (step < 0 || places[0] + length > size)
                return Picked(item, axis, places);
            item = Cut(item, axis, places[0], length);
            Shape shape = item.Shape;
            Item groups = Viewed(item, [.. shape.Take(axis), places.Length, step, .. shape.Skip(axis + 1)]);
            return Viewed(Cut(groups, axis + 1, 0, 1), [.. shape.Take(axis), places.Length, .. shape.Skip(axis + 1)]);
        }

        private Constant Sliced(Constant constant, int axis, int start, int length)
        {
            if (constant.IsQuantized)
                throw Fault("has a quantised constant as input 0, which is not supported");
            Shape shape = constant.Array.Shape;
            int size = (int)(constant.Array.Bytes.Length / shape.Count), inner = axis + 1 < shape.Rank
                ? (int)shape[(axis + 1)..].Count : 1;
            int outer = axis > 0 ? (int)shape[..axis].Count : 1, run = length * inner * size;
            byte[] bytes = new byte[outer * run];
            for (int i = 0; i < outer; i++)
                constant.Array.Bytes.Read(((i * shape[axis]) + start) * inner * size, bytes.AsSpan(i * run, run));
            return constant with
            {
                Name = Name,
                Array = constant.Array with { Shape = [.. shape[..axis], length, .. shape[(axis + 1)..]], Bytes = bytes }
            };
        }

        public Item Divided()
        {
            Item item = Activation(0);
            int axis = Axis(Integer("axis", 0), item.Shape.Rank), size = item.Shape[axis], count = proto.Output.Count;
            if (axis == 0 && !IsOneSample)
                throw Mixed("takes parts of the batch, which is not supported");
            if (Attribute("num_outputs") is { } number && number.I != count)
                throw Fault($"has num_outputs {number.I} and {count} outputs");
            long[] lengths = Attribute("split") is { } given ? [.. given.Ints] : Has(1) ? Whole(1) : Even();
            if (lengths.Length != count || lengths.Any(l => l is < 1 or > int.MaxValue) || lengths.Sum() != size)
                throw Fault($"splits {size} into [{string.Join(", ", lengths.Take(9))}] for {count} outputs");
            Item first = Cut(item, axis, 0, (int)lengths[0]);
            for (int i = 1, start = (int)lengths[0]; i < count; start += (int)lengths[i++])
                Bind(i, Cut(item, axis, start, (int)lengths[i]));
            return first;

            long[] Even()
            {
                int part = (size + count - 1) / count; // the last may be smaller where the operator set lets it
                if (size % count != 0 && Attribute("num_outputs") is null)
                    throw Fault($"splits {size} evenly into {count}");
                return [.. Enumerable.Range(0, count).Select(i => (long)Math.Min(part, size - (i * part)))];
            }
        }

        public Item Padded()
        {
            Item item = Activation(0);
            int rank = item.Shape.Rank;
            long[] pads = Attribute("pads") is { } given ? [.. given.Ints] : Has(1) ? Whole(1) : throw Fault("has no pads");
            string mode = Text("mode");
            float number = mode is "" or "constant" ? Has(2) ? Number(2) : Real("value", 0) : 0;
            if (!float.IsFinite(number))
                throw Fault($"pads with {number}; a finite number is supported");
            if (number != 0)
                item = Plus(item, -number);
            int[] axes = Has(3) ? [.. Whole(3).Select(a => Axis(a, rank))] : [.. Enumerable.Range(0, rank)];
            if (pads.Length != 2 * axes.Length || axes.Distinct().Count() != axes.Length
                || pads.Any(p => Math.Abs((double)p) > NetworkParts.LongestStep))
                throw Fault($"has {pads.Length} pads for {axes.Length} axes, or pads beyond {NetworkParts.LongestStep}");
            for (int i = 0; i < axes.Length; i++)
            {
                (int before, int after) = ((int)pads[i], (int)pads[i + axes.Length]);
                if (axes[i] == 0 && (before != 0 || after != 0) && !IsOneSample)
                    throw Mixed("pads the batch, which is not supported");
                if (mode is "edge" or "reflect")
                {
                    int size = item.Shape[axes[i]];
                    if (before < 0 || after < 0 || (mode == "reflect" && Math.Max(before, after) >= size))
                        throw Fault($"has pads of {before} and {after} for {size} in mode {mode}, which is not supported");
                    item = Picked(item, axes[i], [.. Enumerable.Range(-before, before + size + after)
                        .Select(p => mode == "edge" ? Math.Clamp(p, 0, size - 1)
                        : p < 0 ? -p : p >= size ? (2 * size) - 2 - p : p)]);
                    continue;
                }

                if (before < 0 || after < 0) // negative ones cut off
                {
                    int start = Math.Max(0, -before);
                    item = Cut(item, axes[i], start, item.Shape[axes[i]] - start - Math.Max(0, -after));
                }

                if (before > 0 || after > 0)
                    item = Made(new Pad(Placed(axes[i], item.Layout), Math.Max(0, before), Math.Max(0, after)),
                        item.Layout, item.Value!);
            }

            return number != 0 ? Plus(item, number) : item;
        }

        public Item Mean()
        {
            Item item = Activation(0);
            int[] axes = Reduction(item);
            if (item.Shape.Rank == 4 && axes.Order().SequenceEqual([2, 3]))
                return Kept(Global(mean: true), axes);
            double count = axes.Aggregate(1.0, (product, a) => product * item.Shape[a]);
            return axes.Length == 0 ? item : Kept(Mapped(new Scale(1 / count), Summed(item, axes)), axes);
        }

        public Item Largest()
        {
            Item item = Activation(0);
            int[] axes = Reduction(item);
            return item.Shape.Rank == 4 && axes.Order().SequenceEqual([2, 3]) ? Kept(Global(mean: false), axes)
                : axes.Length == 0 ? item : Kept(Largest(item, axes), axes);
        }

        public Item Smallest()
        {
            Item item = Activation(0);
            int[] axes = Reduction(item);
            return axes.Length == 0 ? item : Kept(Mapped(new Scale(-1), Largest(Mapped(new Scale(-1), item), axes)), axes);
        }

        // The sum of a function of the elements, and a function of it.
        public Item Reduced(UnaryFunction? before, UnaryFunction? after)
        {
            Item item = Activation(0);
            int[] axes = Reduction(item);
            if (before is not null)
                item = Mapped(before, item);
            if (axes.Length > 0)
                item = Summed(item, axes);
            return Kept(after is null ? item : Mapped(after, item), axes);
        }

        /// <summary>The logarithm of the sum of exponentials, of which the largest is taken out before.</summary>
        public Item LogSumExp()
        {
            Item item = Activation(0);
            int[] axes = Reduction(item);
            if (axes.Length == 0)
                return item;
            Item most = Largest(item, axes), less = Mapped(new Scale(-1), most);
            Item sum = Summed(Mapped(new Exp(), Made(new Add(), Layout.Plain, Plain(item), less.Value!)), axes);
            return Kept(Made(new Add(), Layout.Plain, Mapped(new Log(), sum).Value!, most.Value!), axes);
        }

        /// <summary>Divides by the sum of magnitudes along an axis, or by the root of that of squares.</summary>
        public Item OfLengthOne()
        {
            Item item = Activation(0);
            int axis = Axis(Integer("axis", -1), item.Shape.Rank);
            if (axis == 0 && !IsOneSample)
                throw Mixed("is over the batch, which is not supported");
            bool isEuclidean = Integer("p", 2) == 2;
            Item sum = Summed(Mapped(isEuclidean ? new Square() : new Abs(), item), [axis]);
            Item inverse = Mapped(new Reciprocal(), isEuclidean ? Mapped(new Sqrt(), sum) : sum);
            return Made(new Mul(), item.Layout, item.Value!, inverse.Value!);
        }

        // The axes that are reduced; none where the node is to leave its operand as it is.
        private int[] Reduction(Item item)
        {
            int rank = item.Shape.Rank;
            int[]? given = Axes(1, rank);
            int[] axes = given ?? (Integer("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, rank)]);
            return axes.Contains(0) && !IsOneSample ? throw Mixed("is over the batch, which is not supported") : axes;
        }

        private Item Summed(Item item, int[] axes)
        {
            int[] extents = [.. item.Shape.Select((e, axis) => axes.Contains(axis) ? 1 : e)];
            return Made(new SumTo(Ordered(Shape.Create(extents), item.Layout)), item.Layout, item.Value!);
        }

        // Reduced axes stay as 1, or go.
        private Item Kept(Item item, int[] axes)
        {
            if (Integer("keepdims", 1) != 0 || axes.Length == 0)
                return item;
            Shape shape = item.Shape;
            return Viewed(item, Without(shape, axes));
        }

        private Item Without(Item item, int axis)
        {
            return axis > 0 || IsOneSample
                ? Viewed(item, Without(item.Shape, [axis])) : throw Mixed("picks a sample of the batch, which is not supported");
        }

        // A shape without some of its axes; a single number keeps one.
        private static Shape Without(Shape shape, int[] axes) =>
            Shape.Create([.. shape.Where((_, axis) => !axes.Contains(axis)).DefaultIfEmpty(1)]);

        private Item Cut(Item item, int axis, int start, int length)
        {
            if (axis == 0 && length != item.Shape[0] && !IsOneSample)
                throw Mixed("takes a part of the batch, which is not supported");
            return start == 0 && length == item.Shape[axis] ? item
                : new Item(parts.Moved(Name, new Slice(Placed(axis, item.Layout), start, length), item.Value!), item.Layout);
        }
    }
}
