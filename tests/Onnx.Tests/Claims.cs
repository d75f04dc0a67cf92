using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks.Onnx;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>Models of every operator with every attribute that NpuSim claims to read.</summary>
internal static partial class Claims
{
    private const int Last = OperatorTable.Newest;

    private static readonly int[] Images = [1, 4, 7, 6], Line = [1, 4, 9], Rows = [1, 6], Sequence = [1, 3, 6];

    /// <summary>All of them.</summary>
    public static IEnumerable<Claim> All() =>
        [.. Functions(), .. Arithmetic(), .. Convolutions(), .. Pools(), .. Layers(), .. Shapes(), .. Reductions(), .. Parts(),
            .. Constants(), .. Several(), .. Blocks(), .. OneSample(), .. Logic(), .. Ends(), .. Contributed(), .. Resizing(),
            .. KnownBefore(), .. Recurrent(), .. Indices(), .. Products()];

    private static IEnumerable<Claim> Functions()
    {
        foreach (UnaryFunction function in UnaryFunctions.All)
        {
            foreach (FunctionOperator op in function.Operators)
            {
                int from = op.Consumes ? 6 : op.Since;
                yield return One(op.Name, from, Images, positive: !function.HasTable);
                foreach ((string name, _) in op.Attributes)
                    yield return One(op.Name, from, Sequence, positive: !function.HasTable, attributes: [(name, 0.3f)]);
            }
        }

        yield return One("Relu", 6, Images);
        yield return One("Identity", 1, Images, then: "Relu");
        yield return One("HardSigmoid", 6, Images, attributes: [("alpha", 0.3f), ("beta", 0.1f)]);
        yield return One("Selu", 6, Images, attributes: [("gamma", 1.5f)]);
        yield return One("Gelu", 20, Images);
        yield return One("Gelu", 20, Images, attributes: [("approximate", "none")]);
        yield return One("Gelu", 20, Images, attributes: [("approximate", "tanh")]);
        yield return One("Clip", 6, Images, to: 10, attributes: [("min", 0f), ("max", 0.5f)]);
        yield return One("Clip", 6, Images, to: 10, attributes: [("min", -0.5f)]);
        yield return new("Clip", 11, Last, Images, m => m.Floats("lo", [], 0).Floats("hi", [], 0.7f)
            .Node("Clip", "x lo hi", "y"));
        yield return new("Clip", 11, Last, Images, m => m.Floats("lo", [], -0.3f).Floats("hi", [], 0.7f)
            .Node("Clip", "x lo hi", "y"));
        yield return new("Clip", 11, Last, Images, m => m.Floats("hi", [], -0.3f).Node("Clip", "x - hi", "y"));
        yield return new("PRelu", 7, Last, Images, m => Random(m, "s", 4, 1, 1).Node("PRelu", "x s", "y"));
        yield return new("PRelu", 7, Last, Rows, m => Random(m, "s", 6).Node("PRelu", "x s", "y"));
        foreach (float power in new[] { 1, 2, 3, 0.5f, -1 })
            yield return new("Pow", 7, Last, Rows, m => m.Floats("p", [], power).Node("Pow", "x p", "y"), Positive: true);
    }

    private static IEnumerable<Claim> Arithmetic()
    {
        foreach (string op in new[] { "Add", "Sub", "Mul", "Div" })
        {
            yield return new(op, 7, Last, Images, m => Random(m, "c", 4, 1, 1).Node(op, "x c", "y"));
            yield return new(op, 7, Last, Images, m => Random(m, "c", 6).Node(op, "x c", "y"));
            yield return new(op, 7, Last, Images, m => Random(m, "c", 1, 4, 7, 6).Node(op, "c x", "y"), Positive: true);
            yield return new(op, 7, Last, Sequence, m => Random(m, "c", 1, 3, 1).Node(op, "c x", "y"), Positive: true);
            yield return new(op, 7, Last, [1, 3, 1], m => Random(m, "c", 1, 6).Node(op, "x c", "y"));
            yield return new(op, 7, Last, [1, 4, 7, 1], m => m.Node("Exp", "x", "e").Node("GlobalMaxPool", "e", "g")
                .Node(op, "e g", "y"));
            yield return new(op, 7, Last, [1, 3, 1], m => m.Node("Transpose", "x", "t", ("perm", new[] { 0, 2, 1 }))
                .Node("Exp", "t", "e").Node(op, "x e", "y"));
            yield return new(op, 7, Last, Line, m => Random(Random(m, "w", 5, 4, 1), "c", 5, 1).Node("Conv", "x w", "t")
                .Node(op, "t c", "y"));
            yield return new(op, 1, 6, Images, m => Random(m, "c", 4).Node(op, "x c", "y", ("broadcast", 1), ("axis", 1)));
            yield return new(op, 1, 6, Images, m => Random(m, "c", 6).Node(op, "x c", "y", ("broadcast", 1)));
            yield return new(op, 1, 6, Rows, m => Random(m, "c", 1, 6).Node(op, "x c", "y", ("broadcast", 0)));
        }
    }

