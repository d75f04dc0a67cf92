using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Operators on each element, and of two tensors of which one is repeated over the other.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        public Item Clipped()
        {
            float least = Has(1) ? Number(1) : Attribute("min")?.F ?? float.NegativeInfinity;
            float greatest = Has(2) ? Number(2) : Attribute("max")?.F ?? float.PositiveInfinity;
            if (float.IsNaN(least) || float.IsNaN(greatest))
                throw Fault($"clips to {least}..{greatest}; numbers are supported");
            if (least <= float.MinValue && greatest >= float.MaxValue)
                return Activation(0);
            return least == 0 && greatest > 0
                ? Mapped(new Relu(greatest == float.MaxValue ? double.PositiveInfinity : greatest))
                : Mapped(new Clip(
                    least <= float.MinValue ? double.NegativeInfinity : least, greatest >= float.MaxValue
                    ? double.PositiveInfinity : greatest));
        }

        public Item Gelu() => Text("approximate") == "tanh" ? Mapped(new TanhGelu()) : Mapped(new Gelu());

        public Item Gelu(string x) => items.TryGetValue(x, out Item? item) && item.Value is not null
            ? Mapped(new Gelu(), item)
            : throw Fault($"reads '{NetworkParts.Name(x)}', which nothing made before it");

        // x above 0, otherwise slope · x: max(x, 0) − slope · max(−x, 0). Before operator set 7 a list of slopes is one per
        // channel.
        public Item ParametricRectified()
        {
            Item x = Activation(0);
            Constant slope = RealAt(1);
            Item negative = Mapped(new Relu(), Mapped(new Scale(-1), x));
            int rank = x.Shape.Rank;
            ImmutableArray<int> extents = reader.version < 7 && slope.Extents is [> 1 and var channels]
                ? [channels, .. Enumerable.Repeat(1, rank - 2)] : slope.Extents;
            Item turned = Mapped(new Scale(-1), Repeated(new Mul(), negative, slope, Aligned(extents, rank)));
            return Made(new Add(), x.Layout, Mapped(new Relu(), x).Value!, turned.Value!);
        }

        public Item Power() => Exponent() switch
        {
            1 => Activation(0),
            2 => Mapped(new Square()),
            0.5f => Mapped(new Sqrt()),
            -1 => Mapped(new Reciprocal()),
            3 => Made(new Mul(), Activation(0).Layout, Mapped(new Square()).Value!, Activation(0).Value!),
            float power => float.IsFinite(power) ? Mapped(new Power(power))
                : throw Fault($"raises to the power {power}; a finite number is supported"),
        };

        private float Exponent() => ConstantAt(1) is { IsQuantized: false } constant && Exact(constant) is [var only]
            ? only : throw Fault("has an input 1 of more than one number");

        public Item Sum() => Pair(new Add(), (a, b) => a + b, (a, b) => checked(a + b));

        public Item Multiplied() => Pair(new Mul(), (a, b) => a * b, (a, b) => checked(a * b));

        public Item Difference()
        {
            Item a = Operand(0), b = Operand(1);
            if (a.Constant is not null && b.Constant is not null)
                return Folded(a.Constant, b.Constant, (u, v) => u - v, (u, v) => checked(u - v));
            if (b.Constant is { } constant)
                return Repeated(new Add(), a, Mapped(constant, 1, v => -v), Extents(constant, a, 1));
            Item negative = Mapped(new Scale(-1), b);
            return a.Constant is { } first
                ? Repeated(new Add(), negative, Real(first, 0), Extents(first, b, 0)) : Joined(new Add(), a, negative);
        }

        public Item Quotient()
        {
            Item a = Operand(0), b = Operand(1);
            if (a.Constant is not null && b.Constant is not null)
                return Folded(a.Constant, b.Constant, (u, v) => u / v, (u, v) => v == 0 ? throw Fault("divides by 0") : u / v);
            if (b.Constant is { } constant)
                return Repeated(new Mul(), a, Mapped(constant, 1, v => 1 / v), Extents(constant, a, 1));
            Item inverse = Mapped(new Reciprocal(), b);
            return a.Constant is { } first
                ? Repeated(new Mul(), inverse, Real(first, 0), Extents(first, b, 0)) : Joined(new Mul(), a, inverse);
        }

        private Item Pair(Op operation, Func<double, double, double> real, Func<long, long, long> whole) =>
            Pair(operation, Operand(0), Operand(1), real, whole);

        private Item Pair(Op operation, Item a, Item b, Func<double, double, double> real, Func<long, long, long> whole)
        {
            return (a.Constant, b.Constant) switch
            {
                ({ } first, { } second) => Folded(first, second, real, whole),
                (null, { } second) => Repeated(operation, a, Real(second, 1), Extents(second, a, 1)),
                ({ } first, null) => Repeated(operation, b, Real(first, 0), Extents(first, b, 0)),
                _ => Joined(operation, a, b),
            };
        }

        private Constant Mapped(Constant constant, int input, Func<float, float> f) => constant.IsQuantized
            ? throw Fault("takes a quantised constant as its second operand, which is not supported")
            : WithFloats(Real(constant, input), [.. constant.Floats().Select(f)]);

        // Extents of a constant beside a value, aligned at the end, or as "axis" of operator sets 1 to 6 places them.
        private ImmutableArray<int> Extents(Constant constant, Item value, int input)
        {
            int rank = value.Shape.Rank;
            if (reader.version >= 7)
                return Aligned(constant.Extents, rank);
            if (Integer("broadcast", 0) == 0)
            {
                return constant.Extents.AsSpan().SequenceEqual(value.Shape.AsSpan()) || input == 0
                    ? Aligned(constant.Extents, rank)
                        : throw Fault($"joins {value.Shape} and {constant.Array.Shape} without broadcast");
            }

            if (input == 0)
                throw Fault("repeats its first operand over its second, which its operator set does not have");
            if (Attribute("axis") is not { } given)
                return Aligned(constant.Extents, rank);
            int axis = Axis(given.I, rank), after = rank - axis - constant.Extents.Length;
            return after >= 0 ? Aligned([.. constant.Extents, .. Enumerable.Repeat(1, after)], rank)
                : throw Fault($"has axis {given.I}, from which {constant.Array.Shape} does not fit {value.Shape}");
        }

        // As many extents as the value has axes.
        private ImmutableArray<int> Aligned(ImmutableArray<int> extents, int rank)
        {
            ImmutableArray<int> all = [.. Enumerable.Repeat(1, Math.Max(0, rank - extents.Length)), .. extents];
            int extra = all.Length - rank;
            if (IsOneSample && extra > 0 && all.Length <= 8)
                return all; // the value gets axes
            return all.Take(extra).All(e => e == 1) ? all[extra..]
                : throw Mixed($"has a constant of {string.Join('×', extents)} beside a tensor of {rank} axes");
        }

        // A value joined with a constant; whichever is smaller along an axis is repeated.
        private Item Repeated(Op operation, Item x, Constant constant, ImmutableArray<int> extents)
        {
            if (extents.Length > x.Shape.Rank)
                x = OfRank(x, extents.Length);
            Shape joint = Joint(x.Shape, Shape.Create(extents.AsSpan()));
            Value value = joint == x.Shape
                ? x.Value! : parts.Moved($"{x.Value!.Name} repeated", new Broadcast(Ordered(joint, x.Layout)), x.Value);
            Shape shape = Shape.Create(extents.AsSpan());
            Func<int[]>? order = x.Layout switch
            {
                Layout.Images => () => Order(shape, 0, 2, 3, 1),
                Layout.Lines => () => Order(shape, 0, 2, 1),
                _ => null,
            };
            return Made(operation, x.Layout, value, Parameter(constant, Ordered(shape, x.Layout), order, outputAxis: -1));
        }

        // Two values; whichever is smaller along an axis is repeated.
        private Item Joined(Op operation, Item a, Item b)
        {
            if (reader.version < 7 && Attribute("axis") is not null)
                throw Fault("has an axis beside two computed operands, which is not supported");
            if (reader.version < 7 && Integer("broadcast", 0) == 0 && a.Shape != b.Shape)
                throw Fault($"joins {a.Shape} and {b.Shape} without broadcast");
            if (a.Layout != b.Layout)
                (a, b) = (new Item(Plain(a), Layout.Plain), new Item(Plain(b), Layout.Plain));
            int rank = Math.Max(a.Shape.Rank, b.Shape.Rank);
            (a, b) = (OfRank(a, rank), OfRank(b, rank));
            Shape joint = Joint(a.Shape, b.Shape);
            if (a.Shape != joint && b.Shape == joint)
                (a, b) = (b, a);
            Value left = a.Shape == joint ? a.Value!
                : parts.Moved($"{a.Value!.Name} repeated", new Broadcast(Ordered(joint, a.Layout)), a.Value);
            return Made(operation, a.Layout, left, b.Value!);
        }

        // With axes of 1 after the batch. What would line the batch up with another axis is right for files of one sample only.
        private Item OfRank(Item item, int rank)
        {
            if (item.Shape.Rank == rank)
                return item;
            if (IsOneSample)
                return new Item(parts.Moved($"{item.Value!.Name} wider",
                    new Reshape([.. Enumerable.Repeat(1, rank - item.Shape.Rank), .. item.Shape]), Plain(item)), Layout.Plain);
            if (reader.anyBatch || reader.inputShape[0] != 1)
                throw Mixed(
                    $"joins tensors of {item.Shape.Rank} and {rank} axes, which lines the batch up with another axis; that is "
                        + $"not supported");
            Value value = Plain(item);
            int[] extents = [value.Shape[0], .. Enumerable.Repeat(1, rank - value.Shape.Rank), .. value.Shape.AsSpan()[1..]];
            return new Item(parts.Moved($"{value.Name} wider", new Reshape(Shape.Create(extents)), value), Layout.Plain);
        }

        private Shape Joint(Shape a, Shape b)
        {
            int[] joint = [.. a.Zip(b, (u, v) => u == v || v == 1 ? u : u == 1
                ? v : throw Fault($"joins {a} and {b}, of which neither repeats over the other"))];
            return joint[0] == parts.Batch || IsOneSample ? Shape.Create(joint)
                : throw Mixed($"joins {a} and {b}: numbers of its own for each sample of a batch are not supported");
        }

        // ONNX's extents in the order of a value's axes.
        private static Shape Ordered(Shape s, Layout layout) => layout switch
        {
            Layout.Images => [s[0], s[2], s[3], s[1]],
            Layout.Lines => [s[0], 1, s[2], s[1]],
            _ => s,
        };
    }
}
