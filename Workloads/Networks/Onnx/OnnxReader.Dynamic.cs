using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>
/// Integers whose scale each run finds (dynamic quantisation). Networks with them are run in floating point, where the rounding
/// of quantisers is left out: the integers are then what they stand for, in steps of 1 from 0.
/// </content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        /// <summary>Integers, their scale and their zero point.</summary>
        public Item DynamicallyQuantized()
        {
            Item x = Activation(0);
            if (x.Type != TensorType.Float || x.IsDynamic)
                throw Fault($"reads numbers of type {x.Type.Text()}; FLOAT is supported");
            if (proto.Output.Count != 3 || !reader.readers.Contains(proto.Output[1]))
                throw Fault("makes integers whose scale nothing reads, which is not supported");
            Bind(1, new Item(null, Layout.Plain,
                new Constant(proto.Output[1], new([1], ElementType.Float32, BitConverter.GetBytes(1f), true), TensorType.Float)));
            Bind(2, new Item(null, Layout.Plain,
                new Constant(proto.Output[2], new([1], ElementType.UInt8, new byte[1], true), TensorType.UInt8)));
            return x with { Type = TensorType.UInt8, IsDynamic = true };
        }

        /// <summary>A product of integers, each less its zero point.</summary>
        public Item IntegerProduct()
        {
            Item a = Whole(0, 2);
            Constant weight = Shifted(1, 3);
            if (weight.Array.Shape.Rank != 2)
                throw Fault($"has a constant of {weight.Array.Shape}; a matrix is supported");
            return Dense(Plain(a), weight, transposed: false, null) with { Type = TensorType.Int32, IsDynamic = a.IsDynamic };
        }

        /// <summary>A convolution of integers, each less its zero point.</summary>
        public Item IntegerConvolution()
        {
            Item x = Whole(0, 2);
            return Convolution(x, Shifted(1, 3), null) with { Type = TensorType.Int32, IsDynamic = x.IsDynamic };
        }

        // Integers of 8 bits less their zero point.
        private Item Whole(int input, int zeroPoint)
        {
            Item item = Activation(input);
            if (item.Type is not (TensorType.UInt8 or TensorType.Int8) || IsScaled(item))
                throw Fault($"has an input {input} of type {item.Type.Text()}; INT8 and UINT8 that no scale was given to are "
                    + $"supported");
            Constant? zero = Has(zeroPoint) ? ConstantAt(zeroPoint) : null;
            if (item.IsDynamic)
            {
                bool isTheirs = zero is not null && reader.graph.Node.Any(n =>
                    n is { OpType: "DynamicQuantizeLinear", Output.Count: 3 }
                    && n.Output[0] == proto.Input[input] && n.Output[2] == proto.Input[zeroPoint]);
                return isTheirs ? item : throw Fault("has another zero point than that of its integers, which is not supported");
            }

            if (zero is { Array.Shape.Count: not 1 })
                throw Fault($"has {zero.Array.Shape.Count} zero points for a computed tensor; one is supported");
            float shift = zero?.Floats()[0] ?? 0;
            return shift == 0 ? item : Plus(item, -shift);
        }

        // Integers of the file less their zero points, of which there may be one for each output.
        private Constant Shifted(int input, int zeroPoint)
        {
            Constant weight = ConstantAt(input);
            if (weight.IsQuantized || weight.Type is not (TensorType.UInt8 or TensorType.Int8))
                throw Fault($"has an input {input} of type {weight.Type.Text()}; INT8 and UINT8 are supported");
            if (!Has(zeroPoint))
                return WithFloats(weight, weight.Floats());
            float[] zeros = ConstantAt(zeroPoint).Floats(), values = weight.Floats();
            bool isProduct = op == "MatMulInteger";
            int outputs = weight.Array.Shape[isProduct ? weight.Array.Shape.Rank - 1 : 0];
            if (zeros.Length != 1 && zeros.Length != outputs)
                throw Fault($"has {zeros.Length} zero points for {outputs} outputs");
            int each = values.Length / outputs;
            return WithFloats(weight,
                [.. values.Select((v, i) => v - zeros[zeros.Length == 1 ? 0 : isProduct ? i % outputs : i / each])]);
        }

        // A number added to all.
        private Item Plus(Item item, double number) => Made(new Add(), item.Layout, item.Value!,
            parts.Graph.Apply($"{Name} number", new Fill([1], number))) with
        { Type = item.Type };
    }
}
