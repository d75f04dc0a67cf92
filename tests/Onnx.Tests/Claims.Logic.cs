using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>Comparisons, choices, interpolation, what is known while a file is read, and integers of scales that a run
/// finds.</summary>
internal static partial class Claims
{
    private static IEnumerable<Claim> Logic()
    {
        foreach ((string op, int from) in new[] { ("Equal", 11), ("Greater", 9), ("GreaterOrEqual", 12), ("Less", 9),
            ("LessOrEqual", 12) })
        {
            // Against a constant, against a tensor that is repeated, and of constants
            yield return new(op, from, Last, Images, m => Masked(Random(m, "c", 4, 1, 1).Node(op, "x c", "t")));
            yield return new(op, from, Last, Sequence, m => Masked(Random(m, "c", 1, 3, 6).Node(op, "c x", "t")));
            yield return new(op, from, Last, Images, m => Masked(m.Node("Relu", "x", "r").Node("GlobalMaxPool", "r", "g")
                .Node(op, "g r", "t")));
            yield return new(op, from, Last, [1, 3], m => m.Longs("a", 1, 2, 3).Longs("b", 2).Node(op, "a b", "t")
                .Node("Cast", "t", "n", ("to", 1)).Node("Mul", "x n", "y"));
        }

        foreach (string op in new[] { "And", "Or", "Xor" })
        {
            yield return new(op, 9, Last, Images, m => Masked(Random(m, "c", 4, 1, 1).Node("Greater", "x c", "a")
                .Node("Less", "x d", "b").Floats("d", [], 0.5f).Node(op, "a b", "t")));
            yield return new(op, 9, Last, Sequence, m => Masked(Truths(m, "c", 3, 1).Floats("d", [], 0.5f)
                .Node("Less", "x d", "b").Node(op, "b c", "t")));
            yield return new(op, 9, Last, Sequence, m => Truths(Truths(m, "c", 3, 1), "d", 1, 6).Node(op, "c d", "t")
                .Node("Cast", "t", "n", ("to", 1)).Node("Mul", "x n", "y"));
        }

        yield return new("Not", 9, Last, Images, m => Masked(Random(m, "c", 4, 1, 1).Node("Greater", "x c", "a")
            .Node("Not", "a", "t")));
        yield return new("Not", 9, Last, Sequence, m => Masked(Truths(m, "c", 1, 3, 6).Node("Not", "c", "t")));

        // Constant conditions and branches, as attention masks have them, and computed ones.
        yield return new("Where", 9, Last, [1, 2, 3, 3], m => Truths(m, "c", 1, 1, 3, 3).Floats("low", [], -1e4f)
            .Node("Where", "c x low", "t").Node("Softmax", "t", "y", ("axis", -1)));
        yield return new("Where", 9, Last, Images, m => Random(Truths(m, "c", 7, 1), "a", 4, 1, 6).Node("Where", "c a x", "y"));
        yield return new("Where", 9, Last, Images, m => Truths(m, "c", 4, 7, 6).Node("Exp", "x", "e")
            .Node("Where", "c x e", "y"));
        yield return new("Where", 9, Last, Images, m => Random(m, "w", 5, 4, 1, 1).Node("Conv", "x w", "v")
            .Node("GlobalAveragePool", "v", "g").Node("Greater", "v g", "t").Node("Where", "t v g", "y"));
        yield return new("Where", 9, Last, Line, m => Random(m, "w", 5, 4, 1).Node("Conv", "x w", "v").Floats("n", [], 0.25f)
            .Node("Greater", "v n", "t").Node("Where", "t n v", "y"));
        yield return new("Where", 9, Last, Rows, m => Random(Random(Truths(m, "c", 6), "a", 6), "b", 1)
            .Node("Where", "c a b", "k")
            .Node("Add", "x k", "y"));
        yield return new("Where", 9, Last, Rows, m => Truths(m, "c", 2).Longs("a", 1, 1).Longs("b", 2, 3)
            .Node("Where", "c a b", "s").Longs("one", 1).Node("Concat", "one s", "p", ("axis", 0)).Longs("m", -1)
            .Node("Slice", "p z e", "h").Longs("z", 0).Longs("e", 1).Node("Concat", "h m", "to", ("axis", 0))
            .Node("Reshape", "x to", "t").Node("Exp", "t", "y"))
        { From = 10 };

        foreach ((int type, string op) in new[] { (9, "x"), (9, "c") })
            yield return new("Cast", 13, Last, Rows, m => Random(m, "c", 6).Node("Relu", "x", "r")
                .Node("Cast", op == "x" ? "r" : "c", "t", ("to", type))
                .Node("Cast", "t", "n", ("to", 1)).Node("Mul", "x n", "y"));
        foreach (int type in new[] { 2, 3 })
            yield return new("Cast", 13, Last, Rows, m => m.Floats("c", [6], 1, 2, 0, 3.7f, 100, 0.5f)
                .Node("Cast", "c", "t", ("to", type)).Node("Cast", "t", "n", ("to", 1)).Node("Mul", "x n", "y"));
        yield return new("Cast", 13, Last, Rows, m => m.Node("Exp", "x", "e").Node("Cast", "e", "t", ("to", 11))
            .Node("Cast", "t", "n", ("to", 1)).Node("Relu", "n", "y"));
    }

