using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>What reads each operator of <see cref="OperatorTable"/>.</content>
internal sealed partial class OnnxReader
{
    private static readonly ImmutableDictionary<string, Func<Node, Item>> Operators = new Dictionary<string, Func<Node, Item>>
    {
        ["Abs"] = node => node.Mapped(CurveKind.Abs),
        ["Add"] = node => node.Sum(),
        ["AveragePool"] = node => node.Pool(mean: true),
        ["BatchNormalization"] = node => node.Normalized(),
        ["Cast"] = node => node.Cast(),
        ["Celu"] = node => node.Mapped(CurveKind.Celu, node.Alpha(1)),
        ["Clip"] = node => node.Clipped(),
        ["Concat"] = node => node.Joined(),
        ["Constant"] = node => node.Given(),
        ["Conv"] = node => node.Convolution(),
        ["ConvTranspose"] = node => node.TransposedConvolution(),
        ["DequantizeLinear"] = node => node.Dequantized(),
        ["Div"] = node => node.Quotient(),
        ["Dropout"] = node => node.Kept(),
        ["Elu"] = node => node.Mapped(CurveKind.Elu, node.Alpha(1)),
        ["Erf"] = node => node.Mapped(CurveKind.Erf),
        ["Exp"] = node => node.Mapped(CurveKind.Exp),
        ["Expand"] = node => node.Expanded(),
        ["Flatten"] = node => node.Flattened(),
        ["Gather"] = node => node.Gathered(),
        ["Gelu"] = node => node.Gelu(),
        ["Gemm"] = node => node.Product(),
        ["GlobalAveragePool"] = node => node.Global(mean: true),
        ["GlobalMaxPool"] = node => node.Global(mean: false),
        ["HardSigmoid"] = node => node.Mapped(CurveKind.HardSigmoid, node.Alpha(0.2f), node.Beta(0.5f)),
        ["HardSwish"] = node => node.Mapped(CurveKind.HardSwish),
        ["Identity"] = node => node.Same(),
        ["LayerNormalization"] = node => node.LayerNormalized(),
        ["LeakyRelu"] = node => node.Mapped(CurveKind.LeakyRelu, node.Alpha(0.01f)),
        ["Log"] = node => node.Mapped(CurveKind.Log),
        ["LogSoftmax"] = node => node.Probabilities(new LogSoftmax()),
        ["MatMul"] = node => node.MatrixProduct(),
        ["MaxPool"] = node => node.Pool(mean: false),
        ["Mish"] = node => node.Mapped(CurveKind.Mish),
        ["Mul"] = node => node.Multiplied(),
        ["Neg"] = node => node.Mapped(CurveKind.Scale, -1),
        ["Pad"] = node => node.Padded(),
        ["PRelu"] = node => node.ParametricRectified(),
        ["Pow"] = node => node.Power(),
        ["QLinearConv"] = node => node.QuantizedConvolution(),
        ["QLinearMatMul"] = node => node.QuantizedProduct(),
        ["QuantizeLinear"] = node => node.Quantized(),
        ["Reciprocal"] = node => node.Mapped(CurveKind.Reciprocal),
        ["ReduceL1"] = node => node.Reduced(CurveKind.Abs, null),
        ["ReduceL2"] = node => node.Reduced(CurveKind.Square, CurveKind.Sqrt),
        ["ReduceLogSum"] = node => node.Reduced(null, CurveKind.Log),
        ["ReduceMax"] = node => node.Largest(),
        ["ReduceMean"] = node => node.Mean(),
        ["ReduceSum"] = node => node.Reduced(null, null),
        ["ReduceSumSquare"] = node => node.Reduced(CurveKind.Square, null),
        ["Relu"] = node => node.Mapped(new Relu()),
        ["Reshape"] = node => node.Reshaped(),
        ["Selu"] = node => node.Mapped(CurveKind.Elu, node.Alpha(1.67326319217681884765625f), node.Gamma(1.05070102214813232421875f)),
        ["Shape"] = node => node.Extents(),
        ["Sigmoid"] = node => node.Mapped(CurveKind.Sigmoid),
        ["Slice"] = node => node.Sliced(),
        ["Softmax"] = node => node.Probabilities(new Softmax()),
        ["Softplus"] = node => node.Mapped(CurveKind.Softplus),
        ["Softsign"] = node => node.Mapped(CurveKind.Softsign),
        ["Split"] = node => node.Divided(),
        ["Sqrt"] = node => node.Mapped(CurveKind.Sqrt),
        ["Squeeze"] = node => node.Squeezed(),
        ["Sub"] = node => node.Difference(),
        ["Tanh"] = node => node.Mapped(CurveKind.Tanh),
        ["ThresholdedRelu"] = node => node.Mapped(CurveKind.ThresholdedRelu, node.Alpha(1)),
        ["Transpose"] = node => node.Transposed(),
        ["Unsqueeze"] = node => node.Unsqueezed(),
    }.ToImmutableDictionary();

    /// <summary>Names of the operators that are read.</summary>
    public static IEnumerable<string> OperatorNames => Operators.Keys;

    private sealed partial class Node
    {
        public Item Given() => Known(OutputName);

        public Item Same() => Operand(0);

        public Item Kept() => !Has(2) || ConstantAt(2).Array.ToFloats() is [0]
            ? Operand(0) : throw Fault("is in training mode, which is not supported");

        public float Alpha(float standard) => Real("alpha", standard);

        public float Beta(float standard) => Real("beta", standard);

        public float Gamma(float standard) => Real("gamma", standard);

        public Item Mapped(CurveKind kind, double alpha = 1, double beta = 1) => Mapped(new Curve(kind, alpha, beta));

        public Item Mapped(Op op) => Mapped(op, Activation(0));

        private Item Mapped(Op op, Item x) => Made(op, x.Layout, x.Value!);
    }
}
