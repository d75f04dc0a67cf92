using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Indices of numbers, numbers at indices, and running sums.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        private const int MostTerms = 1 << 20; // of running sums

        /// <summary>The index of the largest or smallest along an axis; of several the first, or the last. The class at the end
        /// of a network is told from what the node reads.</summary>
        public Item IndexOfMost(bool largest)
        {
            Item item = Activation(0);
            int axis = Axis(Integer("axis", 0), item.Shape.Rank);
            if (axis == 0 && !IsOneSample)
                throw Mixed("is over the batch, which is not supported");
            bool isClass = largest && Integer("select_last_index", 0) == 0 && proto.Output[0] == reader.graph.Output[0].Name
                && !reader.readers.Contains(proto.Output[0]);
            if (isClass && axis > 0 && item.Shape[axis] == item.Shape.Count / item.Shape[0])
                return item;
            int size = item.Shape[axis];
            Item places = Largest(new Item(Places(largest ? item : Mapped(new Scale(-1), item), axis), Layout.Plain), [axis]);
            // Places count down to the first, or up to the last.
            Item index = Integer("select_last_index", 0) != 0 ? Plus(places, -1) : Plus(Mapped(new Scale(-1), places), size);
            Item kept = Integer("keepdims", 1) != 0 ? index : Viewed(index, Without(index.Shape, [axis]));
            return kept with { Type = TensorType.Int64 };
        }

        /// <summary>1 where the largest along an axis is first, 0 elsewhere.</summary>
        public Item OnlyLargest()
        {
            Item item = Activation(0);
            bool isOld = reader.version < 13;
            int axis = Axis(Integer("axis", isOld ? 1 : -1), item.Shape.Rank);
            Shape shape = item.Shape;
            if (axis == 0 && !IsOneSample)
                throw Mixed("is over the batch, which is not supported");
            if (isOld && axis < shape.Rank - 1) // all axes from this one on
                item = Viewed(item, [.. shape.Take(axis), checked((int)shape[axis..].Count)]);
            Value places = Places(item, axis);
            Item most = Largest(new Item(places, Layout.Plain), [axis]);
            Value only = parts.Graph.Apply($"{Name} only", new Compare(Comparison.LessOrEqual),
                Spread(most, places.Shape).Value!, places);
            return Viewed(new Item(only, Layout.Plain), shape);
        }

        // Along an axis of n numbers n, n − 1, … 1 where the largest is, 0 elsewhere; or 1, 2, … n.
        private Value Places(Item item, int axis)
        {
            Value x = Plain(item);
            int size = x.Shape[axis];
            bool isLast = op is "ArgMax" or "ArgMin" && Integer("select_last_index", 0) != 0;
            float[] numbers = [.. Enumerable.Range(0, size).Select(i => isLast ? i + 1f : size - i)];
            Value most = Spread(Largest(new Item(x, Layout.Plain), [axis]), x.Shape).Value!;
            Value isMost = parts.Graph.Apply($"{Name} is most", new Compare(Comparison.LessOrEqual), most, x);
            return parts.Graph.Apply($"{Name} places", new Mul(), isMost, parts.Parameter($"{Name} places.constant",
                [.. Enumerable.Repeat(1, axis), size, .. Enumerable.Repeat(1, x.Shape.Rank - axis - 1)], () => numbers));
        }

        /// <summary>For each index a row with one number there and another one elsewhere; indices below 0 count from the
        /// end.</summary>
        public Item OneHot()
        {
            Item item = Activation(0);
            if (!item.Type.IsWhole() && item.Type != TensorType.Float)
                throw Fault($"has indices of type {item.Type.Text()}; INT32, INT64 and FLOAT are supported");
            if (Exact(ConstantAt(1)) is not [>= 1 and <= MostExtent and var depth] || ConstantAt(2).Array.Shape.Count != 2)
                throw Fault($"has a depth beyond 1 to {MostExtent}, or not two values");
            float[] values = Exact(ConstantAt(2));
            int rank = item.Shape.Rank + 1, axis = Axis(Integer("axis", -1), rank);
            if (axis == 0 && !IsOneSample)
                throw Mixed("puts an axis before the batch, which is not supported");
            Shape shape = [.. item.Shape.Take(axis), 1, .. item.Shape.Skip(axis)];
            Shape whole = [.. item.Shape.Take(axis), (int)depth, .. item.Shape.Skip(axis)];
            Value given = Spread(Viewed(item, shape), whole).Value!;
            Shape line = [.. Enumerable.Repeat(1, axis), (int)depth, .. Enumerable.Repeat(1, rank - axis - 1)];
            Value Is(string what, float from) => parts.Graph.Apply($"{Name} {what}", new Compare(Comparison.Equal), given,
                parts.Parameter($"{Name} {what}.constant", line,
                    () => [.. Enumerable.Range(0, (int)depth).Select(i => i + from)]));
            Item hot = Made(new Add(), Layout.Plain, Is("from the start", 0), Is("from the end", -depth));
            Item scaled = values[1] - values[0] == 1 ? hot : Mapped(new Scale(values[1] - values[0]), hot);
            TensorType type = ConstantAt(2).Type.IsReal() ? TensorType.Float : ConstantAt(2).Type;
            return (values[0] == 0 ? scaled : Plus(scaled, values[0])) with { Type = type };
        }

        /// <summary>Sums of all numbers up to each along an axis, or from each on.</summary>
        public Item RunningSum()
        {
            Item item = Activation(0);
            if (Whole(1) is not [var given])
                throw Fault("has no axis");
            int axis = Axis(given, item.Shape.Rank), size = item.Shape[axis];
            if (axis == 0 && !IsOneSample)
                throw Mixed("is over the batch, which is not supported");
            if ((long)size * size > MostTerms * 2L)
                throw Fault($"is over {size} numbers; at most {Math.Sqrt(2.0 * MostTerms):f0} are supported");
            bool isReverse = Integer("reverse", 0) != 0;
            int own = Integer("exclusive", 0) != 0 ? 0 : 1;
            Taps taps = new(size, [.. Enumerable.Range(0, size).Select(i =>
                (isReverse ? Enumerable.Range(i + 1 - own, size - i - 1 + own) : Enumerable.Range(0, i + own))
                .Select(from => (from, 1f)).DefaultIfEmpty((i, 0f)).ToImmutableArray())]);
            return Made(new Resample(Placed(axis, item.Layout), taps), item.Layout, item.Value!) with { Type = item.Type };
        }

        /// <summary>Numbers at places along an axis that are known.</summary>
        public Item GatheredElements()
        {
            RequireOneSample();
            Item item = Activation(0);
            int axis = Axis(Integer("axis", 0), item.Shape.Rank);
            Shape shape = item.Shape;
            (long[] indices, int[] extents) = (Whole(1), [.. ConstantAt(1).Extents]);
            if (extents.Length != shape.Rank || extents.Where((e, a) => a != axis && e > shape[a]).Any())
                throw Fault($"has indices of {ConstantAt(1).Array.Shape} for {shape}");
            int[] places = [.. Indices(extents).Select((at, i) =>
                Place(shape, [.. at.Select((p, a) => a == axis ? Axis(indices[i], shape[axis]) : p)]))];
            return Taken(item, places, Shape.Create(extents));
        }

        /// <summary>Numbers, or parts, at places along several axes that are known.</summary>
        public Item GatheredParts()
        {
            RequireOneSample();
            Item item = Activation(0);
            Shape shape = item.Shape;
            (long[] indices, int[] extents) = (Whole(1), [.. ConstantAt(1).Extents]);
            if (Integer("batch_dims", 0) != 0)
                throw Fault("has batch_dims other than 0, which is not supported");
            int depth = extents is [] ? 0 : extents[^1];
            if (depth < 1 || depth > shape.Rank)
                throw Fault($"has indices of {ConstantAt(1).Array.Shape} for {shape}");
            Shape part = [.. shape.Skip(depth).DefaultIfEmpty(1)];
            int count = (int)part.Count;
            int[] places = [.. indices.Chunk(depth).SelectMany(at => Enumerable.Range(0, count).Select(i =>
                (Place([.. shape.Take(depth)], [.. at.Select((p, a) => Axis(p, shape[a]))]) * count) + i))];
            return Taken(item, places, [.. extents[..^1], .. shape.Skip(depth)]);
        }

        /// <summary>A tensor with other numbers at places along an axis that are known.</summary>
        public Item ScatteredElements()
        {
            RequireOneSample();
            Item item = Operand(0);
            Shape shape = item.Constant?.Array.Shape ?? item.Shape;
            int axis = Axis(Integer("axis", 0), shape.Rank);
            (long[] indices, int[] extents) = (Whole(1), [.. ConstantAt(1).Extents]);
            if (extents.Length != shape.Rank || extents.Where((e, a) => a != axis && e > shape[a]).Any())
                throw Fault($"has indices of {ConstantAt(1).Array.Shape} for {shape}");
            int[] places = [.. Indices(extents).Select((at, i) =>
                Place(shape, [.. at.Select((p, a) => a == axis ? Axis(indices[i], shape[axis]) : p)]))];
            return Put(item, shape, places);
        }

        /// <summary>A tensor with other numbers, or parts, at places along several axes that are known.</summary>
        public Item ScatteredParts()
        {
            RequireOneSample();
            Item item = Operand(0);
            Shape shape = item.Constant?.Array.Shape ?? item.Shape;
            int depth = ConstantAt(1).Extents is [.., var last] ? last : 0;
            if (depth < 1 || depth > shape.Rank)
                throw Fault($"has indices of {ConstantAt(1).Array.Shape} for {shape}");
            int count = depth == shape.Rank ? 1 : (int)shape[depth..].Count;
            int[] places = [.. Whole(1).Chunk(depth).SelectMany(at => Enumerable.Range(0, count).Select(i =>
                (Place([.. shape.Take(depth)], [.. at.Select((p, a) => Axis(p, shape[a]))]) * count) + i))];
            return Put(item, shape, places);
        }

        // The numbers at places of the tensor as one row.
        private Item Taken(Item item, int[] places, Shape shape)
        {
            Item row = Viewed(item, [1, checked((int)item.Shape.Count)]);
            return Viewed(Picked(row, 1, places), shape);
        }

        private Item Put(Item item, Shape shape, int[] places)
        {
            if (Text("reduction") is not ("" or "none"))
                throw Fault($"has reduction '{NetworkParts.Name(Text("reduction"))}', which is not supported");
            Item updates = Operand(2);
            int count = checked((int)shape.Count);
            Shape given = updates.Constant?.Array.Shape ?? updates.Shape;
            if (given.Count != places.Length)
                throw Fault($"has {given.Count} numbers for {places.Length} places");
            Item both = Joined([Row(item), Row(updates)], 1);
            int[] from = [.. Enumerable.Range(0, count)];
            for (int i = 0; i < places.Length; i++)
                from[places[i]] = count + i;
            return Viewed(Picked(both, 1, from), shape) with { Type = item.Constant is null ? item.Type : updates.Type };

            Item Row(Item one) => one.Constant is { } constant
                ? Valued(Reshaped(constant, [1, (int)constant.Array.Shape.Count])) : Viewed(one, [1, (int)one.Shape.Count]);
        }

        private Item Joined(Item[] rows, int axis) =>
            Made(new Concat(axis), Layout.Plain, [.. rows.Select(Plain)]);

        private void RequireOneSample()
        {
            if (!IsOneSample)
                throw Mixed("reads or writes places along all axes, the batch among them, which is not supported");
        }

        // Every place of a tensor of some extents, in order.
        private static IEnumerable<int[]> Indices(int[] extents)
        {
            long count = extents.Aggregate(1L, (product, e) => product * e);
            int[] at = new int[extents.Length];
            for (long i = 0; i < count; i++)
            {
                yield return [.. at];
                for (int axis = at.Length - 1; axis >= 0 && ++at[axis] == extents[axis]; axis--)
                    at[axis] = 0;
            }
        }

        private static int Place(Shape shape, int[] at) => at.Select((p, axis) => (p, axis))
            .Aggregate(0, (place, next) => (place * shape[next.axis]) + next.p);
    }
}
