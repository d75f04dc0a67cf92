namespace NpuSim.Workloads.Networks.Tflite;

/// <summary>Reads the options of operators in a flatbuffer.</summary>
internal static class FlatOptions
{
    private static readonly Dictionary<string, int> Kinds = new(StringComparer.Ordinal)
    {
        ["CONV_2D"] = 1,
        ["DEPTHWISE_CONV_2D"] = 2,
        ["AVERAGE_POOL_2D"] = 5,
        ["MAX_POOL_2D"] = 5,
        ["SVDF"] = 6,
        ["FULLY_CONNECTED"] = 8,
        ["SOFTMAX"] = 9,
        ["CONCATENATION"] = 10,
        ["ADD"] = 11,
        ["L2_NORMALIZATION"] = 12,
        ["RESIZE_BILINEAR"] = 15,
        ["SPACE_TO_DEPTH"] = 19,
        ["MUL"] = 21,
        ["GATHER"] = 23,
        ["SUB"] = 28,
        ["DIV"] = 29,
        ["MEAN"] = 27,
        ["SUM"] = 27,
        ["STRIDED_SLICE"] = 32,
        ["TRANSPOSE_CONV"] = 49,
        ["PACK"] = 59,
        ["UNPACK"] = 64,
        ["UNIDIRECTIONAL_SEQUENCE_LSTM"] = 71,
        ["RESIZE_NEAREST_NEIGHBOR"] = 74,
        ["LEAKY_RELU"] = 75,
        ["MIRROR_PAD"] = 77,
        ["DEPTH_TO_SPACE"] = 94,
        ["BATCH_MATMUL"] = 101,
        ["GELU"] = 116,
    };

    /// <summary>The options of an operator; those it does not name have the standards of the schema.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="kind">Number of the options in the union of all; 0: none.</param>
    /// <param name="table">The options.</param>
    /// <returns>Null where there are none that are read.</returns>
    /// <exception cref="FormatException">They are those of another operator.</exception>
    public static OperatorOptions? Read(string op, int kind, FlatTable? table) =>
        table is null || !Kinds.TryGetValue(op, out int own) ? null
        : kind == own ? Read(kind, table.Value)
            : throw new FormatException($"{op} has the options of another operator (number {kind}; {own} are its own)");

    private static OperatorOptions? Read(int kind, FlatTable o) => kind switch
    {
        1 => Window(o, 3) with { DilationWFactor = o.Int(4, 1), DilationHFactor = o.Int(5, 1) }, // Conv2DOptions
        2 => Window(o, 4) with // DepthwiseConv2DOptions
        {
            DepthMultiplier = o.Int(3),
            DilationWFactor = o.Int(5, 1),
            DilationHFactor = o.Int(6, 1),
        },
        5 => Window(o, 5) with { FilterWidth = o.Int(3), FilterHeight = o.Int(4) }, // Pool2DOptions
        6 => Fused(o, 1) with { Rank = o.Int(0) }, // SVDFOptions
        8 => Fused(o, 0) with { WeightsFormat = o.Byte(1), KeepNumDims = o.Bool(2) }, // FullyConnectedOptions
        9 => new(null, null, Beta: o.Float(0)), // SoftmaxOptions
        10 => Fused(o, 1) with { Axis = o.Int(0) }, // ConcatenationOptions
        11 or 12 or 21 or 28 or 29 => Fused(o, 0), // AddOptions, L2NormOptions, MulOptions, SubOptions, DivOptions
        15 => new(null, null, AlignCorners: o.Bool(2), HalfPixelCenters: o.Bool(3)), // ResizeBilinearOptions
        19 or 94 => new(null, null, BlockSize: o.Int(0)), // SpaceToDepthOptions, DepthToSpaceOptions
        23 => new(null, null, Axis: o.Int(0), BatchDims: o.Int(1)), // GatherOptions
        27 => new(null, null, KeepDims: o.Bool(0)), // ReducerOptions
        32 => new( // StridedSliceOptions
            null, null, BeginMask: o.Int(0), EndMask: o.Int(1), EllipsisMask: o.Int(2), NewAxisMask: o.Int(3),
            ShrinkAxisMask: o.Int(4), Offset: o.Bool(5)),
        49 => Window(o, 3), // TransposeConvOptions
        59 or 64 => new(null, null, Axis: o.Int(1)), // PackOptions, UnpackOptions
        71 => Fused(o, 0) with // UnidirectionalSequenceLSTMOptions
        {
            CellClip = o.Float(1),
            ProjClip = o.Float(2),
            TimeMajor = o.Bool(3),
            DiagonalRecurrentTensors = o.Bool(5),
        },
        74 => new(null, null, AlignCorners: o.Bool(0), HalfPixelCenters: o.Bool(1)), // ResizeNearestNeighborOptions
        75 => new(null, null, Alpha: o.Float(0)), // LeakyReluOptions
        77 => new(null, null, Mode: o.Byte(0)), // MirrorPadOptions
        101 => new(null, null, AdjX: o.Bool(0), AdjY: o.Bool(1)), // BatchMatMulOptions
        116 => new(null, null, Approximate: o.Bool(0)), // GeluOptions
        _ => null,
    };

    private static OperatorOptions Window(FlatTable o, int fused) =>
        Fused(o, fused) with { Padding = Schema.PaddingOf(o.Byte(0)), StrideW = o.Int(1), StrideH = o.Int(2) };

    private static OperatorOptions Fused(FlatTable o, int field) => new(Schema.ActivationOf(o.Byte(field)), null);
}
