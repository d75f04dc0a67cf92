using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks.Onnx;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>Operators that reading makes several operations of, and files that are one sample.</summary>
internal static partial class Claims
{
    private static IEnumerable<Claim> Several()
    {
        foreach (string op in new[] { "Max", "Min", "Sum", "Mean" })
        {
            yield return new(op, 8, Last, Images, m => m.Node("Tanh", "x", "t").Node("Exp", "x", "e").Node(op, "t x e", "y"));
            yield return new(op, 8, Last, Images, m => Random(m, "c", 4, 1, 1).Node(op, "x c", "y"));
            yield return new(op, 8, Last, Images, m => Random(m, "c", 6).Node(op, "c x", "y"));
            yield return new(op, 8, Last, Sequence, m => m.Floats("c", [], 0.25f).Node(op, "x c", "y"));
            yield return new(op, 8, Last, [1, 4, 7, 1], m => m.Node("Exp", "x", "e").Node("GlobalMaxPool", "e", "g")
                .Node(op, "e g", "y"));
            yield return new(op, 8, Last, [3, 4], m => Random(m, "c", 2, 3, 1).Node(op, "x c", "y"));
        }

        yield return new("Concat", 4, Last, Images, m => Random(m, "c", 1, 2, 7, 6).Node("Concat", "c x", "y", ("axis", 1)));
        yield return new("Concat", 4, Last, Sequence, m => Random(m, "c", 1, 1, 6).Node("Concat", "c x", "y", ("axis", 1)));
        yield return new("Expand", 8, Last, Sequence, m => Random(m, "c", 1, 6).Longs("s", 1, 2, 6).Node("Expand", "c s", "e")
            .Node("Concat", "e x", "y", ("axis", 1)));
        yield return new("MatMul", 9, Last, [1, 2, 3, 4], m => Random(m, "w", 2, 4, 5).Node("MatMul", "x w", "y"));
        yield return new("MatMul", 9, Last, [1, 2, 3, 4], m => Random(m, "w", 2, 5, 3).Node("MatMul", "w x", "y"));
        yield return new("MatMul", 9, Last, [1, 2, 3, 4], m => m.Node("ReduceMean", "x", "r", ("axes", new[] { 1 }))
            .Node("Transpose", "r", "t", ("perm", new[] { 0, 1, 3, 2 })).Node("MatMul", "x t", "y"))
        { To = 17 };
    }

