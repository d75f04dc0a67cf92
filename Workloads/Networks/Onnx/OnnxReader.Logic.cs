using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Comparisons, truth, and choices by it. Truth is 1, the rest 0.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        /// <summary>True where one operand compares so with the other.</summary>
        /// <param name="kind">The comparison.</param>
        /// <param name="turned">True where it is the second operand that is compared with the first.</param>
        public Item Compared(Comparison kind, bool turned = false)
        {
            (Item a, Item b) = turned ? (Operand(1), Operand(0)) : (Operand(0), Operand(1));
            if (a.Constant is { } first && b.Constant is { } second)
                return Decided(first, second, (u, v) => kind switch
                {
                    Comparison.Equal => u == v,
                    Comparison.Less => u < v,
                    _ => u <= v,
                });
            RequireAlike(a, b);
            return Truth(new Compare(kind), a, b);
        }

        /// <summary>True where both are.</summary>
        public Item Both() => Truths((u, v) => u && v, (a, b) => Truth(new Mul(), a, b));

        /// <summary>True where one at least is.</summary>
        public Item Either() =>
            Truths((u, v) => u || v, (a, b) => Opposite(Truth(new Mul(), Opposite(a), Opposite(b))));

        /// <summary>True where one alone is.</summary>
        public Item OnlyOne() => Truths((u, v) => u != v, (a, b) => Opposite(Truth(new Compare(Comparison.Equal), a, b)));

        /// <summary>True where the operand is not.</summary>
        public Item Opposite() =>
            Operand(0) is { Constant: { } constant } ? Truth(constant, [.. Truths(constant).Select(t => !t)])
            : Opposite(Operand(0));

        /// <summary>Of two numbers that of the first operand where a condition is true.</summary>
        public Item Chosen()
        {
            Item condition = Operand(0), a = Operand(1), b = Operand(2);
            RequireTruth(condition);
            if (condition.Constant is { } known && a.Constant is { } first && b.Constant is { } second)
                return Chosen(known, first, second);
            RequireAlike(a, b);
            TensorType type = a.Constant is null ? a.Type : b.Constant is null ? b.Type
                : a.Constant.Type.IsReal() ? TensorType.Float : a.Constant.Type;
            (ImmutableArray<Value> values, Shape joint, Layout layout) = Together(condition, a, b);
            return Made(new Select(Ordered(joint, layout)), layout, values) with { Type = type };
        }

        private Item Truths(Func<bool, bool, bool> known, Func<Item, Item, Item> computed)
        {
            Item a = Operand(0), b = Operand(1);
            RequireTruth(a);
            RequireTruth(b);
            return a.Constant is { } first && b.Constant is { } second
                ? Decided(first, second, (u, v) => known(u != 0, v != 0)) : computed(a, b);
        }

        private Item Opposite(Item item)
        {
            RequireTruth(item);
            if (item.Constant is { } constant)
                return Truth(constant, [.. Truths(constant).Select(t => !t)]);
            Value zero = parts.Graph.Apply($"{Name} false", new Fill([1], 0));
            return Made(new Compare(Comparison.Equal), item.Layout, item.Value!, zero) with { Type = TensorType.Bool };
        }

        // The first operand has the extents of the result; the second is repeated over it.
        private Item Truth(Op op, Item a, Item b)
        {
            (ImmutableArray<Value> values, Shape joint, Layout layout) = Together(a, b);
            Shape ordered = Ordered(joint, layout);
            Value left = values[0].Shape == ordered ? values[0]
                : parts.Moved($"{values[0].Name} repeated", new Broadcast(ordered), values[0]);
            return Made(op, layout, left, values[1]) with { Type = TensorType.Bool };
        }

        private void RequireTruth(Item item)
        {
            TensorType type = item.Constant?.Type ?? item.Type;
            if (type != TensorType.Bool)
                throw Fault($"reads numbers of type {type.Text()}; BOOL is supported");
        }

        // Numbers that stand for themselves, both real or both whole.
        private void RequireAlike(Item a, Item b)
        {
            foreach (Item item in new[] { a, b })
            {
                TensorType type = item.Constant?.Type ?? item.Type;
                bool itself = item.Constant is { } constant ? !constant.IsQuantized : !item.IsDynamic;
                if (!itself || !(type.IsReal() || type.IsWhole()))
                    throw Fault($"reads numbers of type {type.Text()}; FLOAT, INT32, INT64 and BOOL are supported");
            }
        }

        // Operands as values with the axes that they have together, and the extents of all of them; constants stay as small as
        // they are.
        private (ImmutableArray<Value> Values, Shape Joint, Layout Layout) Together(params Item[] all)
        {
            int rank = all.Max(RankOf);
            all = [.. all.Select(i => i.Constant is null ? OfRank(i, rank) : i)];
            Layout[] layouts = [.. all.Where(i => i.Constant is null).Select(i => i.Layout).Distinct()];
            Layout layout = layouts is [var one] ? one : Layout.Plain;
            Shape[] shapes = [.. all.Select(i => i.Constant is { } c
                ? Shape.Create([.. Enumerable.Repeat(1, rank - c.Extents.Length), .. c.Extents]) : i.Shape)];
            Shape joint = shapes.Aggregate(Joined);
            if (joint[0] != parts.Batch && !IsOneSample)
                throw Mixed($"gives {joint}: numbers of its own for each sample of a batch are not supported");
            return ([.. all.Select((item, i) => item.Constant is { } constant ? Fixed(constant, shapes[i], layout)
                : layout == Layout.Plain ? Plain(item) : item.Value!)], joint, layout);
        }

        private Shape Joined(Shape a, Shape b) => Shape.Create([.. a.Zip(b, (u, v) => u == v || v == 1 ? u : u == 1
            ? v : throw Fault($"joins {a} and {b}, of which neither repeats over the other"))]);

        // Numbers that no scheme trains.
        private Value Fixed(Constant constant, Shape shape, Layout layout)
        {
            Func<int[]>? order = layout switch
            {
                Layout.Images => () => Order(shape, 0, 2, 3, 1),
                Layout.Lines => () => Order(shape, 0, 2, 1),
                _ => null,
            };
            Shape placed = layout == Layout.Lines ? [shape[0], 1, shape[2], shape[1]] : Ordered(shape, layout);
            return parts.Parameter($"{NetworkParts.Name(constant.Name)}.constant", placed,
                () => Ordered(Exact(constant), order?.Invoke()),
                form: constant.Form(order) with { Constant = $"{constant.Name}.constant" });
        }

        // As float32, which holds whole numbers up to 2²⁴.
        private float[] Exact(Constant constant)
        {
            float[] values = constant.Floats();
            return constant.IsQuantized || constant.Type.IsReal() || values.All(v => Math.Abs(v) <= 1 << 24) ? values
                : throw Fault($"has a constant '{NetworkParts.Name(constant.Name)}' of whole numbers beyond {1 << 24}");
        }
    }
}
