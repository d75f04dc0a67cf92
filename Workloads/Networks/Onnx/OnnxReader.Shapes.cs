using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Operators that give tensors other extents, or another order.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        public Item Flattened()
        {
            Item item = Activation(0);
            int axis = Axis(Integer("axis", 1), item.Shape.Rank, first: 1);
            if (IsOneSample)
                return Viewed([(int)item.Shape.Take(axis).Aggregate(1L, (count, e) => count * e), (int)item.Shape.Skip(axis)
                    .Aggregate(1L, (count, e) => count * e)]);
            if (axis == 0)
                throw Mixed("flattens from axis 0 on, which joins the samples of a batch; that is not supported");
            if (axis == item.Shape.Rank ? item.Shape.Count != parts.Batch
                : item.Shape[1..axis] is { Rank: > 0 } outer && outer.Count != 1)
                throw Mixed($"flattens from axis {axis} on, which joins the batch and other axes; that is not supported");
            return Viewed([parts.Batch, (int)(item.Value!.Shape.Count / parts.Batch)]);
        }

        public Item Reshaped()
        {
            long[] target = Attribute("shape") is { } attribute ? [.. attribute.Ints] : Whole(1);
            if (target.Length is < 1 or > 8)
                throw Fault($"has a target of {target.Length} axes; 1 to 8 are supported");
            if (Operand(0).Constant is { } constant)
                return new Item(null, Layout.Plain, Reshaped(constant, target));
            Item item = Activation(0);
            if (!IsOneSample && item.Layout == Layout.Steps && target.Length > 2 && target[..2].Zip(item.Shape)
                .All(p => p.First == 0 || p.First == p.Second) && item.Shape[2..].Count is var rest
                && (target[2..] is [-1] || target[2..].Aggregate(1L, (product, t) => product * t) == rest))
            {
                int[] last = target[2..] is [-1] ? [(int)rest] : [.. target[2..].Select(t => (int)t)];
                Shape joined = [.. item.Value!.Shape.Take(2), .. last];
                return new Item(parts.Moved(Name, new Reshape(joined), item.Value), Layout.Steps);
            }

            item = BatchFirst(item);
            Shape shape = item.Shape;
            bool keepsZero = Integer("allowzero", 0) != 0;
            for (int i = 0; i < target.Length; i++)
            {
                if (target[i] == 0 && !keepsZero)
                    target[i] = i < shape.Rank ? shape[i]
                        : throw Fault(
                            $"has the target [{string.Join(", ", target)}], of which axis {i} copies one that is not there");
                else if (i == 0 && target[0] == reader.inputShape[0] && !reader.anyBatch && !IsOneSample)
                    target[0] = parts.Batch; // the batch of the file
            }

            long known = 1;
            foreach (long extent in target.Where(t => t != -1))
                known = extent is >= 1 and <= int.MaxValue && known <= int.MaxValue / extent
                    ? known * extent : throw Fault($"has the target [{string.Join(", ", target)}]");
            long count = item.Value!.Shape.Count;
            if (target.Count(t => t == -1) > 1 || (target.Contains(-1) ? count % known != 0 : count != known))
                throw Fault($"has the target [{string.Join(", ", target)}] for {shape}");
            int[] extents = [.. target.Select(t => (int)(t == -1 ? count / known : t))];
            if (item.Layout == Layout.Plain && shape.Rank == 4 && shape[3] == 1
                && extents.SequenceEqual([shape[0], 1, shape[1], shape[2]]))
                return new Item(item.Value, Layout.Images); // one channel: channels last are channels first
            return extents[0] == parts.Batch || IsOneSample ? Viewed(item, Shape.Create(extents))
                : throw Mixed(
                    $"has the target [{string.Join(", ", extents)}], which mixes the batch with other axes; that is not "
                        + $"supported");
        }

        public Item Squeezed()
        {
            if (Operand(0).Constant is { } known)
                return Squeezed(known);
            if (!IsOneSample && Activation(0) is { IsOfSteps: true } steps && SqueezedSteps(steps) is { } narrower)
                return narrower;
            Item item = BatchFirst(Activation(0));
            Shape shape = item.Shape;
            int[] axes = Axes(1, shape.Rank)
                ?? [.. Enumerable.Range(0, shape.Rank).Where(a => shape[a] == 1 && (a > 0 || IsOneSample))];
            if (axes.Where(a => shape[a] != 1 && (a > 0 || IsOneSample)).ToArray() is [var wide, ..])
                throw Fault($"drops axis {wide} of {shape}, which is not 1");
            if (axes.Contains(0) && !IsOneSample)
                throw Mixed("drops the batch, which is not supported");
            return Viewed(item, Without(shape, axes));
        }

        // The only step, or the only direction, of a recurrent layer.
        private Item? SqueezedSteps(Item item)
        {
            Value value = item.Value!;
            return (item.Layout, Axes(1, item.Shape.Rank)) switch
            {
                (Layout.Steps, [0]) when item.Shape[0] == 1 => new Item(
                    parts.Moved(Name, new Reshape([value.Shape[0], .. value.Shape.Skip(2)]), value), Layout.Plain),
                (Layout.Directions, [1]) when item.Shape[1] == 1 => new Item(
                    parts.Moved(Name, new Reshape([value.Shape[0], value.Shape[1], value.Shape[3]]), value), Layout.Steps),
                _ => null,
            };
        }

        private Item Squeezed(Constant constant)
        {
            ImmutableArray<int> extents = constant.Extents;
            int[] axes = Axes(1, extents.Length) ?? [.. Enumerable.Range(0, extents.Length).Where(a => extents[a] == 1)];
            return axes.All(a => extents[a] == 1)
                ? Reshaped(constant, [.. extents.Where((_, axis) => !axes.Contains(axis))])
                : throw Fault($"drops axes of {constant.Array.Shape} that are not 1");
        }

        private Item Unsqueezed(Constant constant)
        {
            long[] given = Attribute("axes") is { } attribute ? [.. attribute.Ints] : Has(1) ? Whole(1) : [];
            int rank = constant.Extents.Length + given.Length;
            int[] axes = [.. given.Select(a => Axis(a, rank))];
            if (axes.Distinct().Count() != axes.Length || axes.Length == 0 || rank > 8)
                throw Fault($"has the axes [{string.Join(", ", given)}] for {constant.Array.Shape}");
            Queue<int> rest = new(constant.Extents);
            return Reshaped(constant, [.. Enumerable.Range(0, rank).Select(a => axes.Contains(a) ? 1 : rest.Dequeue())]);
        }

        // The same numbers with other extents; of none where it is one number.
        private static Item Reshaped(Constant constant, int[] extents) => new(null, Layout.Plain, constant with
        {
            Array = constant.Array with
            {
                Shape = extents.Length == 0 ? [1] : Shape.Create(extents),
                IsScalar = extents.Length == 0,
            },
        });

        public Item Unsqueezed()
        {
            Item item = Operand(0);
            if (item.Constant is { } known)
                return Unsqueezed(known);
            Shape shape = Activation(0).Shape;
            long[] given = Attribute("axes") is { } attribute ? [.. attribute.Ints] : Has(1) ? Whole(1) : [];
            int rank = shape.Rank + given.Length;
            int[] axes = [.. given.Select(a => Axis(a, rank))];
            if (axes.Distinct().Count() != axes.Length || axes.Length == 0 || rank > 8)
                throw Fault($"has the axes [{string.Join(", ", given)}] for {shape}");
            if (axes.Contains(0) && !IsOneSample)
                throw Mixed("puts an axis before the batch, which is not supported");
            List<int> extents = [.. shape];
            foreach (int axis in axes.Order())
                extents.Insert(axis, 1);
            return Viewed(Shape.Create([.. extents]));
        }

        public Item Transposed()
        {
            Item item = Operand(0);
            int[]? order = Wholes("perm");
            if (item.Constant is { } constant)
                return new Item(null, Layout.Plain, Transposed(constant, order));
            int rank = item.Shape.Rank;
            order ??= [.. Enumerable.Range(0, rank).Reverse()];
            if (item.Layout == Layout.Images && order is [0, 2, 3, 1])
                return new Item(item.Value, Layout.Plain);
            if (item.Layout == Layout.Plain && order is [0, 3, 1, 2])
                return new Item(item.Value, Layout.Images);
            if (!IsOneSample && Turned(item, order) is { } turned)
                return turned;
            item = BatchFirst(item);
            if (order.Length != rank)
                throw Fault($"has the perm [{string.Join(", ", order)}] for {item.Shape}");
            return order[0] == 0 || IsOneSample
                ? new Item(parts.Moved(Name, new Transpose([.. order]), Plain(item)), Layout.Plain)
                : throw Mixed($"has the perm [{string.Join(", ", order)}]; one that keeps the batch first is supported");
        }

        // Steps and samples change places in the file, not here: recurrent layers read samples first.
        private static Item? Turned(Item item, int[] order)
        {
            bool keepsRest = order.Skip(2).Select((a, i) => a == i + 2).All(same => same);
            return (item.Layout, order) switch
            {
                (Layout.Plain, [1, 0, ..]) when keepsRest => new Item(item.Value, Layout.Steps),
                (Layout.Steps, [1, 0, ..]) when keepsRest => new Item(item.Value, Layout.Plain),
                (Layout.Directions, [0, 2, 1, 3]) => new Item(item.Value, Layout.Steps),
                (Layout.Directions, [2, 0, 1, 3]) => new Item(item.Value, Layout.Plain),
                _ => null,
            };
        }

        public Item Joined()
        {
            Item[] all = [.. proto.Input.Select((_, i) => Operand(i))];
            return all.All(IsList) ? Whole([.. all.SelectMany((_, i) => Whole(i))], scalar: false) : Joined(all);
        }

        private Item Joined(Item[] all)
        {
            if (all.All(i => i.Constant is not null))
                throw Fault("joins constants alone, which is not supported");
            all = [.. all.Select(i => i.Constant is null ? i : Valued(i))];
            Layout layout = all.All(i => i.Layout == all[0].Layout) ? all[0].Layout : Layout.Plain;
            Value[] values = [.. all.Select(item => layout == Layout.Plain ? Plain(item) : item.Value!)];
            if (Attribute("axis") is null && reader.version >= 4)
                throw Fault("has no axis");
            int axis = Axis(Integer("axis", 1), all[0].Shape.Rank);
            if (values.Any(v => v.Shape[0] != values[0].Shape[0]) && axis > 0)
                values = [.. values.Select(v => ForEachSample(new Item(v, Layout.Plain)).Value!)];
            return axis > 0 || IsOneSample ? Made(new Concat(Placed(axis, layout)), layout, [.. values])
                : throw Mixed("joins along the batch, which is not supported");
        }

        public Item Expanded()
        {
            long[] target = Whole(1);
            Item item = Valued(Operand(0), Math.Min(8, target.Length));
            Shape shape = item.Shape;
            if (target.Length > shape.Rank && target.Length <= 8)
                item = OfRank(item, target.Length);
            shape = item.Shape;
            if (target.Length > shape.Rank || target.Any(t => t is < 1 or > MostExtent))
                throw Fault($"has the target [{string.Join(", ", target.Take(9))}] for {shape}");
            int[] aligned = [.. Enumerable.Repeat(1, shape.Rank - target.Length), .. target.Select(t => (int)t)];
            if (aligned[0] == reader.inputShape[0] && !IsOneSample)
                aligned[0] = parts.Batch;
            Shape joint = Joint(shape, Shape.Create(aligned));
            return joint == shape ? item : new Item(parts.Moved(Name, new Broadcast(Ordered(joint, item.Layout)), item.Value!),
                item.Layout);
        }

        public Item Probabilities(Op softmax) => Probabilities(softmax, reader.version);

        private Item Probabilities(Op softmax, long version)
        {
            Item item = Activation(0);
            Shape shape = item.Shape;
            int axis = Axis(Integer("axis", version < 13 ? 1 : -1), shape.Rank);
            if (axis == 0 && !IsOneSample)
                throw Mixed("is over the batch, which is not supported");
            if (version < 13 && axis < shape.Rank - 1) // all axes from this one on
            {
                Value rows = parts.Moved($"{Name} rows", new Reshape([.. shape.Take(axis), (int)shape[axis..].Count]), Plain(0));
                return new Item(parts.Moved(Name, new Reshape(shape), parts.Graph.Apply($"{Name} softened", softmax, rows)),
                    Layout.Plain);
            }

            if (Placed(axis, item.Layout) == item.Value!.Shape.Rank - 1)
                return Mapped(softmax);
            if (axis == shape.Rank - 1)
                return Made(softmax, Layout.Plain, Plain(0));
            int[] order = [.. Enumerable.Range(0, shape.Rank)];
            (order[axis], order[^1]) = (order[^1], order[axis]); // its own inverse
            Value turned = parts.Moved($"{Name} turned", new Transpose([.. order]), Plain(0));
            return new Item(parts.Moved(Name, new Transpose([.. order]), parts.Graph.Apply($"{Name} softened", softmax, turned)),
                Layout.Plain);
        }

        // Where an axis of ONNX lies in a value.
        private static int Placed(int axis, Layout layout) => layout switch
        {
            Layout.Images when axis > 0 => axis == 1 ? 3 : axis - 1,
            Layout.Lines when axis > 0 => axis == 1 ? 3 : 2,
            _ => axis,
        };

        private Item Viewed(Shape shape) => Viewed(Activation(0), shape);

        private Item Viewed(Item item, Shape shape)
        {
            if (item.Value!.Shape == shape && item.Layout == Layout.Plain)
                return item;
            Shape from = item.Value.Shape; // one pixel, or one channel: the order is the same either way
            bool same = item.Layout != Layout.Plain && ((from[1] == 1 && from[2] == 1) || from[3] == 1);
            return new Item(parts.Moved(Name, new Reshape(shape), same ? item.Value : Plain(item)), Layout.Plain);
        }

        private Constant Reshaped(Constant constant, long[] target)
        {
            long known = target.Where(t => t != -1)
                .Aggregate(1L, (product, t) => t is >= 1 and <= int.MaxValue && product <= int.MaxValue ? product * t : -1);
            if (known < 1 || target.Count(t => t == -1) > 1 || constant.Array.Shape.Count % known != 0)
                throw Fault($"has the target [{string.Join(", ", target)}] for a constant of {constant.Array.Shape}");
            int[] extents = [.. target.Select(t => (int)(t == -1 ? constant.Array.Shape.Count / known : t))];
            if (extents.Aggregate(1L, (product, e) => product * e) != constant.Array.Shape.Count
                || (constant.IsQuantized && constant.Steps.Length > 1))
                throw Fault(
                    $"has the target [{string.Join(", ", target)}] for a constant of {constant.Array.Shape}, or one with several "
                        + $"scales");
            return constant with { Array = constant.Array with { Shape = Shape.Create(extents), IsScalar = false } };
        }

        private Constant Transposed(Constant constant, int[]? order)
        {
            Shape shape = constant.Array.Shape;
            order ??= [.. Enumerable.Range(0, shape.Rank).Reverse()];
            if (!order.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
                throw Fault($"has the perm [{string.Join(", ", order)}] for a constant of {shape}");
            int size = (int)(constant.Array.Bytes.Length / shape.Count);
            byte[] all = constant.Array.Bytes.ToArray(), bytes = new byte[all.Length];
            int[] from = Order(shape, order);
            for (int i = 0; i < from.Length; i++)
                all.AsSpan(from[i] * size, size).CopyTo(bytes.AsSpan(i * size));
            return constant with
            {
                Array = constant.Array with { Shape = Shape.Create([.. order.Select(a => shape[a])]), Bytes = bytes },
                Axis = constant.IsQuantized && constant.Steps.Length > 1 ? Array.IndexOf(order, constant.Axis) : 0,
            };
        }
    }
}