    private static IEnumerable<Claim> Blocks()
    {
        yield return new("DepthToSpace", 1, Last, [1, 8, 2, 3], m => m.Node("DepthToSpace", "x", "t", ("blocksize", 2))
            .Node("Exp", "t", "y"));
        foreach (string mode in new[] { "DCR", "CRD" })
            yield return new("DepthToSpace", 11, Last, [1, 18, 2, 3],
                m => m.Node("DepthToSpace", "x", "t", ("blocksize", 3), ("mode", mode)).Node("Exp", "t", "y"));
        yield return new("SpaceToDepth", 1, Last, [1, 3, 4, 6], m => m.Node("SpaceToDepth", "x", "t", ("blocksize", 2))
            .Node("Exp", "t", "y"));
        yield return new("Tile", 6, Last, Images, m => m.Longs("r", 1, 2, 1, 3).Node("Tile", "x r", "t").Node("Exp", "t", "y"));
        foreach (float scale in new[] { 2f, 1.5f })
        {
            yield return new("Upsample", 7, 8, Images,
                m => m.Node("Upsample", "x", "t", ("mode", "nearest"), ("scales", new[] { 1, 1, scale, 2 }))
                .Node("Exp", "t", "y"));
            yield return new("Upsample", 9, 9, Images, m => m.Floats("s", [4], 1, 1, scale, 2)
                .Node("Upsample", "x s", "t", ("mode", "nearest")).Node("Exp", "t", "y"));
        }

        foreach (string place in new[] { "half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel" })
        {
            foreach (string nearest in new[] { "round_prefer_floor", "round_prefer_ceil", "floor", "ceil" })
            {
                (string, object)[] attributes = [("mode", "nearest"), ("coordinate_transformation_mode", place),
                    ("nearest_mode", nearest)];
                foreach (float scale in new[] { 2, 0.5f, 1.7f, 0.15f })
                    yield return new("Resize", 11, Last, Images, m => m.Floats("roi", [0]).Floats("s", [4], 1, 1, scale, 2.5f)
                        .Node("Resize", "x roi s", "t", attributes).Node("Exp", "t", "y"));
                yield return new("Resize", 13, Last, Images, m => m.Longs("s", 1, 4, 10, 3)
                    .Node("Resize", "x - - s", "t", attributes).Node("Exp", "t", "y"));
            }
        }

        yield return new("Resize", 18, Last, Images, m => m.Longs("s", 14, 3)
            .Node("Resize", "x - - s", "t", ("axes", new[] { 2, 3 }), ("keep_aspect_ratio_policy", "stretch"))
            .Node("Exp", "t", "y"));
        foreach (int[] shape in new[] { Images, Line })
            yield return new("InstanceNormalization", 6, Last, shape, m => Random(Random(m, "g", 4), "b", 4)
                .Node("InstanceNormalization", "x g b", "y", ("epsilon", 0.01f)));
        yield return new("GroupNormalization", 18, 20, Images, m => Random(Random(m, "g", 2), "b", 2)
            .Node("GroupNormalization", "x g b", "y", ("epsilon", 0.01f), ("num_groups", 2)));
        yield return new("GroupNormalization", 21, Last, Images, m => Random(Random(m, "g", 4), "b", 4)
            .Node("GroupNormalization", "x g b", "y", ("epsilon", 0.01f), ("num_groups", 2), ("stash_type", 1)));
        yield return new("LayerNormalization", 17, Last, Images, m => Random(Random(m, "g", 4, 7, 6), "b", 4, 7, 6)
            .Node("LayerNormalization", "x g b", "y", ("axis", 1)));
        yield return new("LayerNormalization", 17, Last, Images, m => Random(m, "g", 7, 6)
            .Node("LayerNormalization", "x g", "y", ("axis", -2)));
        yield return new("Gather", 11, Last, Images, m => m.Longs("i", 3, 1, -1, 0, 1, 2).Node("Gather", "x i", "t", ("axis", 2))
            .Node("Exp", "t", "y"));
        yield return new("Gather", 11, Last, Sequence,
            m => m.Constant("i", 7, [2, 2], [.. new long[] { 0, 2, 2, 1 }.SelectMany(BitConverter.GetBytes)])
            .Node("Gather", "x i", "t", ("axis", 1)).Node("Exp", "t", "y"));
        foreach (string mode in new[] { "edge", "reflect" })
        {
            yield return new("Pad", 2, 10, Images,
                m => m.Node("Pad", "x", "t", ("pads", new[] { 0, 0, 2, 5, 0, 0, 6, 1 }), ("mode", mode)).Node("Exp", "t", "y"));
            yield return new("Pad", 11, Last, Images, m => m.Longs("p", 0, 1, 2, 0, 0, 0, 0, 3)
                .Node("Pad", "x p", "t", ("mode", mode)).Node("Exp", "t", "y"));
        }

        yield return new("ConstantOfShape", 9, Last, Images, m => m.Longs("s", 4, 1, 1)
            .Node("ConstantOfShape", "s", "c",
                ("value", new Workloads.Networks.Onnx.Proto.TensorProto { DataType = 1, Dims = { 1 }, FloatData = { 0.3f } }))
                .Node("Mul", "x c", "y"));
        yield return new("Size", 13, Last, Images, m => m.Node("Size", "x", "n").Longs("a", 0).Node("Unsqueeze", "n a", "s")
            .Longs("one", 1).Node("Concat", "one s", "to", ("axis", 0)).Node("Reshape", "x to", "t").Node("Exp", "t", "y"));
    }

