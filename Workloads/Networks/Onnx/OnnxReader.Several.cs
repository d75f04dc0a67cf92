using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Operators of any number of tensors, and the largest of some numbers.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        /// <summary>The sum of the operands, each repeated over the others.</summary>
        public Item SumOfAll() => All((a, b) => Pair(new Add(), a, b, (u, v) => u + v, (u, v) => checked(u + v)));

        /// <summary>Their mean.</summary>
        public Item MeanOfAll() => proto.Input.Count == 1 ? SumOfAll() : SumOfAll() switch
        {
            { Constant: not null } => throw Fault("is over constants alone, which is not supported"),
            var sum => Mapped(new Scale(1.0 / proto.Input.Count), sum),
        };

        /// <summary>The largest of the operands, element by element.</summary>
        public Item LargestOfAll() => All((a, b) => Larger(a, b));

        /// <summary>The smallest of the operands: what is the largest with all signs turned.</summary>
        public Item SmallestOfAll() => All((a, b) =>
            Bound(a, b) is { } most ? Mapped(new Clip(double.NegativeInfinity, most.Bound), most.Item)
            : Mapped(new Scale(-1), Larger(Mapped(new Scale(-1), Valued(a, RankOf(b))),
                Mapped(new Scale(-1), Valued(b, RankOf(a))))));

        // The largest along some axes, which stay as 1.
        private Item Largest(Item item, int[] axes)
        {
            Shape shape = item.Shape;
            int[] kept = [.. Enumerable.Range(0, shape.Rank).Where(a => !axes.Contains(a))], order = [.. kept, .. axes.Order()];
            Value value = Plain(item);
            if (!order.SequenceEqual(Enumerable.Range(0, shape.Rank)))
                value = parts.Moved($"{Name} turned", new Transpose([.. order]), value);
            long rows = axes.Aggregate(1L, (count, a) => count * shape[a]);
            if (rows > NetworkParts.LongestStep)
                throw Fault($"is over {rows} numbers; at most {NetworkParts.LongestStep} are supported");
            value = parts.Moved($"{Name} rows", new Reshape([checked((int)(shape.Count / rows)), (int)rows, 1, 1]), value);
            value = parts.Graph.Apply($"{Name} largest", new MaxPool((int)rows, 1), value);
            return new Item(parts.Moved(Name, new Reshape([.. shape.Select((e, axis) => axes.Contains(axis) ? 1 : e)]), value),
                Layout.Plain);
        }

        // Against one number what is below it is held there; two tensors are put side by side.
        private Item Larger(Item a, Item b)
        {
            if (Bound(a, b) is { } least)
                return Mapped(new Clip(least.Bound, double.PositiveInfinity), least.Item);
            (a, b) = Alike(Valued(a, RankOf(b)), Valued(b, RankOf(a)));
            Shape shape = a.Shape;
            ImmutableArray<Value> sides = [.. new[] { a, b }.Select(i =>
                parts.Moved($"{Name} side", new Reshape([.. shape, 1]), Plain(i)))];
            Item both = new(parts.Graph.Apply($"{Name} sides", new Concat(shape.Rank), sides), Layout.Plain);
            return Viewed(Largest(both, [shape.Rank]), shape);
        }

        // A computed tensor and the number that it is compared with; null where there are not these two.
        private (Item Item, float Bound)? Bound(Item a, Item b)
        {
            (Item item, Constant? constant) = a.Constant is { } first ? (b, first) : (a, b.Constant);
            if (item.Value is null || constant is null || constant.Array.Shape.Count != 1
                || constant.Extents.Length > item.Shape.Rank)
                return null;
            float bound = Real(constant, a.Constant is null ? 1 : 0).Floats()[0];
            return float.IsNaN(bound) ? throw Fault("compares with a constant that is no number") : (item, bound);
        }

        private Item All(Func<Item, Item, Item> join)
        {
            if (op is "Max" or "Min" && proto.Input.Select((_, i) => Operand(i)).All(i => i.Constant is not null))
            {
                bool most = op == "Max";
                return Enumerable.Range(1, proto.Input.Count - 1).Aggregate(Operand(0), (all, i) =>
                    Folded(all.Constant!, Operand(i).Constant!, most ? Math.Max : Math.Min, most ? Math.Max : Math.Min));
            }

            if (Operand(0).Constant is { } constant)
                Real(constant, 0);
            return Enumerable.Range(1, proto.Input.Count - 1).Aggregate(Operand(0), (all, i) => join(all, Operand(i)));
        }

        // A constant as a value, its axes as the file has them and as many in front as make up the rank.
        private Item Valued(Item item, int rank = 0)
        {
            if (item.Constant is not { } constant)
                return item;
            Shape shape = constant.Array.Shape;
            return new Item(
                Parameter(
                    Real(constant, Array.FindIndex([.. proto.Input], i => i == constant.Name)),
                    [.. Enumerable.Repeat(1, Math.Max(0, rank - shape.Rank)), .. shape], outputAxis: -1),
                Layout.Plain);
        }

        private static int RankOf(Item item) => item.Constant is { } constant ? constant.Extents.Length : item.Shape.Rank;

        // Both with the axes and extents that they have together.
        private (Item A, Item B) Alike(Item a, Item b)
        {
            if (a.Layout != b.Layout)
                (a, b) = (new Item(Plain(a), Layout.Plain), new Item(Plain(b), Layout.Plain));
            int rank = Math.Max(a.Shape.Rank, b.Shape.Rank);
            (a, b) = (OfRank(a, rank), OfRank(b, rank));
            Shape joint = Joint(a.Shape, b.Shape);
            return (Spread(a, joint), Spread(b, joint));
        }

        // Repeated to a shape that it has as ONNX orders axes.
        private Item Spread(Item item, Shape shape) => item.Shape == shape ? item
            : new Item(parts.Moved($"{item.Value!.Name} repeated", new Broadcast(Ordered(shape, item.Layout)), item.Value),
                item.Layout);

        // A value that every sample of the batch has.
        private Item ForEachSample(Item item)
        {
            if (IsOneSample || item.Shape[0] == parts.Batch)
                return item;
            return item.Shape[0] == 1 ? Spread(item, [parts.Batch, .. item.Shape.Skip(1)])
                : throw Mixed(
                    $"joins a constant of {item.Shape}, numbers of its own for each sample of a batch, which is not supported");
        }
    }
}