    private static IEnumerable<Claim> Ends()
    {
        // What the oracle gives is the class, what is read the numbers that tell it.
        yield return new("ArgMax", 1, Last, Rows, m => m.Node("ArgMax", "x", "y", ("axis", 1), ("keepdims", 0)));
        yield return new("ArgMax", 12, Last, Images, m => Random(m, "w", 5, 4, 7, 6).Node("Conv", "x w", "c")
            .Node("ArgMax", "c", "y", ("axis", 1), ("keepdims", 1), ("select_last_index", 0)));
        yield return new("ArgMax", 11, Last, Rows, m => m.Node("Softmax", "x", "s", ("axis", -1))
            .Node("ArgMax", "s", "y", ("axis", -1)));
    }

    private static IEnumerable<Claim> Resizing()
    {
        foreach (string place in new[] { "half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel" })
        {
            foreach (float scale in place == "align_corners" ? new float[] { 2 } : new[] { 2, 0.6f, 1.7f })
            {
                yield return new("Resize", 11, Last, Images, m => m.Floats("roi", [0]).Floats("s", [4], 1, 1, scale, 2.5f)
                    .Node("Resize", "x roi s", "t", ("mode", "linear"), ("coordinate_transformation_mode", place))
                    .Node("Exp", "t", "y"));
                yield return new("Resize", 11, Last, Images, m => m.Floats("roi", [0]).Floats("s", [4], 1, 1, scale, scale)
                    .Node("Resize", "x roi s", "t", ("mode", "cubic"), ("coordinate_transformation_mode", place),
                        ("cubic_coeff_a", -0.5f)).Node("Exp", "t", "y"));
                yield return new("Resize", 11, Last, Images, m => m.Floats("roi", [0]).Floats("s", [4], 1, 1, scale, scale)
                    .Node("Resize", "x roi s", "t", ("mode", "cubic"), ("coordinate_transformation_mode", place),
                        ("exclude_outside", 1)).Node("Exp", "t", "y"));
            }

            yield return new("Resize", 13, Last, Images, m => m.Longs("s", 1, 4, 13, 3)
                .Node("Resize", "x - - s", "t", ("mode", "linear"), ("coordinate_transformation_mode", place),
                    ("antialias", 0)).Node("Exp", "t", "y"))
            { From = 18 };
        }

        yield return new("Resize", 19, Last, Images, m => m.Longs("s", 1, 4, 13, 3)
            .Node("Resize", "x - - s", "t", ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel_symmetric"))
            .Node("Exp", "t", "y"));
        foreach (string mode in new[] { "nearest", "linear" })
        {
            yield return new("Resize", 10, 10, Images, m => m.Floats("s", [4], 1, 1, 1.5f, 2)
                .Node("Resize", "x s", "t", ("mode", mode)).Node("Exp", "t", "y"));
            yield return new("Upsample", 9, 9, Images, m => m.Floats("s", [4], 1, 1, 1.5f, 2)
                .Node("Upsample", "x s", "t", ("mode", mode)).Node("Exp", "t", "y"));
            yield return new("Upsample", 7, 8, Images,
                m => m.Node("Upsample", "x", "t", ("mode", mode), ("scales", new[] { 1, 1, 1.5f, 2 })).Node("Exp", "t", "y"));
        }

        yield return new("Cast", 13, Last, Rows, m => m.Node("Exp", "x", "e").Node("Cast", "e", "t", ("to", 10))
            .Node("Cast", "t", "y", ("to", 1)));
        yield return new("LRN", 1, Last, Images, m => m.Node("LRN", "x", "y", ("size", 3)));
        yield return new("LRN", 1, Last, [1, 7, 3, 2],
            m => m.Node("LRN", "x", "y", ("size", 4), ("alpha", 0.5f), ("beta", 0.6f), ("bias", 2f)));
        foreach (float power in new[] { 1.5f, -0.75f, 4 })
            yield return new("Pow", 7, Last, Rows, m => m.Floats("p", [], power).Node("Pow", "x p", "y"), Positive: true);
        yield return new("Pow", 12, Last, Rows, m => m.Longs("p", 2).Node("Pow", "x p", "y"));
        yield return new("Pad", 11, Last, Images, m => m.Longs("p", 0, 0, 2, 1, 0, 1, 1, 3).Floats("v", [], -1.5f)
            .Node("Pad", "x p v", "t").Node("Exp", "t", "y"));
        foreach ((long start, long end, long step) in new[]
            { (0L, 100L, 2L), (1, 100, 3), (6, -100, -2), (-1, 0, -1), (1, 6, 2) })
            yield return new("Slice", 10, Last, Images, m => m.Longs("s", start).Longs("e", end).Longs("a", 2).Longs("d", step)
                .Node("Slice", "x s e a d", "t").Node("Exp", "t", "y"));
    }

    private static IEnumerable<Claim> KnownBefore()
    {
        // Whatever has constants alone is worked out, and goes on as a constant.
        yield return new("Sqrt", 13, Last, Rows, m => m.Floats("c", [2, 3], 1, 2, 3, 4, 5, 6).Node("Sqrt", "c", "r")
            .Node("Transpose", "r", "u").Longs("s", 1, 6).Node("Reshape", "u s", "k").Node("Mul", "x k", "y"));
        yield return new("ReduceMax", 13, 17, Rows, m => m.Floats("c", [2, 3], 1, 2, 3, 4, 5, 6)
            .Node("ReduceMax", "c", "k", ("axes", new[] { 0, 1 }), ("keepdims", 1)).Node("Mul", "x k", "y"));
        yield return new("Split", 13, 17, [1, 3], m => Halves(m.Floats("c", [6], 1, 2, 3, 4, 5, 6)));
        yield return new("Concat", 13, Last, Rows, m => m.Floats("c", [1, 2], 1, 2).Floats("d", [1, 4], 3, 4, 5, 6)
            .Node("Concat", "c d", "k", ("axis", 1)).Node("Add", "x k", "y"));
        yield return new("Add", 13, Last, Sequence, m => m.Floats("c", [3, 1], 1, 2, 3).Floats("d", [1, 6], 3, 4, 5, 6, 7, 8)
            .Node("Add", "c d", "k").Node("Mul", "x k", "y"));
        yield return new("Expand", 13, Last, Sequence, m => m.Constant("c", 7, [1, 1], BitConverter.GetBytes(2L))
            .Longs("s", 3, 6).Node("Expand", "c s", "w").Node("Cast", "w", "k", ("to", 1)).Node("Mul", "x k", "y"));
        yield return new("Range", 11, Last, Rows, m => m.Floats("a", [], 1).Floats("b", [], 4).Floats("c", [], 0.5f)
            .Node("Range", "a b c", "k").Node("Mul", "x k", "y"));
        yield return new("Range", 11, Last, Rows, m => Long(Long(Long(m, "a", 5), "b", -1), "c", -1)
            .Node("Range", "a b c", "i").Node("Gather", "x i", "t", ("axis", 1)).Node("Exp", "t", "y"));
        foreach (int upper in new[] { 0, 1 })
        {
            yield return new("Trilu", 14, Last, [1, 2, 4, 3], m => Long(m, "k", -1).Node("Trilu", "x k", "y", ("upper", upper)));
            yield return new("Trilu", 14, Last, [1, 4, 3], m => Random(m, "c", 4, 3).Node("Trilu", "c", "k", ("upper", upper))
                .Node("Add", "x k", "y"));
        }

        foreach (int fmod in new[] { 0, 1 })
            yield return new("Mod", 13, Last, Rows, m => m.Longs("a", 7, -7, 6, 5, -1, 9).Longs("b", 3).Node("Mod", "a b", "i",
                ("fmod", fmod)).Node("Cast", "i", "k", ("to", 1)).Node("Mul", "x k", "y"));
        foreach (string op in new[] { "Neg", "Abs" })
            yield return new(op, 13, Last, Rows, m => m.Longs("a", 7, -7, 6, 5, -1, 9).Node(op, "a", "i")
                .Node("Cast", "i", "k", ("to", 1)).Node("Mul", "x k", "y"));
        foreach (string op in new[] { "Min", "Max" })
            yield return new(op, 13, Last, Rows, m => m.Longs("a", 7, -7, 6, 5, -1, 9).Longs("b", 2).Node(op, "a b", "i")
                .Node("Cast", "i", "k", ("to", 1)).Node("Mul", "x k", "y"));
        yield return new("ReduceLogSumExp", 1, 17, Images,
            m => m.Node("ReduceLogSumExp", "x", "y", ("axes", new[] { 1, 3 }), ("keepdims", 0)));
        yield return new("ReduceLogSumExp", 18, Last, Images, m => m.Longs("a", -2)
            .Node("ReduceLogSumExp", "x a", "y", ("keepdims", 1), ("noop_with_empty_axes", 0)));

        static OnnxModel Halves(OnnxModel m)
        {
            m.Node("Split", "c", "a", ("axis", 0)).Graph.Node[^1].Output.Add("b");
            return m.Node("Mul", "x b", "t").Node("Add", "t a", "y");
        }
    }

    // Rounding of the integers is left out: within half a step of the scale that the run finds.
    internal static IEnumerable<Claim> Dynamic()
    {
        yield return new("MatMulInteger", 11, Last, Rows, m => Dynamically(m.Bytes("w", [6, 4], true, Weights(24))
            .Bytes("zw", [], true, 3), "MatMulInteger"));
        yield return new("MatMulInteger", 11, Last, Sequence, m => Dynamically(m.Bytes("w", [6, 4], true, Weights(24))
            .Bytes("zw", [4], true, 3, 0, -1, 7), "MatMulInteger"));
        yield return new("ConvInteger", 11, Last, Images, m => Dynamically(m.Bytes("w", [3, 4, 2, 3], false,
            [.. Weights(72).Select(v => v + 128)]).Bytes("zw", [], false, 128), "ConvInteger",
            ("pads", new[] { 1, 0, 1, 2 }), ("strides", new[] { 2, 1 }), ("kernel_shape", new[] { 2, 3 }),
            ("dilations", new[] { 1, 1 }), ("group", 1)));
        yield return new("ConvInteger", 11, Last, Images, m => Dynamically(m.Bytes("w", [3, 4, 2, 3], true, Weights(72))
            .Bytes("zw", [], true, 0), "ConvInteger", ("auto_pad", "SAME_UPPER")));
        foreach (Claim claim in DynamicallyContributed())
            yield return claim;
    }

    private static int[] Weights(int count) => [.. Claim.Numbers("w", count).Select(v => (int)Math.Clamp(v * 40, -127, 127))];

    private static OnnxModel Dynamically(OnnxModel m, string op, params (string Name, object Value)[] attributes)
    {
        m.Node("DynamicQuantizeLinear", "x", "q").Graph.Node[^1].Output.Add(["sq", "zq"]);
        return m.Floats("sw", [], 0.01f).Node(op, "q w zq zw", "i", attributes).Node("Cast", "i", "r", ("to", 1))
            .Node("Mul", "sq sw", "s").Node("Mul", "r s", "y");
    }

    private static OnnxModel Masked(OnnxModel m) => m.Node("Cast", "t", "n", ("to", 1)).Node("Mul", "x n", "y");

    private static OnnxModel Truths(OnnxModel m, string name, params int[] extents) => m.Constant(name, 9,
        [.. extents.Select(e => (long)e)],
        [.. Claim.Numbers(name, extents).Select((v, i) => v > 0 || i == 0 ? (byte)1 : (byte)0)]);

    private static OnnxModel Long(OnnxModel m, string name, long value) =>
        m.Constant(name, 7, [], BitConverter.GetBytes(value));
}
