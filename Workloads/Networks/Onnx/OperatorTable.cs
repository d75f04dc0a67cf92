using System.Collections.Immutable;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks.Onnx.Proto;
using static NpuSim.Workloads.Networks.Onnx.AttributeKind;
using static NpuSim.Workloads.Networks.Onnx.AttributeRule;

namespace NpuSim.Workloads.Networks.Onnx;

/// <summary>
/// The operators that are read, those of ONNX's default domain and of <see cref="Contributed"/>: by operator set the number of
/// inputs and the attributes with the values that are supported (github.com/onnx/onnx, docs/Changelog.md;
/// github.com/microsoft/onnxruntime, docs/ContribOperators.md). Whatever is not here is refused by name; docs/networks.md shows
/// this table.
/// </summary>
internal static class OperatorTable
{
    /// <summary>The newest operator set that is read.</summary>
    public const int Newest = 26;

    /// <summary>The newest version of the file format that is read.</summary>
    public const int NewestIr = 13;

    /// <summary>The domain of operators that ONNX Runtime adds, which has one operator set.</summary>
    public const string Contributed = "com.microsoft";

    private const int Last = int.MaxValue;

    private static readonly AttributeRule Consumed = Idle("consumed_inputs", Ints).Until(5);

    private static readonly AttributeRule[] Windows =
    [
        Wholes("kernel_shape"), Wholes("strides"), Wholes("pads"),
            Word("auto_pad", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"),
    ];

    private const string PlacesName = "coordinate_transformation_mode";

    private static readonly AttributeRule
        Places = Word(PlacesName, "half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel").Until(18),
        SymmetricPlaces = Word(PlacesName, "half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel",
            "half_pixel_symmetric").Since(19);

    private static readonly AttributeRule[] Convolutions = [.. Windows, Wholes("dilations"), Whole("group")];

    private static readonly AttributeRule[] Recurrent =
    [
        Whole("hidden_size"), Word("direction", "forward", "reverse", "bidirectional"), new("activations", Strings), Real("clip"),
            Whole("layout", 0, 1).Since(14),
    ];

    private static readonly AttributeRule[] Scales =
    [
        Whole("axis").Since(13), Whole("saturate", 1).Since(19), Whole("block_size", 0).Since(21),
            Whole("precision", 0, 1).Since(23),
    ];

    private static readonly ImmutableArray<OperatorRule> Others =
    [
        .. Arithmetic("Add"),
        new("And", 7, Last, 2, 2, []),
        Rule("ArgMax", 1, [Whole("axis"), Whole("keepdims", 0, 1), Whole("select_last_index", 0, 1).Since(12)]),
        Rule("ArgMin", 1, [Whole("axis"), Whole("keepdims", 0, 1), Whole("select_last_index", 0, 1).Since(12)]),
        Rule("AveragePool", 1, [.. Windows, Whole("count_include_pad", 0, 1).Since(7), Whole("ceil_mode", 0, 1).Since(10),
            Wholes("dilations").Since(19)]),
        new("BatchNormalization", 1, 6, 5, 5,
            [Real("epsilon"), Idle("momentum", Float), Whole("is_test", 1), Whole("spatial", 1), Consumed]),
        new("BatchNormalization", 7, Last, 5, 5,
            [Real("epsilon"), Idle("momentum", Float), Whole("spatial", 1).Until(8), Whole("training_mode", 0).Since(14)]),
        new("Cast", 6, Last, 1, 1, [Whole("to", 1, 2, 3, 6, 7, 9, 10, 11, 16), Idle("saturate", Int).Since(19),
            Idle("round_mode", AttributeKind.String).Since(24)]),
        new("CastLike", 15, Last, 2, 2, [Idle("saturate", Int).Since(19), Idle("round_mode", AttributeKind.String).Since(24)]),
        new("Clip", 1, 10, 1, 1, [new("min", Float), new("max", Float), Consumed]),
        new("Clip", 11, Last, 1, 3, []),
        new("Concat", 1, Last, 1, Last, [Whole("axis")]),
        new("Constant", 1, Last, 0, 0,
            [
                new("value", Tensor), new AttributeRule("value_float", Float).Since(12),
                    new AttributeRule("value_floats", Floats).Since(12),
                Whole("value_int").Since(12), Wholes("value_ints").Since(12),
            ]),
        new("Conv", 1, Last, 2, 3, [.. Convolutions]),
        new("ConstantOfShape", 9, Last, 1, 1, [new("value", Tensor)]),
        new("ConvInteger", 10, Last, 2, 4, [.. Convolutions]),
        new("ConvTranspose", 1, Last, 2, 3, [.. Convolutions, Wholes("output_padding"), Wholes("output_shape")]),
        new("CumSum", 11, Last, 2, 2, [Whole("exclusive", 0, 1), Whole("reverse", 0, 1)]),
        new("DepthToSpace", 1, Last, 1, 1, [Whole("blocksize"), Word("mode", "DCR", "CRD").Since(11)]),
        new("DequantizeLinear", 10, Last, 2, 3,
            [.. Scales.Where(a => a.Name is not ("saturate" or "precision")), Whole("output_dtype", 0, 1).Since(23)]),
        .. Arithmetic("Div"),
        new("Dropout", 1, 6, 1, 1, [Whole("is_test", 1), Idle("ratio", Float), Consumed]),
        new("Dropout", 7, 11, 1, 1, [Idle("ratio", Float)]),
        new("Dropout", 12, Last, 1, 3, [Idle("seed", Int)]),
        new("DynamicQuantizeLinear", 11, Last, 1, 1, []),
        new("Einsum", 12, Last, 1, 2, [new("equation", AttributeKind.String)]),
        new("Equal", 7, Last, 2, 2, []),
        new("Expand", 8, Last, 2, 2, []),
        Rule("Flatten", 1, [Whole("axis")]),
        new("GRU", 7, Last, 3, 6, [.. Recurrent, Whole("linear_before_reset", 0, 1)]),
        new("Gather", 1, Last, 2, 2, [Whole("axis")]),
        new("GatherElements", 11, Last, 2, 2, [Whole("axis")]),
        new("GatherND", 11, Last, 2, 2, [Whole("batch_dims", 0).Since(12)]),
        Rule("Gelu", 1, [Word("approximate", "none", "tanh")]), // of operator set 20; exporters wrote it before
        new("Gemm", 1, 6, 3, 3, [Real("alpha"), Real("beta"), Whole("transA", 0, 1), Whole("transB", 0, 1),
            Whole("broadcast", 0, 1)]),
        new("Gemm", 7, 10, 3, 3, [Real("alpha"), Real("beta"), Whole("transA", 0, 1), Whole("transB", 0, 1)]),
        new("Gemm", 11, Last, 2, 3, [Real("alpha"), Real("beta"), Whole("transA", 0, 1), Whole("transB", 0, 1)]),
        Rule("GlobalAveragePool", 1, []),
        Rule("GlobalMaxPool", 1, []),
        new("Greater", 7, Last, 2, 2, []),
        new("GreaterOrEqual", 12, Last, 2, 2, []),
        new("GroupNormalization", 18, Last, 3, 3, [Real("epsilon"), Whole("num_groups"), Whole("stash_type", 1).Since(21)]),
        Rule("Hardmax", 1, [Whole("axis")]),
        Rule("Identity", 1, []),
        new("InstanceNormalization", 1, Last, 3, 3, [Real("epsilon"), Consumed]),
        Rule("LRN", 1, [Real("alpha"), Real("beta"), Real("bias"), Whole("size")]),
        new("LSTM", 7, Last, 3, 8, [.. Recurrent, Whole("input_forget", 0)]),
        new("LayerNormalization", 1, Last, 2, 3, [Whole("axis"), Real("epsilon"), Whole("stash_type", 1)]),
        new("Less", 7, Last, 2, 2, []),
        new("LessOrEqual", 12, Last, 2, 2, []),
        Rule("LogSoftmax", 1, [Whole("axis")]),
        Rule("LpNormalization", 1, [Whole("axis"), Whole("p", 1, 2)]),
        new("MatMul", 1, Last, 2, 2, []),
        new("MatMulInteger", 10, Last, 2, 4, []),
        new("Max", 8, Last, 1, Last, []),
        Rule("MaxPool", 1, [.. Windows, Whole("storage_order", 0, 1).Since(8), Whole("ceil_mode", 0, 1).Since(10),
            Wholes("dilations").Since(10)]),
        new("Mean", 8, Last, 1, Last, []),
        new("Min", 8, Last, 1, Last, []),
        new("Mod", 10, Last, 2, 2, [Whole("fmod", 0, 1)]),
        .. Arithmetic("Mul"),
        Rule("Not", 1, []),
        new("OneHot", 9, Last, 3, 3, [Whole("axis")]),
        new("Or", 7, Last, 2, 2, []),
        new("Pad", 2, 10, 1, 1, [Word("mode", "constant", "edge", "reflect"), Real("value"), Wholes("pads")]),
        new("Pad", 11, Last, 2, 4, [Word("mode", "constant", "edge", "reflect")]),
        new("PRelu", 1, Last, 2, 2, [Consumed]),
        new("Pow", 7, Last, 2, 2, []),
        new("QLinearConv", 10, Last, 8, 9, [.. Convolutions]),
        new("QLinearMatMul", 10, Last, 8, 8, []),
        new("QuantizeLinear", 10, Last, 2, 3, [.. Scales, Whole("output_dtype", 0, 2, 3).Since(21)]),
        new("RNN", 7, Last, 3, 6, [.. Recurrent]),
        new("RMSNormalization", 23, Last, 2, 2, [Whole("axis"), Real("epsilon"), Whole("stash_type", 1)]),
        new("Range", 11, Last, 3, 3, []),
        .. Reduction("ReduceL1", 18),
        .. Reduction("ReduceL2", 18),
        .. Reduction("ReduceLogSum", 18),
        .. Reduction("ReduceLogSumExp", 18),
        .. Reduction("ReduceMax", 18),
        .. Reduction("ReduceMean", 18),
        .. Reduction("ReduceMin", 18),
        .. Reduction("ReduceSum", 13),
        .. Reduction("ReduceSumSquare", 18),
        Rule("Relu", 1, [Consumed]),
        new("Reshape", 1, 4, 1, 1, [Wholes("shape"), Consumed]),
        new("Reshape", 5, Last, 2, 2, [Whole("allowzero", 0, 1).Since(14)]),
        new("Resize", 10, 10, 2, 2, [Word("mode", "nearest", "linear")]),
        new("Resize", 11, Last, 1, 4,
            [
                Word("mode", "nearest", "linear", "cubic"),
                Word("nearest_mode", "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
                Places, SymmetricPlaces,
                Wholes("axes").Since(18), Whole("antialias", 0, 1).Since(18),
                Word("keep_aspect_ratio_policy", "stretch").Since(18),
                Real("cubic_coeff_a"), Whole("exclude_outside", 0, 1), Idle("extrapolation_value", Float),
            ]),
        new("Scatter", 9, 10, 3, 3, [Whole("axis")]),
        new("ScatterElements", 11, Last, 3, 3, [Whole("axis"), Word("reduction", "none").Since(16)]),
        new("ScatterND", 11, Last, 3, 3, [Word("reduction", "none").Since(16)]),
        Rule("Shape", 1, [Whole("start").Since(15), Whole("end").Since(15)]),
        new("SimplifiedLayerNormalization", 1, Last, 2, 2, // of ONNX Runtime, in no domain of its own
            [Whole("axis"), Real("epsilon"), Whole("stash_type", 1)]),
        Rule("Size", 1, []),
        new("Slice", 1, 9, 1, 1, [Wholes("starts"), Wholes("ends"), Wholes("axes")]),
        new("Slice", 10, Last, 3, 5, []),
        Rule("Softmax", 1, [Whole("axis")]),
        Rule("SpaceToDepth", 1, [Whole("blocksize")]),
        new("Split", 2, 12, 1, 1, [Whole("axis"), Wholes("split")]),
        new("Split", 13, Last, 1, 2, [Whole("axis"), Whole("num_outputs").Since(18)]),
        new("Squeeze", 1, 12, 1, 1, [Wholes("axes")]),
        new("Squeeze", 13, Last, 1, 2, []),
        .. Arithmetic("Sub"),
        new("Sum", 8, Last, 1, Last, []),
        new("Tile", 6, Last, 2, 2, []),
        Rule("Transpose", 1, [Wholes("perm")]),
        new("Trilu", 14, Last, 1, 2, [Whole("upper", 0, 1)]),
        new("Unsqueeze", 1, 12, 1, 1, [Wholes("axes")]),
        new("Unsqueeze", 13, Last, 2, 2, []),
        new("Upsample", 7, 8, 1, 1, [Word("mode", "nearest", "linear"), new AttributeRule("scales", Floats)]),
        new("Upsample", 9, 9, 2, 2, [Word("mode", "nearest", "linear")]),
        new("Where", 9, Last, 3, 3, []),
        new("Xor", 7, Last, 2, 2, []),
        Ours("BiasGelu", 2, 2),
        Ours("DequantizeLinear", 2, 3, Whole("axis")),
        Ours("DynamicQuantizeMatMul", 3, 5),
        Ours("FastGelu", 1, 2),
        Ours("FusedMatMul", 2, 2, Real("alpha"), Whole("transA", 0, 1), Whole("transB", 0, 1), Whole("transBatchA", 0),
            Whole("transBatchB", 0)),
        Ours("Gelu", 1, 1),
        Ours("MatMulIntegerToFloat", 4, 7),
        Ours("QGemm", 6, 9, Real("alpha", 1), Whole("transA", 0), Whole("transB", 0, 1)),
        Ours("QLinearAdd", 7, 8),
        Ours("QLinearAveragePool", 4, 5, [.. Windows, Whole("count_include_pad", 0, 1), Whole("ceil_mode", 0, 1),
            Whole("channels_last", 0)]),
        Ours("QLinearConcat", 5, Last, Whole("axis")),
        Ours("QLinearGlobalAveragePool", 5, 5, Whole("channels_last", 0)),
        Ours("QLinearLeakyRelu", 4, 5, Real("alpha")),
        Ours("QLinearMul", 7, 8),
        Ours("QLinearSigmoid", 4, 5),
        Ours("QLinearSoftmax", 5, 5, Whole("axis"), Whole("opset")),
        Ours("QuantizeLinear", 2, 3, Whole("axis")),
        Ours("QuickGelu", 1, 1, Real("alpha")),
        Ours("SkipLayerNormalization", 3, 5, Real("epsilon")),
        Ours("SkipSimplifiedLayerNormalization", 3, 4, Real("epsilon")),
    ];

    /// <summary>All rules, by operator and operator set.</summary>
    public static ImmutableArray<OperatorRule> Rules { get; } =
        [.. Others.Concat(UnaryFunctions.Operators.Select(Function)).OrderBy(r => r.Name, StringComparer.Ordinal)
            .ThenBy(r => r.From)];

    private static readonly ILookup<string, OperatorRule> ByName = Rules.ToLookup(r => r.Name, StringComparer.Ordinal);

    /// <summary>The rule for a node where the default domain has some operator set, or null.</summary>
    public static OperatorRule? Find(NodeProto node, long version) => ByName[NameOf(node)]
        .FirstOrDefault(r => VersionOf(node, version) is var own && own >= r.From && own <= r.To);

    /// <summary>A node's operator as in the table: in the default domain by its name, in others with the domain before it.</summary>
    public static string NameOf(NodeProto node) => IsDefault(node.Domain) ? node.OpType : $"{node.Domain}.{node.OpType}";

    /// <summary>The operator set of a node where the default domain has this one.</summary>
    public static long VersionOf(NodeProto node, long version) => IsDefault(node.Domain) ? version : 1;

    /// <summary>True for a name of ONNX's own domain.</summary>
    public static bool IsDefault(string domain) => domain is "" or "ai.onnx";

    /// <summary>True where an output of a node is read.</summary>
    public static bool HasOutput(NodeProto node, int output) => output == 0 || NameOf(node) switch
    {
        "Split" or "DynamicQuantizeLinear" or "LSTM" or "GRU" or "RNN" => true,
        "com.microsoft.SkipLayerNormalization" or "com.microsoft.SkipSimplifiedLayerNormalization" => output == 3,
        _ => false,
    };

    /// <summary>True where some operator set has the operator.</summary>
    public static bool Has(string name) => ByName.Contains(name);

    // One input.
    private static OperatorRule Rule(string name, int inputs, ImmutableArray<AttributeRule> attributes, int from = 1) =>
        new(name, from, Last, inputs, inputs, attributes);

    private static OperatorRule Ours(string name, int least, int most, params ImmutableArray<AttributeRule> attributes) =>
        new($"{Contributed}.{name}", 1, 1, least, most, attributes);

    private static OperatorRule Function(FunctionOperator function) => Rule(
        function.Name, 1,
        [.. function.Attributes.Select(a => Real(a.Name)), .. function.Consumes
            ? [Consumed] : ImmutableArray<AttributeRule>.Empty], function.Since);

    private static OperatorRule[] Arithmetic(string name) =>
        [new(name, 1, 6, 2, 2, [Whole("axis"), Whole("broadcast", 0, 1), Consumed]), new(name, 7, Last, 2, 2, [])];

    // Axes are an attribute, then an input.
    private static OperatorRule[] Reduction(string name, int axesInput) =>
    [
        new(name, 1, axesInput - 1, 1, 1, [Wholes("axes"), Whole("keepdims", 0, 1)]),
        new(name, axesInput, Last, 1, 2, [Whole("keepdims", 0, 1), Whole("noop_with_empty_axes", 0, 1)]),
    ];
}
