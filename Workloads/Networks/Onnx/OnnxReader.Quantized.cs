using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>Quantised operators: a pair of QuantizeLinear and DequantizeLinear says what the integers of a value stand for.</content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        public Item Quantized()
        {
            Item item = Activation(0);
            ValueScale scale = ScaleAt(1, 2);
            if (parts.Scales.TryGetValue(item.Value!.Name, out ValueScale? before) && (before.ZeroPoint != scale.ZeroPoint || before.Steps[0] != scale.Steps[0]))
                throw Fault("quantises once more by another scale, which is not supported");
            parts.Quantized(item.Value, scale);
            return item;
        }

        public Item Dequantized()
        {
            Item item = Operand(0);
            if (item.Constant is not null)
                return item with { Constant = Quantized(item.Constant, 1, 2) };
            ValueScale scale = ScaleAt(1, 2);
            return parts.Scales.TryGetValue(item.Value!.Name, out ValueScale? given) && given.ZeroPoint == scale.ZeroPoint && given.Steps[0] == scale.Steps[0]
                ? item
                : throw Fault("reads integers by another scale than they were made with, which is not supported");
        }

        public Item QuantizedConvolution()
        {
            Value x = Images(0);
            Item result = Convolution(x, Quantized(ConstantAt(3), 4, 5), Has(8) ? ConstantAt(8) : null);
            parts.Quantized(result.Value!, ScaleAt(6, 7));
            return result;
        }

        public Item QuantizedProduct()
        {
            Value x = Plain(0);
            Constant weight = Quantized(ConstantAt(3), 4, 5);
            if (weight.Array.Shape.Rank != 2)
                throw Fault($"has a constant of {weight.Array.Shape}; a matrix is supported");
            Item result = Dense(x, weight, transposed: false, null);
            parts.Quantized(result.Value!, ScaleAt(6, 7));
            return result;
        }

        // Scale of an activation; unsigned integers are kept less 128.
        private ValueScale ScaleAt(int scale, int zeroPoint)
        {
            Constant? zero = Has(zeroPoint) ? ConstantAt(zeroPoint) : null;
            ElementType type = zero?.Array.Type ?? ElementType.UInt8;
            if (type is not (ElementType.Int8 or ElementType.UInt8) || Number(scale) is not (> 0 and < float.PositiveInfinity and var step))
                throw Fault("quantises to other than INT8 or UINT8, or by a scale that is not above 0; these are supported");
            return new ValueScale([step], Constant.Signed(type, zero is null ? 0 : Whole(zeroPoint) is [var only] ? only : throw Fault("has several zero points")));
        }

        private Constant Quantized(Constant constant, int scale, int zeroPoint)
        {
            ImmutableArray<float> steps = [.. ConstantAt(scale).Floats()];
            ImmutableArray<int> zeros = Has(zeroPoint) ? [.. Whole(zeroPoint).Select(z => (int)z)] : [.. steps.Select(_ => 0)];
            long axis = Integer("axis", proto.OpType == "DequantizeLinear" ? 1 : proto.OpType == "QLinearConv" ? 0 : 1);
            axis = axis < 0 ? axis + constant.Array.Shape.Rank : axis;
            if (constant.Array.Type.IsFloat() || steps.Any(s => !(s > 0 && float.IsFinite(s))) || zeros.Length != steps.Length
                || (steps.Length > 1 && (axis < 0 || axis >= constant.Array.Shape.Rank || constant.Array.Shape[(int)axis] != steps.Length)))
            {
                throw Fault("has integers, scales and zero points that do not fit each other");
            }

            return constant with { Steps = steps, ZeroPoints = zeros, Axis = steps.Length > 1 ? (int)axis : 0 };
        }
    }
}