    private static IEnumerable<Claim> Convolutions()
    {
        foreach ((string Name, object Value)[] attributes in Windows([2, 3]))
        {
            yield return new("Conv", 1, Last, Images, m => Random(Random(m, "w", 5, 4, 2, 3), "b", 5)
                .Node("Conv", "x w b", "y", attributes));
            yield return new("ConvTranspose", 1, Last, Images, m => Random(Random(m, "w", 4, 5, 2, 3), "b", 5)
                .Node("ConvTranspose", "x w b", "y", attributes));
        }

        foreach (int group in new[] { 2, 4 })
        {
            yield return new("Conv", 1, Last, Images, m => Random(m, "w", 8, 4 / group, 3, 3)
                .Node("Conv", "x w", "y", ("group", group), ("strides", new[] { 2, 2 })));
            yield return new("ConvTranspose", 1, Last, Images, m => Random(m, "w", 4, 3, 3, 3)
                .Node("ConvTranspose", "x w", "y", ("group", group), ("strides", new[] { 2, 3 })));
        }

        yield return new("Conv", 1, Last, Images, m => Random(m, "w", 5, 4, 2, 2)
            .Node("Conv", "x w", "y", ("dilations", new[] { 2, 3 }), ("auto_pad", "SAME_LOWER")));
        yield return new("Conv", 1, Last, Line, m => Random(m, "w", 5, 4, 3)
            .Node("Conv", "x w", "y", ("pads", new[] { 2, 0 }), ("strides", new[] { 2 }), ("dilations", new[] { 2 })));
        yield return new("ConvTranspose", 1, Last, Line, m => Random(m, "w", 4, 5, 3)
            .Node("ConvTranspose", "x w", "y", ("pads", new[] { 1, 0 }), ("strides", new[] { 2 })));
        yield return new("ConvTranspose", 1, Last, Images, m => Random(m, "w", 4, 3, 3, 3)
            .Node("ConvTranspose", "x w", "y", ("strides", new[] { 2, 3 }), ("output_padding", new[] { 1, 2 })));
        yield return new("ConvTranspose", 1, Last, Images, m => Random(m, "w", 4, 3, 3, 3)
            .Node("ConvTranspose", "x w", "y", ("strides", new[] { 2, 3 }), ("output_shape", new[] { 15, 18 })));
    }

    private static IEnumerable<Claim> Pools()
    {
        foreach ((string Name, object Value)[] attributes in Windows([3, 2]))
        {
            int from = attributes.Any(a => a.Name == "dilations") ? 10 : 1;
            yield return new("MaxPool", from, Last, Images, m => m.Node("MaxPool", "x", "y", Kernel(attributes)));
            yield return new("AveragePool", from == 1 ? 1 : 19, Last, Images,
                m => m.Node("AveragePool", "x", "y", Kernel(attributes)));
            yield return new("AveragePool", from == 1 ? 7 : 19, Last, Images,
                m => m.Node("AveragePool", "x", "y", [.. Kernel(attributes), ("count_include_pad", 1)]));
        }

        foreach (string op in new[] { "MaxPool", "AveragePool" })
        {
            foreach (int stride in new[] { 1, 2, 3, 4 })
            {
                yield return new(op, 10, Last, Images,
                    m => m.Node(op, "x", "y", ("kernel_shape", new[] { 3, 2 }), ("strides", new[] { stride, stride }),
                        ("ceil_mode", 1)));
                yield return new(op, 10, Last, Images,
                    m => m.Node(op, "x", "y", ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { stride, 2 }),
                        ("pads", new[] { 1, 1, 1, 1 }), ("ceil_mode", 1)));
            }

            yield return new(op, 1, Last, Line,
                m => m.Node(op, "x", "y", ("kernel_shape", new[] { 3 }), ("strides", new[] { 2 }), ("pads", new[] { 1, 0 })));
        }

