using System.Runtime.InteropServices;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

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

        public Item Cast()
        {
            TensorType to = (TensorType)Integer("to", 0);
            Item item = Operand(0);
            if (item.Constant is not { } constant)
                return to == TensorType.Float ? item : throw Fault($"makes numbers of type {to.Text()}; FLOAT is run");
            if (to is TensorType.Int32 or TensorType.Int64)
                return new Item(null, Layout.Plain, WithIntegers(constant, Whole(constant, to)));
            return new Item(null, Layout.Plain, WithFloats(constant, [.. constant.Floats().Select(v => Rounded(v, to))]));
        }

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

        // To the nearest number of a narrower type, halves to even.
        private static float Rounded(float value, TensorType to)
        {
            if (to == TensorType.Float16)
                return (float)(Half)value;
            if (to != TensorType.BFloat16 || !float.IsFinite(value))
                return value;
            uint bits = BitConverter.SingleToUInt32Bits(value);
            return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
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

        // Two constants of one shape, or one of them a single number.
        private Item Folded(Constant a, Constant b, Func<double, double, double> real, Func<long, long, long> whole)
        {
            bool reals = IsReal(a) && IsReal(b);
            if (reals == false && (IsReal(a) || IsReal(b) || a.IsQuantized || b.IsQuantized))
                throw Fault($"joins constants of types {a.Type.Text()} and {b.Type.Text()}, which is not supported");
            (int u, int v) = ((int)a.Array.Shape.Count, (int)b.Array.Shape.Count);
            Constant shaped = u > v || (u == v && a.Extents.Length >= b.Extents.Length) ? a : b;
            if (u != v ? Math.Min(u, v) != 1 : !a.Extents.AsSpan().SequenceEqual(b.Extents.AsSpan()) && u > 1)
                throw Fault(
                    $"joins constants of {a.Array.Shape} and {b.Array.Shape}; equal shapes or a single number are supported");
            if (reals)
            {
                float[] x = a.Floats(), y = b.Floats();
                return new Item(null, Layout.Plain,
                    WithFloats(shaped, [.. Enumerable.Range(0, Math.Max(u, v)).Select(i => (float)real(x[i % u], y[i % v]))]));
            }

            long[] m = a.Array.ToIntegers(), n = b.Array.ToIntegers();
            long[] all = [.. Enumerable.Range(0, Math.Max(u, v)).Select(i => whole(m[i % u], n[i % v]))];
            return new Item(null, Layout.Plain, WithIntegers(shaped, all));

            static bool IsReal(Constant constant) => constant.IsQuantized || constant.Type.IsReal();
        }
    }
}
