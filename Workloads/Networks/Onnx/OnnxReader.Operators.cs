using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Networks.Onnx;

/// <content>What reads each operator of <see cref="OperatorTable"/>.</content>
internal sealed partial class OnnxReader
{
    private static readonly ImmutableDictionary<string, Func<Node, Item>> Operators = new Dictionary<string, Func<Node, Item>>
    {
        ["Add"] = node => node.Sum(),
        ["AveragePool"] = node => node.Pool(mean: true),
        ["And"] = node => node.Both(),
        ["ArgMax"] = node => node.IndexOfMost(largest: true),
        ["ArgMin"] = node => node.IndexOfMost(largest: false),
        ["BatchNormalization"] = node => node.Normalized(),
        ["Cast"] = node => node.Cast(),
        ["CastLike"] = node => node.CastLike(),
        ["Clip"] = node => node.Clipped(),
        ["Concat"] = node => node.Joined(),
        ["Constant"] = node => node.Given(),
        ["Conv"] = node => node.Convolution(),
        ["ConstantOfShape"] = node => node.Filled(),
        ["ConvInteger"] = node => node.IntegerConvolution(),
        ["ConvTranspose"] = node => node.TransposedConvolution(),
        ["CumSum"] = node => node.RunningSum(),
        ["DepthToSpace"] = node => node.DepthToSpace(),
        ["DequantizeLinear"] = node => node.Dequantized(),
        ["Div"] = node => node.Quotient(),
        ["Dropout"] = node => node.Kept(),
        ["DynamicQuantizeLinear"] = node => node.DynamicallyQuantized(),
        ["Einsum"] = node => node.SumOfProducts(),
        ["Equal"] = node => node.Compared(Comparison.Equal),
        ["Expand"] = node => node.Expanded(),
        ["Flatten"] = node => node.Flattened(),
        ["GRU"] = node => node.GatedUnit(),
        ["Gather"] = node => node.Gathered(),
        ["GatherElements"] = node => node.GatheredElements(),
        ["GatherND"] = node => node.GatheredParts(),
        ["Gelu"] = node => node.Gelu(),
        ["Gemm"] = node => node.Product(),
        ["GlobalAveragePool"] = node => node.Global(mean: true),
        ["GlobalMaxPool"] = node => node.Global(mean: false),
        ["Greater"] = node => node.Compared(Comparison.Less, turned: true),
        ["GreaterOrEqual"] = node => node.Compared(Comparison.LessOrEqual, turned: true),
        ["GroupNormalization"] = node => node.GroupNormalized(),
        ["Hardmax"] = node => node.OnlyLargest(),
        ["Identity"] = node => node.Same(),
        ["InstanceNormalization"] = node => node.InstanceNormalized(),
        ["LRN"] = node => node.LocallyNormalized(),
        ["LSTM"] = node => node.LongShortTerm(),
        ["LayerNormalization"] = node => node.LayerNormalized(),
        ["Less"] = node => node.Compared(Comparison.Less),
        ["LessOrEqual"] = node => node.Compared(Comparison.LessOrEqual),
        ["LogSoftmax"] = node => node.Probabilities(new LogSoftmax()),
        ["LpNormalization"] = node => node.OfLengthOne(),
        ["MatMul"] = node => node.MatrixProduct(),
        ["MatMulInteger"] = node => node.IntegerProduct(),
        ["Max"] = node => node.LargestOfAll(),
        ["MaxPool"] = node => node.Pool(mean: false),
        ["Mean"] = node => node.MeanOfAll(),
        ["Min"] = node => node.SmallestOfAll(),
        ["Mod"] = node => node.Remainder(),
        ["Mul"] = node => node.Multiplied(),
        ["Not"] = node => node.Opposite(),
        ["OneHot"] = node => node.OneHot(),
        ["Or"] = node => node.Either(),
        ["Pad"] = node => node.Padded(),
        ["PRelu"] = node => node.ParametricRectified(),
        ["Pow"] = node => node.Power(),
        ["QLinearConv"] = node => node.QuantizedConvolution(),
        ["QLinearMatMul"] = node => node.QuantizedProduct(),
        ["QuantizeLinear"] = node => node.Quantized(),
        ["RNN"] = node => node.SimpleRecurrent(),
        ["RMSNormalization"] = node => node.RootNormalized(),
        ["Range"] = node => node.Counted(),
        ["ReduceL1"] = node => node.Reduced(new Abs(), null),
        ["ReduceL2"] = node => node.Reduced(new Square(), new Sqrt()),
        ["ReduceLogSum"] = node => node.Reduced(null, new Log()),
        ["ReduceLogSumExp"] = node => node.LogSumExp(),
        ["ReduceMax"] = node => node.Largest(),
        ["ReduceMean"] = node => node.Mean(),
        ["ReduceMin"] = node => node.Smallest(),
        ["ReduceSum"] = node => node.Reduced(null, null),
        ["ReduceSumSquare"] = node => node.Reduced(new Square(), null),
        ["Relu"] = node => node.Mapped(new Relu()),
        ["Reshape"] = node => node.Reshaped(),
        ["Resize"] = node => node.Resized(),
        ["Scatter"] = node => node.ScatteredElements(),
        ["ScatterElements"] = node => node.ScatteredElements(),
        ["ScatterND"] = node => node.ScatteredParts(),
        ["Shape"] = node => node.Extents(),
        ["SimplifiedLayerNormalization"] = node => node.RootNormalized(),
        ["Size"] = node => node.Count(),
        ["Slice"] = node => node.Sliced(),
        ["Softmax"] = node => node.Probabilities(new Softmax()),
        ["SpaceToDepth"] = node => node.SpaceToDepth(),
        ["Split"] = node => node.Divided(),
        ["Squeeze"] = node => node.Squeezed(),
        ["Sub"] = node => node.Difference(),
        ["Sum"] = node => node.SumOfAll(),
        ["Tile"] = node => node.Tiled(),
        ["Transpose"] = node => node.Transposed(),
        ["Trilu"] = node => node.Triangle(),
        ["Unsqueeze"] = node => node.Unsqueezed(),
        ["Upsample"] = node => node.Upsampled(),
        ["Where"] = node => node.Chosen(),
        ["Xor"] = node => node.OnlyOne(),
        ["com.microsoft.BiasGelu"] = node => node.BiasedGelu(new Gelu()),
        ["com.microsoft.DequantizeLinear"] = node => node.Dequantized(),
        ["com.microsoft.DynamicQuantizeMatMul"] = node => node.DynamicProduct(),
        ["com.microsoft.FastGelu"] = node => node.BiasedGelu(new TanhGelu()),
        ["com.microsoft.FusedMatMul"] = node => node.FusedProduct(),
        ["com.microsoft.Gelu"] = node => node.Mapped(new Gelu()),
        ["com.microsoft.MatMulIntegerToFloat"] = node => node.IntegerProductAsReal(),
        ["com.microsoft.QGemm"] = node => node.QuantizedGemm(),
        ["com.microsoft.QLinearAdd"] = node => node.QuantizedPair(new Add()),
        ["com.microsoft.QLinearAveragePool"] = node => node.QuantizedPool(global: false),
        ["com.microsoft.QLinearConcat"] = node => node.QuantizedJoined(),
        ["com.microsoft.QLinearGlobalAveragePool"] = node => node.QuantizedPool(global: true),
        ["com.microsoft.QLinearLeakyRelu"] = node => node.QuantizedLeakyRelu(),
        ["com.microsoft.QLinearMul"] = node => node.QuantizedPair(new Mul()),
        ["com.microsoft.QLinearSigmoid"] = node => node.QuantizedFunction(new Sigmoid()),
        ["com.microsoft.QLinearSoftmax"] = node => node.QuantizedProbabilities(),
        ["com.microsoft.QuantizeLinear"] = node => node.Quantized(),
        ["com.microsoft.QuickGelu"] = node => node.QuickGelu(),
        ["com.microsoft.SkipLayerNormalization"] = node => node.SkipNormalized(centred: true),
        ["com.microsoft.SkipSimplifiedLayerNormalization"] = node => node.SkipNormalized(centred: false),
    }.ToImmutableDictionary().AddRange(UnaryFunctions.Operators.Select(o =>
        KeyValuePair.Create<string, Func<Node, Item>>(o.Name, node => node.Mapped(o))));

    /// <summary>Names of the operators that are read.</summary>
    public static IEnumerable<string> OperatorNames => Operators.Keys;

    private sealed partial class Node
    {
        public Item Given() => Known(OutputName);

        public Item Same() => Operand(0);

        public Item Kept() => !Has(2) || ConstantAt(2).Array.ToFloats() is [0]
            ? Operand(0) : throw Fault("is in training mode, which is not supported");

        public Item Mapped(FunctionOperator function) =>
            Mapped(function.Of([.. function.Attributes.Select(a => Real(a.Name, a.Default))]));

        public Item Mapped(Op op) => Mapped(op, Activation(0));

        private Item Mapped(Op op, Item x) => Made(op, x.Layout, x.Value!);
    }
}
