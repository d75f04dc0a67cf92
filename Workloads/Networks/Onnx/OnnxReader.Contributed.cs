using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>
/// Operators of the domain com.microsoft, which ONNX Runtime's quantiser and optimiser write (github.com/microsoft/onnxruntime,
/// docs/ContribOperators.md).
/// </content>
internal sealed partial class OnnxReader
{
    private sealed partial class Node
    {
        /// <summary>Two quantised tensors added or multiplied.</summary>
        public Item QuantizedPair(Op operation) => InSteps(
            Pair(operation, Stood(0, 1, 2), Stood(3, 4, 5), (_, _) => throw OfConstants(), (_, _) => throw OfConstants()), 6, 7);

        /// <summary>A pool of a quantised image.</summary>
        public Item QuantizedPool(bool global)
        {
            OperandScale(0, 1, 2);
            return InSteps(global ? Global(mean: true) : Pool(mean: true), 3, 4);
        }

        /// <summary>A function of each element of a quantised tensor.</summary>
        public Item QuantizedFunction(Op function)
        {
            OperandScale(0, 1, 2);
            return InSteps(Mapped(function), 3, 4);
        }

        /// <summary>A rectifier that lets a part of what is below 0 through, of a quantised tensor.</summary>
        public Item QuantizedLeakyRelu() => QuantizedFunction(new LeakyRelu(Real("alpha", 0.01f)));

        /// <summary>Probabilities of quantised numbers; an attribute says by which operator set.</summary>
        public Item QuantizedProbabilities()
        {
            OperandScale(0, 1, 2);
            return InSteps(Probabilities(new Softmax(), Integer("opset", 13)), 3, 4);
        }

        /// <summary>Quantised tensors one after another.</summary>
        public Item QuantizedJoined() => proto.Input.Count % 3 == 2
            ? InSteps(Joined([.. Enumerable.Range(0, (proto.Input.Count - 2) / 3)
                .Select(i => Stood(2 + (3 * i), 3 + (3 * i), 4 + (3 * i)))]), 0, 1)
            : throw Fault($"has {proto.Input.Count} inputs; a scale and a zero point, and three for each tensor, are read");

        /// <summary>A product of a quantised matrix and weights, quantised where the node gives a scale.</summary>
        public Item QuantizedGemm()
        {
            ValueScale x = OperandScale(0, 1, 2);
            Constant weight = Quantized(ConstantAt(3), 4, 5);
            bool transposed = Integer("transB", 0) != 0;
            if (Activation(0).Shape.Rank != 2 || weight.Array.Shape.Rank != 2)
                throw Fault($"multiplies {Activation(0).Shape} and {weight.Array.Shape}; two matrices are supported");
            int outputs = weight.Array.Shape[transposed ? 0 : 1];
            Constant? bias = Has(6) ? AccumulatorBias(6, x, weight) : null;
            if (bias is not null && bias.Array.Shape.Count != 1 && bias.Array.Shape.Count != outputs)
                throw Fault($"has a bias of {bias.Array.Shape}; {outputs} numbers, or one, are accepted");
            Item result = Dense(Plain(0), weight, transposed, bias);
            return Has(7) ? InSteps(result, 7, 8) : result with { Type = TensorType.Float };
        }

        /// <summary>A product of matrices, which may be turned before, times a number.</summary>
        public Item FusedProduct()
        {
            float alpha = Real("alpha", 1);
            Item product = MatrixProduct(Turned(0, "transA"), Turned(1, "transB"));
            return alpha == 1 ? product : Mapped(new Scale(alpha), product);
        }

        /// <summary>GELU of an operand and what may be added to it.</summary>
        public Item BiasedGelu(UnaryFunction gelu) => Mapped(gelu, Has(1) ? Sum() : Activation(0));

        /// <summary>x · σ(α · x).</summary>
        public Item QuickGelu() => Mapped(new Swish(Real("alpha", 1.702f)));

        /// <summary>Normalises the sum of two tensors, and of a vector if there is one; output 3 is that sum.</summary>
        /// <param name="centred">False to leave the mean in.</param>
        public Item SkipNormalized(bool centred)
        {
            Item sum = Sum();
            int vector = centred ? 4 : 3;
            if (Has(vector))
                sum = Pair(new Add(), sum, Operand(vector), (a, b) => a + b, (a, b) => a + b);
            Bind(3, sum with { Type = TensorType.Float });
            int rank = sum.Shape.Rank;
            return centred ? LayerNormalized(sum, rank - 1, 2, 3) : RootNormalized(sum, rank - 1, 2);
        }

        /// <summary>A product of integers of a run and weights, in real numbers.</summary>
        public Item IntegerProductAsReal()
        {
            Item x = Operand(0);
            if (x.IsDynamic)
                x = Whole(0, 4);
            else
                OperandScale(0, 2, 4);
            Item product = Dense(Plain(x), Matrix(1, 3, 5), transposed: false, Has(6) ? RealAt(6) : null);
            float step = x.IsDynamic ? Number(2) : 1;
            return (step == 1 ? product : throw Fault("has another scale than that of its integers, which is not supported"))
                with
            { Type = TensorType.Float };
        }

        /// <summary>A product of numbers, quantised by a scale that each run finds, and weights.</summary>
        public Item DynamicProduct() =>
            Dense(Plain(0), Matrix(1, 2, 3), transposed: false, Has(4) ? RealAt(4) : null);

        private Constant Matrix(int input, int scale, int zeroPoint) =>
            Quantized(ConstantAt(input), scale, zeroPoint) is { Array.Shape.Rank: 2 } matrix ? matrix
            : throw Fault($"has a constant of {ConstantAt(input).Array.Shape}; a matrix is supported");

        // What the integers of an operand stand for.
        private Item Stood(int input, int scale, int zeroPoint)
        {
            Item item = Operand(input);
            if (item.Constant is { } constant)
                return item with { Constant = Quantized(constant, scale, zeroPoint) };
            OperandScale(input, scale, zeroPoint);
            return item with { Type = TensorType.Float };
        }

        // The result in integers of the scale that the node gives it; without a zero point of the first operand's type.
        private Item InSteps(Item result, int scale, int zeroPoint)
        {
            TensorType standard = proto.Input.Select(i => items.GetValueOrDefault(i)).OfType<Item>()
                .First(i => i.Value is not null).Type;
            (ValueScale step, TensorType type) = ScaleAt(scale, zeroPoint, standard: standard);
            parts.Quantized(result.Value!, step);
            return Rectified(result, step) with { Type = type };
        }

        private InputException OfConstants() => Fault("is over constants alone, which is not supported");

        // An operand with its last two axes changed where an attribute says so.
        private Item Turned(int input, string attribute)
        {
            Item item = Operand(input);
            int rank = RankOf(item);
            if (Integer(attribute, 0) == 0)
                return item;
            if (rank < 2)
                throw Fault($"has {attribute} 1 for a tensor of {rank} axes");
            int[] order = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2];
            if (item.Constant is { } constant)
                return item with { Constant = Transposed(constant, order) };
            return rank > 2 || IsOneSample ? new Item(parts.Moved($"{Name} turned", new Transpose([.. order]), Plain(item)),
                Layout.Plain) : throw Mixed($"has {attribute} 1, which turns the batch; that is not supported");
        }
    }
}