    // What joins the first axis with others: the input is one sample.
    private static IEnumerable<Claim> OneSample()
    {
        int[] cube = [3, 4, 5];
        foreach (int[] shape in new[] { [6], cube, new[] { 2, 3, 2, 2, 3 } })
        {
            yield return One("Tanh", 6, shape);
            yield return new("Add", 7, Last, shape, m => Random(m, "c", shape).Node("Add", "x c", "y"));
            foreach (string op in new[] { "Softmax", "LogSoftmax" })
                yield return One(op, 1, shape, attributes: [("axis", 0)]);
        }

        foreach (int[] perm in new[] { [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], new[] { 2, 1, 0 } })
            yield return new("Transpose", 1, Last, cube, m => m.Node("Transpose", "x", "t", ("perm", perm))
                .Node("Exp", "t", "y"));
        foreach (int axis in new[] { 0, 1, 2, 3 })
            yield return One("Flatten", 9, cube, then: "Exp", attributes: [("axis", axis)]);
        yield return new("Reshape", 5, Last, Images, m => Random(m, "w", 5, 4, 1, 1).Node("Conv", "x w", "c").Longs("s", -1, 6)
            .Node("Reshape", "c s", "t").Node("Exp", "t", "y"));
        yield return new("Squeeze", 13, Last, Images, m => m.Longs("a", 0).Node("Squeeze", "x a", "t").Node("Transpose", "t", "u")
            .Node("Exp", "u", "y"));
        yield return new("Squeeze", 11, Last, [1, 4, 1], m => m.Node("Squeeze", "x", "t").Node("Exp", "t", "y"));
        yield return new("Unsqueeze", 13, Last, cube, m => m.Longs("a", 0, -1).Node("Unsqueeze", "x a", "t")
            .Node("Exp", "t", "y"));
        yield return new("Concat", 4, Last, cube, m => Random(m, "c", 2, 4, 5).Node("Concat", "x c", "y", ("axis", 0)));
        yield return new("Slice", 10, Last, cube, m => m.Longs("s", 1).Longs("e", 3).Node("Slice", "x s e", "t")
            .Node("Exp", "t", "y"));
        yield return new("Gather", 11, Last, cube, m => m.Longs("i", 2, 0).Node("Gather", "x i", "t").Node("Exp", "t", "y"));
        yield return new("Gather", 11, Last, cube, m => m.Constant("i", 7, [], BitConverter.GetBytes(1L))
            .Node("Gather", "x i", "t").Node("Exp", "t", "y"));
        yield return new("Pad", 11, Last, cube, m => m.Longs("p", 1, 0, 2, 0, 1, 0).Node("Pad", "x p", "t")
            .Node("Exp", "t", "y"));
        yield return new("Tile", 6, Last, cube, m => m.Longs("r", 2, 1, 2).Node("Tile", "x r", "t").Node("Exp", "t", "y"));
        yield return new("Expand", 8, Last, [3, 1], m => m.Longs("s", 2, 1, 6).Node("Expand", "x s", "t").Node("Exp", "t", "y"));
        yield return new("Gemm", 7, Last, [6, 3], m => Random(Random(m, "w", 6, 4), "b", 3, 1)
            .Node("Gemm", "x w b", "y", ("transA", 1), ("alpha", 0.5f), ("beta", 2f)));
        yield return new("Gemm", 1, 6, [6, 3], m => Random(Random(m, "w", 6, 4), "b", 3, 4)
            .Node("Gemm", "x w b", "y", ("transA", 1)));
        yield return new("MatMul", 1, Last, [3, 4], m => m.Node("Transpose", "x", "t").Node("MatMul", "x t", "y"));
        yield return new("MatMul", 1, Last, cube, m => Random(m, "w", 3, 5, 2).Node("MatMul", "x w", "y"));
        yield return new("LayerNormalization", 17, Last, cube, m => Random(m, "g", cube)
            .Node("LayerNormalization", "x g", "y", ("axis", 0)));
        foreach (string op in new[] { "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2" })
        {
            foreach (int[] axes in new[] { [0], new[] { 0, 2 } })
                yield return new(op, 1, op == "ReduceSum" ? 12 : 17, cube,
                    m => m.Node(op, "x", "t", ("axes", axes), ("keepdims", 0)).Node("Exp", "t", "y"));
        }
    }
}
