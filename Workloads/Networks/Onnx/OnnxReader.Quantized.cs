using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Quantised operators: a pair of QuantizeLinear and DequantizeLinear says what the integers of a value stand
/// for.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        public Item Quantized()
        {
            Item item = Operand(0);
            if (item.Constant is { } constant)
                return new Item(null, Layout.Plain, Rounded(Real(constant, 0)));
            (ValueScale scale, TensorType type) = ScaleAt(1, 2);
            if (parts.Scales.TryGetValue(item.Value!.Name, out ValueScale? before) && !IsSame(before, scale))
                throw Fault($"quantises by {Text(scale)} what has {Text(before)}, which is not supported");
            parts.Quantized(item.Value, scale);
            return Rectified(item, scale) with { Type = type };
        }

        public Item Dequantized()
        {
            Item item = Operand(0);
            if (item.Constant is not null)
                return item with { Constant = Quantized(item.Constant, 1, 2) };
            if (item.IsDynamic)
                throw Fault("reads integers of a scale that a run finds, which is not supported");
            OperandScale(0, 1, 2);
            return item with { Type = TensorType.Float };
        }

        public Item QuantizedConvolution()
        {
            ValueScale x = OperandScale(0, 1, 2);
            Constant filters = Quantized(ConstantAt(3), 4, 5);
            return InSteps(Convolution(Activation(0), filters, Has(8) ? AccumulatorBias(8, x, filters) : null), 6, 7);
        }

        // A bias whose integers are those of the accumulator.
        private Constant AccumulatorBias(int input, ValueScale x, Constant weights) =>
            ConstantAt(input) is not { Type: TensorType.Int32, IsQuantized: false } bias
                ? throw Fault("has a bias that is no INT32")
            : bias with
            {
                Steps = [.. weights.Steps.Select(s => s * x.Steps[0])],
                ZeroPoints = [.. weights.Steps.Select(_ => 0)],
                Axis = bias.Array.Shape.Rank - 1,
            };

        public Item QuantizedProduct()
        {
            OperandScale(0, 1, 2);
            return InSteps(Dense(Plain(0), Matrix(3, 4, 5), transposed: false, null), 6, 7);
        }

        // The scale that the node gives an operand must be the one that its integers were made with.
        private ValueScale OperandScale(int input, int scale, int zeroPoint)
        {
            Item item = Activation(input);
            ValueScale said = ScaleAt(scale, zeroPoint, item.Type).Scale;
            if (proto.Input[input] == reader.InputName && item.Type is TensorType.Int8 or TensorType.UInt8
                && !parts.Scales.ContainsKey(item.Value!.Name))
            {
                // Integers come in: the samples are the numbers that they stand for.
                if (reader.readers[reader.InputName].Any(n => n.OpType is not ("DequantizeLinear" or "QGemm")
                    && !n.OpType.StartsWith("QLinear", StringComparison.Ordinal)))
                    throw Fault("gives a scale to integers that another node reads as they are, which is not supported");
                parts.Quantized(item.Value, said);
            }

            return item.Type == TensorType.Float || !parts.Scales.TryGetValue(item.Value!.Name, out ValueScale? made)
                ? throw Fault("reads a tensor that nothing quantised")
                : IsSame(made, said) ? said
                : throw Fault($"reads by {Text(said)} integers that were made by {Text(made)}, which is not supported");
        }

        // A quantiser whose least integer stands for 0 lets nothing below 0 through: exporters leave out rectifiers before it.
        private Item Rectified(Item item, ValueScale scale)
        {
            if (scale.ZeroPoint != -128 || IsPositive(item.Value!))
                return item;
            float greatest = 255 * scale.Steps[0];
            Value clamped = parts.Graph.Apply($"{item.Value!.Name} from 0", new Relu(greatest), item.Value);
            parts.Quantized(clamped, scale);
            parts.Scales.Remove(item.Value.Name);
            return new Item(clamped, item.Layout);
        }

        // True for what is never below 0, and for the network's input, which is what it is.
        private bool IsPositive(Value value)
        {
            if (value.Kind != ValueKind.Result)
                return true;
            Graphs.Node maker = parts.Graph.MakerOf(value)!;
            return maker.Op is Relu or Softmax or UnaryFunction { IsNonNegative: true }
                || (maker.Op is Reshape or Transpose or Slice or Broadcast or Graphs.Ops.Pool or Concat
                    && maker.Inputs.All(IsPositive));
        }

        // Scale of an activation; unsigned integers are kept less 128. Without a zero point the type is that of the operand, or
        // as stated, or the standard one.
        private (ValueScale Scale, TensorType Type) ScaleAt(int scale, int zeroPoint, TensorType? operand = null,
            TensorType standard = TensorType.UInt8)
        {
            Constant? zero = Has(zeroPoint) ? ConstantAt(zeroPoint) : null;
            bool makes = proto.OpType == "QuantizeLinear";
            TensorType stated = makes ? (TensorType)Integer("output_dtype", 0) : TensorType.Undefined;
            TensorType type = zero?.Type ?? (stated != TensorType.Undefined ? stated : operand ?? standard);
            if (makes && zero is not null && stated != TensorType.Undefined && stated != type)
                throw Fault($"has output_dtype {stated.Text()} and a zero point of type {type.Text()}");
            if (operand is { } read && read != TensorType.Float && type != read)
                throw Fault($"has a zero point of type {type.Text()} for integers of type {read.Text()}");
            if (type is not (TensorType.Int8 or TensorType.UInt8))
                throw Fault($"quantises to {type.Text()}; INT8 and UINT8 are supported");
            float[] steps = RealAt(scale).Floats();
            if (steps.Length != 1 || (zero is not null && zero.Array.Shape.Count != 1))
                throw Fault($"has {steps.Length} scales for a computed tensor; one is supported");
            if (steps[0] is not (> 0 and < float.PositiveInfinity and var step))
                throw Fault($"has the scale {steps[0]}; numbers above 0 are supported");
            return (new ValueScale([step], Constant.Signed(type, zero?.Array.ToIntegers()[0] ?? 0)), type);
        }

        // Integers of the file with their scales.
        private Constant Quantized(Constant constant, int scale, int zeroPoint)
        {
            if (constant.Type is not (TensorType.Int8 or TensorType.UInt8 or TensorType.Int4 or TensorType.UInt4 or TensorType.Int16 or TensorType.UInt16 or TensorType.Int32))
                throw Fault(
                    $"reads integers of type {constant.Type.Text()}; INT4, INT8, INT16, INT32, UINT4, UINT8 and UINT16 are "
                        + $"supported");
            (ImmutableArray<float> steps, int axis) = Steps(constant, scale);
            return constant with { Steps = steps, ZeroPoints = Zeros(zeroPoint, steps.Length, constant.Type), Axis = axis };
        }

        // Real numbers of the file made integers: rounded half to even, held within the type.
        private Constant Rounded(Constant constant)
        {
            (ImmutableArray<float> steps, int axis) = Steps(constant, 1);
            TensorType stated = (TensorType)Integer("output_dtype", 0);
            TensorType type = Has(2) ? ConstantAt(2).Type : stated == TensorType.Undefined ? TensorType.UInt8 : stated;
            if (type is not (TensorType.Int8 or TensorType.UInt8) || (stated != TensorType.Undefined && stated != type))
                throw Fault($"quantises to {type.Text()}; INT8 and UINT8 are supported");
            ImmutableArray<int> zeros = Zeros(2, steps.Length, type);
            Constant shaped = constant with { Steps = steps, ZeroPoints = zeros, Axis = axis };
            float[] values = constant.Floats();
            byte[] integers = new byte[values.Length];
            (int least, int greatest) = type == TensorType.Int8 ? (-128, 127) : (0, 255);
            for (int i = 0; i < values.Length; i++)
            {
                int channel = shaped.ChannelOf(i);
                integers[i] = (byte)(int)Math.Clamp(MathF.Round(values[i] / steps[channel], MidpointRounding.ToEven)
                    + zeros[channel], least, greatest);
            }

            ElementType stored = type == TensorType.Int8 ? ElementType.Int8 : ElementType.UInt8;
            return new Constant(constant.Name, constant.Array with { Type = stored, Bytes = integers }, type);
        }

        private (ImmutableArray<float> Steps, int Axis) Steps(Constant constant, int input)
        {
            Constant scales = RealAt(input);
            ImmutableArray<float> steps = [.. scales.Floats()];
            if (steps.Any(s => !(s > 0 && float.IsFinite(s))))
                throw Fault("has a scale that is not above 0");
            if (steps.Length == 1)
                return (steps, 0);
            Shape shape = constant.Array.Shape;
            bool isNode = rule.Find("axis", version) is not null;
            int axis = isNode ? Axis(Integer("axis", 1), shape.Rank)
                : op == "QLinearConv" || (op == "com.microsoft.QGemm" && Integer("transB", 0) != 0) ? 0 : shape.Rank - 1;
            if (scales.Extents.Length != 1 || shape[axis] != steps.Length
                || (!isNode && proto.OpType is "QuantizeLinear" or "DequantizeLinear"))
                throw Fault(
                    $"has scales of {scales.Array.Shape} along axis {axis} of {shape}; one, or one per index of the axis, is "
                        + $"supported");
            return (steps, axis);
        }

        private ImmutableArray<int> Zeros(int input, int count, TensorType type)
        {
            if (!Has(input))
                return [.. Enumerable.Repeat(0, count)];
            Constant zeros = ConstantAt(input);
            if (zeros.Type != type || zeros.IsQuantized)
                throw Fault($"has zero points of type {zeros.Type.Text()} for integers of type {type.Text()}");
            return zeros.Array.Shape.Count == count ? [.. zeros.Array.ToIntegers().Select(z => (int)z)]
                : throw Fault($"has {zeros.Array.Shape.Count} zero points for {count} scales");
        }

        private static bool IsSame(ValueScale a, ValueScale b) => a.ZeroPoint == b.ZeroPoint && a.Steps.SequenceEqual(b.Steps);

        private static string Text(ValueScale scale) => $"steps of {scale.Steps[0]} from {scale.ZeroPoint}";
    }
}
