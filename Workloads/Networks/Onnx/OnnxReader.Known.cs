using System.Runtime.InteropServices;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Operators on constants, which are worked out while the file is read: mostly shapes that a graph computes of its own
/// tensors.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        /// <summary>The extents of the operand.</summary>
        public Item Extents()
        {
            Item item = Operand(0);
            long[] extents = item.Constant is { } constant ? [.. constant.Extents] : [.. item.Shape];
            int start = Limit("start", 0), end = Limit("end", extents.Length);
            return Whole(start < end ? extents[start..end] : [], scalar: false);

            int Limit(string name, int standard) => Attribute(name) is { } attribute
                ? (int)Math.Clamp(attribute.I < 0 ? attribute.I + extents.Length : attribute.I, 0, extents.Length) : standard;
        }

        /// <summary>The number of elements of the operand.</summary>
        public Item Count() => Whole([Operand(0) is var item && item.Constant is { } constant
            ? constant.Array.Shape.Count : item.Shape.Count], scalar: true);

        /// <summary>One number everywhere, in a list or a tensor of known extents.</summary>
        public Item Filled()
        {
            long[] extents = Whole(0);
            if (extents.Length is < 1 or > 8 || extents.Any(e => e is < 1 or > MostExtent) || Elements(extents) > MostExtent)
                throw Fault($"has the shape [{string.Join(", ", extents.Take(9))}], which is not supported");
            KnownTensor? value = Attribute("value") is not { } given ? null
                : given.T is { ExternalData.Count: 0 } tensor && OnnxTensor.Read(tensor, new OnnxExternalData(""),
                    reader.source) is { Array.Shape.Count: 1 } one ? one
                : throw Fault("has a value that is not one number in the file itself, which is not supported");
            int count = (int)Elements(extents);
            if (value is null || value.Type.IsReal())
            {
                float number = value?.Array.ToFloats()[0] ?? 0;
                float[] all = [.. Enumerable.Repeat(number, count)];
                NumberArray array = new(Shape.Create([.. extents.Select(e => (int)e)]), ElementType.Float32,
                    MemoryMarshal.AsBytes(all.AsSpan()).ToArray(), false);
                return new Item(null, Layout.Plain, new Constant(Name, array, TensorType.Float));
            }

            return extents.Length == 1 && value.Type is TensorType.Int64 or TensorType.Int32
                ? Whole([.. Enumerable.Repeat(value.Array.ToIntegers()[0], count)], scalar: false)
                : throw Fault($"makes numbers of type {value.Type.Text()}; FLOAT, and lists of INT64 or INT32, are supported");
        }

        public Item Cast() => As((TensorType)Integer("to", 0));

        /// <summary>The type of the second operand.</summary>
        public Item CastLike()
        {
            TensorType to = Operand(1) is var like && like.Constant is { } constant ? constant.Type : like.Type;
            return to.IsReal() || to is TensorType.Int8 or TensorType.UInt8 || to.IsWhole() ? As(to)
                : throw Fault($"makes numbers of type {to.Text()}, which is not supported");
        }

        private Item As(TensorType to)
        {
            Item item = Operand(0);
            if (item.Constant is not { } constant)
                return Cast(item, to);
            if (to == TensorType.Bool)
                return Truth(constant, [.. constant.Floats().Select(v => v != 0)]);
            if (to is TensorType.Int8 or TensorType.UInt8)
            {
                long[] integers = Whole(constant, TensorType.Int64);
                return new Item(null, Layout.Plain, constant with
                {
                    Name = Name,
                    Type = to,
                    Array = constant.Array with
                    {
                        Type = to == TensorType.Int8 ? ElementType.Int8 : ElementType.UInt8,
                        Bytes = (byte[])[.. integers.Select(v => unchecked((byte)v))],
                    },
                });
            }

            if (to is TensorType.Int32 or TensorType.Int64)
                return new Item(null, Layout.Plain, WithIntegers(constant, Whole(constant, to)));
            return new Item(null, Layout.Plain, WithFloats(constant, [.. constant.Floats().Select(v => Rounded(v, to))]));
        }

        // Real numbers of any width are worked out in FLOAT; whole ones and truth become real ones, or whole ones of another
        // width.
        private Item Cast(Item item, TensorType to)
        {
            if (IsScaled(item))
                throw Fault($"makes {to.Text()} of integers that stand for scaled numbers, which is not supported");
            bool fits = to.IsReal() || (item.IsDynamic ? false : item.Type.IsWhole() ? to.IsWhole()
                : to is TensorType.Int32 or TensorType.Int64 || (item.Type == TensorType.Float && to == TensorType.Bool));
            if (!fits)
                throw Fault($"makes numbers of type {to.Text()} of numbers of type {item.Type.Text()}, which is not supported");
            if (item.IsDynamic && item.Type != TensorType.Int32)
                throw Fault("makes numbers of integers of a scale that a run finds, which is not supported");
            if (item is { Type: TensorType.Float, IsDynamic: false } && to is TensorType.Float16 or TensorType.BFloat16)
                return Mapped(to == TensorType.Float16 ? new Narrow() : new NarrowBrain(), item);
            if (item is { Type: TensorType.Float, IsDynamic: false } && to is TensorType.Int32 or TensorType.Int64)
                return Made(new Mul(), item.Layout, Mapped(new Sign(), item).Value!,
                    Mapped(new Floor(), Mapped(new Abs(), item)).Value!) with
                { Type = to };
            return to == TensorType.Bool && item.Type != TensorType.Bool
                ? Opposite(Opposite(item with { Type = TensorType.Bool }))
                : item with { Type = to.IsReal() ? TensorType.Float : to, IsDynamic = false };
        }

        // To the nearest number of a narrower type, halves to even.
        private static float Rounded(float value, TensorType to) => to switch
        {
            TensorType.Float16 => (float)(Half)value,
            TensorType.BFloat16 => (float)new NarrowBrain().Of(value),
            _ => value,
        };

        // Real numbers lose their fraction; whole ones keep their low bits.
        private long[] Whole(Constant constant, TensorType to)
        {
            if (!constant.IsQuantized && !constant.Type.IsReal())
                return [.. constant.Array.ToIntegers().Select(v => to == TensorType.Int32 ? unchecked((int)v) : v)];
            float bound = to == TensorType.Int32 ? 1L << 31 : 9.223372e18f; // the power of 2 itself is the first beyond
            float[] values = constant.Floats();
            return values.All(v => v >= -bound && v < bound) ? [.. values.Select(v => (long)v)]
                : throw Fault($"makes {to.Text()} of numbers that it does not hold");
        }

        // A list of whole numbers.
        private bool IsList(Item item) =>
            item.Constant is { IsQuantized: false, Type: TensorType.Int64 or TensorType.Int32, Extents.Length: <= 1 };

        private Item Whole(long[] values, bool scalar) => OnnxConstants.Whole(values, scalar) is { } known
            ? new Item(null, Layout.Plain, new Constant(Name, known.Array, known.Type))
                : throw Fault("gives an empty list, which is not supported");

        private static Constant WithFloats(Constant constant, float[] values) => new(
            constant.Name, constant.Array with
            {
                Type = ElementType.Float32,
                Bytes = MemoryMarshal.AsBytes(values.AsSpan())
                .ToArray()
            }, TensorType.Float);

        private Constant WithIntegers(Constant constant, long[] values) => new(
            Name, constant.Array with { Type = ElementType.Int64, Bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() },
            TensorType.Int64);

        // Both real, or both whole.
        private void RequireOneKind(Constant a, Constant b)
        {
            if (IsReal(a) != IsReal(b) || (!IsReal(a) && (!a.Type.IsWhole() || !b.Type.IsWhole())))
                throw Fault($"joins constants of types {a.Type.Text()} and {b.Type.Text()}, which is not supported");
        }

        // Two constants, each repeated over the other.
        private Item Folded(Constant a, Constant b, Func<double, double, double> real, Func<long, long, long> whole)
        {
            RequireOneKind(a, b);
            (Constant shaped, int[] first, int[] second) = Together(a, b);
            if (IsReal(a))
            {
                float[] x = a.Floats(), y = b.Floats();
                return new Item(null, Layout.Plain,
                    WithFloats(shaped, [.. first.Zip(second, (i, j) => (float)real(x[i], y[j]))]));
            }

            long[] m = a.Array.ToIntegers(), n = b.Array.ToIntegers();
            return new Item(null, Layout.Plain, WithIntegers(shaped, [.. first.Zip(second, (i, j) => whole(m[i], n[j]))]));
        }

        // The truth of something about two constants, each repeated over the other.
        private Item Decided(Constant a, Constant b, Func<double, double, bool> holds)
        {
            RequireOneKind(a, b);
            (Constant shaped, int[] first, int[] second) = Together(a, b);
            double[] x = Numbers(a), y = Numbers(b);
            return Truth(shaped, [.. first.Zip(second, (i, j) => holds(x[i], y[j]))]);
        }

        // Of two constants the one or the other, by a third.
        private Item Chosen(Constant condition, Constant a, Constant b)
        {
            RequireOneKind(a, b);
            (Constant pair, int[] first, int[] second) = Together(a, b);
            (Constant all, int[] chosen, int[] places) = Together(condition, pair);
            bool[] truths = Truths(condition);
            if (IsReal(a))
            {
                float[] x = a.Floats(), y = b.Floats();
                return new Item(null, Layout.Plain, WithFloats(all,
                    [.. chosen.Zip(places, (c, i) => truths[c] ? x[first[i]] : y[second[i]])]));
            }

            long[] m = a.Array.ToIntegers(), n = b.Array.ToIntegers();
            return new Item(null, Layout.Plain, WithIntegers(all,
                [.. chosen.Zip(places, (c, i) => truths[c] ? m[first[i]] : n[second[i]])]));
        }

        /// <summary>Numbers from a start on, by equal steps.</summary>
        public Item Counted()
        {
            Constant[] ends = [.. Enumerable.Range(0, 3).Select(ConstantAt)];
            if (ends.Any(e => e.Array.Shape.Count != 1 || e.IsQuantized || IsReal(e) != IsReal(ends[0])))
                throw Fault("has a start, limit or step that is not one number of the same kind");
            double[] numbers = [.. ends.Select(e => Numbers(e)[0])];
            double count = Math.Ceiling((numbers[1] - numbers[0]) / numbers[2]);
            if (!(count is >= 1 and <= MostKnown))
                throw Fault($"makes {count} numbers; 1 to {MostKnown} are supported");
            if (!IsReal(ends[0]))
                return Whole([.. Enumerable.Range(0, (int)count).Select(i => (long)(numbers[0] + (i * numbers[2])))],
                    scalar: false);
            return new Item(null, Layout.Plain, WithFloats(
                ends[0] with { Name = Name, Array = ends[0].Array with { Shape = [(int)count], IsScalar = false } },
                [.. Enumerable.Range(0, (int)count).Select(i => (float)(numbers[0] + (i * numbers[2])))]));
        }

        /// <summary>The upper or lower triangle of the last two axes, zeros elsewhere.</summary>
        public Item Triangle()
        {
            Item item = Operand(0);
            Shape shape = item.Constant?.Array.Shape ?? item.Shape;
            bool isUpper = Integer("upper", 1) != 0;
            long shift = Has(1) ? Whole(1)[0] : 0;
            if (shape.Rank < 2)
                throw Fault($"reads {shape}; two or more axes are supported");
            (int rows, int columns) = (shape[^2], shape[^1]);
            bool[] kept = [.. Enumerable.Range(0, checked(rows * columns))
                .Select(i => isUpper ? (i % columns) - (i / columns) >= shift : (i % columns) - (i / columns) <= shift)];
            float[] mask = [.. kept.Select(k => k ? 1f : 0)];
            if (item.Constant is { IsQuantized: false } constant)
            {
                return constant.Type.IsReal()
                    ? new Item(null, Layout.Plain, WithFloats(constant, [.. constant.Floats().Select((v, i) =>
                        kept[i % kept.Length] ? v : 0)]))
                    : constant.Type == TensorType.Bool
                    ? Truth(constant, [.. Truths(constant).Select((t, i) => t && kept[i % kept.Length])])
                    : new Item(null, Layout.Plain, WithIntegers(constant, [.. constant.Array.ToIntegers().Select((v, i) =>
                        kept[i % kept.Length] ? v : 0)]));
            }

            Value x = Plain(0);
            return Made(new Mul(), Layout.Plain, x, parts.Parameter($"{Name} triangle.constant", [rows, columns], () => mask));
        }

        /// <summary>What is left of a division of whole numbers, with the sign of the divisor, or with fmod 1 of the
        /// dividend.</summary>
        public Item Remainder()
        {
            bool isC = Integer("fmod", 0) != 0;
            return Folded(ConstantAt(0), ConstantAt(1),
                (u, v) => isC ? u % v : throw Fault("has real operands and fmod 0"),
                (u, v) => v == 0 ? throw Fault("divides by 0")
                    : isC || u % v == 0 || (u % v < 0) == (v < 0) ? u % v : (u % v) + v);
        }

        // Where the elements of two constants lie for each element of what they make together, and a constant of its extents.
        private (Constant Shaped, int[] First, int[] Second) Together(Constant a, Constant b)
        {
            int rank = Math.Max(a.Extents.Length, b.Extents.Length);
            int[] u = Widened(a), v = Widened(b), joint = [.. u.Zip(v, (m, n) => m == n || n == 1 ? m : m == 1
                ? n : throw Fault($"joins constants of {a.Array.Shape} and {b.Array.Shape}, of which neither repeats over the "
                    + "other"))];
            if (Elements(joint.Select(e => (long)e)) > MostKnown)
                throw Fault($"makes more than {MostKnown} known numbers");
            Shape shape = rank == 0 ? [1] : Shape.Create(joint);
            Constant shaped = new(Name, new NumberArray(shape, ElementType.Float32, Array.Empty<byte>(), rank == 0), TensorType.Float);
            return (shaped, Places(u), Places(v));

            int[] Widened(Constant c) => [.. Enumerable.Repeat(1, rank - c.Extents.Length), .. c.Extents];

            int[] Places(int[] extents)
            {
                int[] places = [0];
                for (int axis = 0, inner = extents.Aggregate(1, (p, e) => p * e); axis < rank; axis++)
                {
                    inner /= extents[axis];
                    int step = extents[axis] == 1 ? 0 : inner;
                    places = [.. places.SelectMany(p => Enumerable.Range(0, joint[axis]).Select(i => p + (i * step)))];
                }

                return places;
            }
        }

        private static bool IsReal(Constant constant) => constant.IsQuantized || constant.Type.IsReal();

        private static double[] Numbers(Constant constant) => IsReal(constant)
            ? [.. constant.Floats().Select(v => (double)v)] : [.. constant.Array.ToIntegers().Select(v => (double)v)];

        private static bool[] Truths(Constant constant) => [.. constant.Array.ToIntegers().Select(v => v != 0)];

        private Item Truth(Constant shaped, bool[] truths) => new(null, Layout.Plain, shaped with
        {
            Name = Name,
            Type = TensorType.Bool,
            Array = shaped.Array with
            {
                Type = ElementType.UInt8,
                Bytes = (byte[])[.. truths.Select(t => t ? (byte)1 : (byte)0)]
            },
            Steps = default,
        });
    }
}