        yield return new("AveragePool", 10, Last, Images,
            m => m.Node("AveragePool", "x", "y", ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 4 }),
                ("pads", new[] { 1, 1, 1, 1 }), ("ceil_mode", 1), ("count_include_pad", 1)));
        // A window may begin among the last pads
        foreach (int[] pads in new[] { [0, 0, 2, 1], [1, 0, 0, 1], [2, 1, 1, 0], new[] { 1, 1, 1, 1 } })
        {
            foreach (int[] strides in new[] { [2, 3], [3, 2], new[] { 4, 4 } })
            {
                yield return new("AveragePool", 10, Last, Images,
                    m => m.Node("AveragePool", "x", "y", ("kernel_shape", new[] { 3, 2 }), ("strides", strides), ("pads", pads),
                        ("ceil_mode", 1), ("count_include_pad", 1)));
                yield return new("MaxPool", 10, Last, Images,
                    m => m.Node("MaxPool", "x", "y", ("kernel_shape", new[] { 3, 2 }), ("strides", strides), ("pads", pads),
                        ("ceil_mode", 1)));
            }
        }

        yield return new("MaxPool", 8, Last, Images,
            m => m.Node("MaxPool", "x", "y", ("kernel_shape", new[] { 3, 2 }), ("storage_order", 1)));
        yield return new("MaxPool", 10, Last, Images,
            m => m.Node("MaxPool", "x", "y", ("kernel_shape", new[] { 2, 2 }), ("dilations", new[] { 3, 2 }),
                ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 1 })));
        foreach (string op in new[] { "GlobalAveragePool", "GlobalMaxPool" })
        {
            yield return One(op, 1, Images);
            yield return One(op, 1, Line);
        }
    }

    private static IEnumerable<Claim> Layers()
    {
        yield return new("Gemm", 7, Last, Rows, m => Random(Random(m, "w", 6, 4), "b", 4).Node("Gemm", "x w b", "y"));
        yield return new("Gemm", 7, Last, Rows, m => Random(Random(m, "w", 4, 6), "b", 1, 4)
            .Node("Gemm", "x w b", "y", ("transB", 1), ("transA", 0), ("alpha", 0.5f), ("beta", 2f)));
        yield return new("Gemm", 7, Last, Rows, m => Random(Random(m, "w", 6, 4), "b").Node("Gemm", "x w b", "y"));
        yield return new("Gemm", 11, Last, Rows, m => Random(m, "w", 6, 4).Node("Gemm", "x w", "y", ("beta", 0.5f)));
        yield return new("Gemm", 1, 6, Rows, m => Random(Random(m, "w", 6, 4), "b", 4)
            .Node("Gemm", "x w b", "y", ("broadcast", 1), ("alpha", 2f), ("beta", 3f), ("transA", 0), ("transB", 0)));
        yield return new("MatMul", 1, Last, Rows, m => Random(m, "w", 6, 4).Node("MatMul", "x w", "y"));
        yield return new("MatMul", 7, Last, Sequence, m => Random(Random(m, "w", 6, 4), "b", 4).Node("MatMul", "x w", "t")
            .Node("Add", "t b", "y"));
        yield return new("MatMul", 1, Last, Sequence, m => Random(m, "w", 5, 3).Node("MatMul", "w x", "y"));
        yield return new("MatMul", 1, Last, Sequence, m => m.Node("Transpose", "x", "t", ("perm", new[] { 0, 2, 1 }))
            .Node("MatMul", "x t", "y"));
        foreach (int[] shape in new[] { Images, Line, Rows })
        {
            int c = shape[1];
            yield return new("BatchNormalization", 9, Last, shape, m => Norm(m, c)
                .Node("BatchNormalization", "x g b mean var", "y", ("epsilon", 0.01f)));
        }

        yield return new("BatchNormalization", 1, 6, Images, m => Norm(m, 4)
            .Node("BatchNormalization", "x g b mean var", "y", ("is_test", 1), ("spatial", 1), ("epsilon", 0.01f)));
        yield return new("BatchNormalization", 7, 8, Images, m => Norm(m, 4)
            .Node("BatchNormalization", "x g b mean var", "y", ("spatial", 1)));
        yield return new("BatchNormalization", 14, Last, Images, m => Norm(m, 4)
            .Node("BatchNormalization", "x g b mean var", "y", ("training_mode", 0)));
        foreach (int axis in new[] { -1, 2 })
            yield return new("LayerNormalization", 17, Last, Sequence, m => Random(Random(m, "g", 6), "b", 6)
                .Node("LayerNormalization", "x g b", "y", ("axis", axis), ("epsilon", 0.01f), ("stash_type", 1)));
        yield return new("LayerNormalization", 17, Last, Sequence, m => Random(m, "g", 6).Node("LayerNormalization", "x g", "y"));
        yield return new("Dropout", 7, Last, Rows, m => m.Node("Dropout", "x", "t").Node("Relu", "t", "y"));
        yield return new("Dropout", 1, 6, Rows, m => m.Node("Dropout", "x", "t", ("is_test", 1)).Node("Relu", "t", "y"));
        foreach (string op in new[] { "Softmax", "LogSoftmax" })
        {
            yield return One(op, 1, Images);
            yield return One(op, 1, Rows);
            yield return One(op, 1, Images, attributes: [("axis", 1)]);
            yield return One(op, 1, Sequence, attributes: [("axis", 1)]);
            yield return One(op, 1, Images, attributes: [("axis", 2)]);
            yield return One(op, 11, Images, attributes: [("axis", -3)]);
            yield return One(op, 11, Sequence, attributes: [("axis", -1)]);
        }
    }

    private static IEnumerable<Claim> Shapes()
    {
        yield return One("Flatten", 1, Images, then: "Relu");
        yield return One("Flatten", 1, [1, 1, 3, 2], then: "Relu", attributes: [("axis", 2)]);
        yield return One("Flatten", 11, Images, then: "Relu", attributes: [("axis", -3)]);
        yield return new("Reshape", 1, 4, Images, m => m.Node("Reshape", "x", "t", ("shape", new[] { 0, -1, 6 }))
            .Node("Exp", "t", "y"));
        yield return new("Reshape", 5, Last, Images, m => m.Longs("s", 1, 2, -1).Node("Reshape", "x s", "t")
            .Node("Exp", "t", "y"));
        yield return new("Reshape", 14, Last, Images, m => m.Longs("s", 1, 2, -1).Node("Reshape", "x s", "t", ("allowzero", 1))
            .Node("Exp", "t", "y"));
        yield return new("Squeeze", 1, 12, [1, 4, 1, 1], m => m.Node("Squeeze", "x", "t", ("axes", new[] { 2, 3 }))
            .Node("Exp", "t", "y"));
        yield return new("Squeeze", 11, 12, [1, 4, 1, 3], m => m.Node("Squeeze", "x", "t", ("axes", new[] { -2 }))
            .Node("Exp", "t", "y"));
        yield return new("Squeeze", 13, Last, [1, 4, 1, 3], m => m.Longs("a", -2).Node("Squeeze", "x a", "t")
            .Node("Exp", "t", "y"));
        yield return new("Unsqueeze", 1, 12, Rows, m => m.Node("Unsqueeze", "x", "t", ("axes", new[] { 1, 3 }))
            .Node("Exp", "t", "y"));
        yield return new("Unsqueeze", 13, Last, Rows, m => m.Longs("a", -1, 1).Node("Unsqueeze", "x a", "t")
            .Node("Exp", "t", "y"));
        foreach (int[] perm in new[] { new[] { 0, 2, 3, 1 }, [0, 3, 1, 2], [0, 1, 3, 2] })
            yield return new("Transpose", 1, Last, Images, m => Random(m, "w", 5, 4, 1, 1).Node("Conv", "x w", "c")
                .Node("Transpose", "c", "t", ("perm", perm)).Node("Exp", "t", "y"));
        foreach (int axis in new[] { 1, 2, 3 })
            yield return new("Concat", 4, Last, Images, m => m.Node("Exp", "x", "e").Node("Concat", "e x", "y", ("axis", axis)));
        yield return new("Concat", 11, Last, Images, m => m.Node("Exp", "x", "e").Node("Concat", "e x e", "y", ("axis", -3)));
        yield return new("Concat", 1, 3, Rows, m => m.Node("Exp", "x", "e").Node("Concat", "e x", "y"));
        yield return new("Expand", 8, Last, [1, 3, 1], m => m.Longs("s", 1, 3, 4).Node("Expand", "x s", "t")
            .Node("Exp", "t", "y"));
        yield return new("Shape", 10, Last, Images, m => Target(m.Node("Shape", "x", "s")));
        yield return new("Shape", 15, Last, Images, m => Target(m.Node("Shape", "x", "s", ("start", 0), ("end", -1))));
        yield return new("Cast", 13, Last, Images, m => m.Node("Cast", "x", "t", ("to", 1)).Node("Exp", "t", "y"));
        yield return new("Cast", 13, Last, Images, m => m.Ints("i", [2], 1, -1).Node("Cast", "i", "s", ("to", 7))
            .Node("Reshape", "x s", "t").Node("Exp", "t", "y"));

        // Constants are rounded to what they are cast to, and keep their shape.
        foreach (int type in new[] { 6, 7, 10, 11, 16 })
            yield return new("Cast", 13, Last, Rows, m => Random(m, "w", 6, 4).Node("Cast", "w", "narrow", ("to", type))
                .Node("Cast", "narrow", "wide", ("to", 1)).Node("MatMul", "x wide", "y"));
        yield return new("Cast", 13, Last, Images, m => m.Longs("s", 1).Longs("e", long.MaxValue).Longs("a", 1)
            .Node("Cast", "s", "s32", ("to", 6)).Node("Cast", "e", "e32", ("to", 6)).Node("Cast", "a", "a32", ("to", 6))
                .Node("Slice", "x s32 e32 a32", "t").Node("Exp", "t", "y"));

        static OnnxModel Target(OnnxModel m) =>
            m.Longs("zero", 0).Longs("rest", -1).Node("Gather", "s zero", "b", ("axis", 0))
                .Node("Concat", "b rest", "to", ("axis", 0)).Node("Reshape", "x to", "t").Node("Exp", "t", "y");
    }

    private static IEnumerable<Claim> Reductions()
    {
        foreach (string op in new[] { "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceLogSum",
            "ReduceSumSquare" })
        {
            int input = op == "ReduceSum" ? 13 : 18;
            foreach (int[] axes in new[] { [2, 3], [1], new[] { 1, 3 } })
            {
                foreach (int keep in new[] { 0, 1 })
                {
                    yield return new(op, 1, input - 1, Images, m => m.Node(op, "x", "t", ("axes", axes), ("keepdims", keep))
                        .Node("Tanh", "t", "y"), Positive: true);
                    yield return new(op, input, Last, Images, m => m.Longs("a", [.. axes.Select(a => (long)a - 4)])
                        .Node(op, "x a", "t", ("keepdims", keep)).Node("Tanh", "t", "y"), Positive: true);
                }
            }

            yield return new(op, input, Last, Images, m => m.Node(op, "x", "t", ("noop_with_empty_axes", 1))
                .Node("Tanh", "t", "y"), Positive: true);
        }
    }

    private static IEnumerable<Claim> Parts()
    {
        yield return new("Gather", 1, Last, Sequence, m => m.Longs("i", 1, 2).Node("Gather", "x i", "t", ("axis", 2))
            .Node("Exp", "t", "y"));
        yield return new("Gather", 1, Last, Images, m => m.Constant("i", 7, [], BitConverter.GetBytes(2L))
            .Node("Gather", "x i", "t", ("axis", 1)).Node("Exp", "t", "y"));
        yield return new("Slice", 1, 9, Images,
            m => m.Node("Slice", "x", "t", ("starts", new[] { 1, -4 }), ("ends", new[] { 3, 1000 }), ("axes", new[] { 1, 3 }))
            .Node("Exp", "t", "y"));
        yield return new("Slice", 10, Last, Images, m => m.Longs("s", 1, -4).Longs("e", -1, 1000).Longs("a", 1, -1)
            .Longs("step", 1, 1).Node("Slice", "x s e a step", "t").Node("Exp", "t", "y"));
        yield return new("Split", 2, 12, Images, m => Halves(m, "x", ("axis", 1), ("split", new[] { 1, 3 })));
        yield return new("Split", 13, Last, Images, m => Halves(m.Longs("l", 4, 2), "x l", ("axis", -1)));
        yield return new("Split", 18, Last, Images, m => Halves(m, "x", ("axis", 2), ("num_outputs", 2)));
        yield return new("Pad", 2, 10, Images,
            m => m.Node("Pad", "x", "t", ("pads", new[] { 0, 1, 2, -1, 0, 0, 1, 3 }), ("mode", "constant"), ("value", 0f))
            .Node("Exp", "t", "y"));
        yield return new("Pad", 11, Last, Images, m => m.Longs("p", 0, 1, 2, -1, 0, 0, 1, 3).Floats("v", [], 0)
            .Node("Pad", "x p v", "t").Node("Exp", "t", "y"));
        yield return new("Pad", 18, Last, Images, m => m.Longs("p", 1, 2).Longs("a", -1)
            .Node("Pad", "x p - a", "t", ("mode", "constant")).Node("Exp", "t", "y"));

        static OnnxModel Halves(OnnxModel m, string inputs, params (string Name, object Value)[] attributes)
        {
            m.Node("Split", inputs, "a", attributes).Graph.Node[^1].Output.Add("b");
            return m.Node("Exp", "b", "c").Node("Flatten", "a", "d").Node("Flatten", "c", "e")
                .Node("Concat", "e d", "y", ("axis", 1));
        }
    }

    private static IEnumerable<Claim> Constants()
    {
        yield return new("Constant", 7, Last, Rows, m => m.Node("Constant", "", "c", ("value", Tensor(6)))
            .Node("Add", "x c", "y"));
        yield return new("Constant", 12, Last, Rows, m => m.Node("Constant", "", "c", ("value_float", 0.5f))
            .Node("Add", "x c", "y"));
        yield return new("Constant", 12, Last, Rows, m => m.Node("Constant", "", "c", ("value_floats", Claim.Numbers("c", 6)))
            .Node("Mul", "x c", "y"));
        yield return new("Constant", 13, Last, Rows, m => m.Node("Constant", "", "c", ("value_ints", new[] { 1, 2, 3 }))
            .Node("Reshape", "x c", "t").Node("Exp", "t", "y"));
        yield return new("Constant", 13, Last, Sequence, m => m.Node("Constant", "", "c", ("value_int", 1))
            .Node("Gather", "x c", "t", ("axis", 1)).Node("Exp", "t", "y"));

        static Workloads.Networks.Onnx.Proto.TensorProto Tensor(int count) =>
            new() { DataType = 1, Dims = { count }, FloatData = { Claim.Numbers("t", count) } };
    }

    private static IEnumerable<(string Name, object Value)[]> Windows(int[] kernel)
    {
        yield return [("kernel_shape", kernel)];
        yield return [("kernel_shape", kernel), ("strides", new[] { 2, 1 }), ("pads", new[] { 1, 0, 0, 1 })];
        yield return [("strides", new[] { 1, 3 }), ("auto_pad", "NOTSET")];
        yield return [("strides", new[] { 2, 2 }), ("auto_pad", "SAME_UPPER")];
        yield return [("strides", new[] { 2, 2 }), ("auto_pad", "SAME_LOWER")];
        yield return [("strides", new[] { 2, 2 }), ("auto_pad", "VALID")];
        yield return [("dilations", new[] { 2, 2 }), ("pads", new[] { 0, 1, 1, 0 }), ("strides", new[] { 1, 2 })];
    }

    private static (string Name, object Value)[] Kernel((string Name, object Value)[] attributes) =>
        attributes.Any(a => a.Name == "kernel_shape") ? attributes : [("kernel_shape", new[] { 3, 2 }), .. attributes];

    private static Claim One(
        string op, int from, int[] input, bool positive = false, int to = Last, string? then = null,
        (string Name, object Value)[]? attributes = null) =>
        new(op, from, to, input, m => then is null
            ? m.Node(op, "x", "y", attributes ?? []) : m.Node(op, "x", "t", attributes ?? []).Node(then, "t", "y"), positive);

    private static OnnxModel Random(OnnxModel m, string name, params int[] extents) =>
        m.Floats(name, [.. extents.Select(e => (long)e)], Claim.Numbers(name, extents));

    private static OnnxModel Norm(OnnxModel m, int c) =>
        Random(Random(Random(m, "g", c), "b", c), "mean", c)
            .Floats("var", [c], [.. Claim.Numbers("var", c).Select(v => (v * v) + 0.5f)]);
}
