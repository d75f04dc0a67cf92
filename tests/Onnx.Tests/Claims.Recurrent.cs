using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <content>Recurrent layers as exporters write them, indices, running sums, and sums of products.</content>
internal static partial class Claims
{
    private static IEnumerable<Claim> Recurrent()
    {
        foreach ((string op, int gates) in new[] { ("LSTM", 4), ("GRU", 3), ("RNN", 1) })
        {
            // Of several samples, all states and the last; the first axis of the file is the batch.
            yield return new(op, 7, Last, [2, 5, 3], m => StepsFirst(Cells(m, gates)).Node(op, "s w r b", "h", ("hidden_size", 4))
                .Node("Transpose", "h", "y", ("perm", new[] { 2, 0, 1, 3 })));
            yield return new(op, 14, 14, [2, 5, 3], m => StepsFirst(Cells(m, gates)).Longs("one", 1)
                .Node(op, "s w r b", "h", ("hidden_size", 4)).Node("Squeeze", "h one", "q").Node("Tanh", "q", "t")
                .Node("Transpose", "t", "y", ("perm", new[] { 1, 0, 2 })));
            yield return new(op, 14, 14, [2, 5, 3], m => StepsFirst(Cells(m, gates)).Longs("zero", 0)
                .Node(op, "s w r b", "- l", ("hidden_size", 4)).Node("Squeeze", "l zero", "y"));
            yield return new(op, 14, 14, [2, 5, 3], m => Long(StepsFirst(Cells(m, gates)).Longs("one", 1), "last", -1)
                .Node(op, "s w r b", "h", ("hidden_size", 4)).Node("Squeeze", "h one", "q").Node("Gather", "q last", "y",
                    ("axis", 0)));
            // Two directions, their states side by side; then another layer.
            yield return new(op, 14, 14, [2, 5, 3], m => StepsFirst(Cells(m, gates, directions: 2)).Longs("to", 0, 0, -1)
                .Node(op, "s w r b", "h", ("hidden_size", 4), ("direction", "bidirectional"))
                .Node("Transpose", "h", "t", ("perm", new[] { 0, 2, 1, 3 })).Node("Reshape", "t to", "c")
                .Node("Transpose", "c", "y", ("perm", new[] { 1, 0, 2 })));
            yield return new(op, 14, 14, [2, 5, 3], m => Cells(StepsFirst(Cells(m, gates)), gates, features: 4, name: "2")
                .Longs("one", 1).Node(op, "s w r b", "h", ("hidden_size", 4)).Node("Squeeze", "h one", "q")
                .Node(op, "q w2 r2 b2", "k", ("hidden_size", 4), ("direction", "reverse"))
                .Node("Transpose", "k", "y", ("perm", new[] { 2, 0, 1, 3 })));
            // The batch first in the file too, and a file that is one sample.
            yield return new(op, 7, 22, [5, 2, 3], m => Cells(m, gates).Node(op, "x w r", "y", ("hidden_size", 4)));
            yield return new(op, 14, 14, [2, 5, 3], m => StepsFirst(Random(Cells(m, gates), "h0", 1, 1, 4), "x")
                .Node("Expand", "h0 n", "start").Longs("n", 1, 2, 4).Node(op, "s w r b - start", "h", ("hidden_size", 4))
                .Node("Transpose", "h", "y", ("perm", new[] { 2, 0, 1, 3 })));
            yield return new(op, 14, 14, [2, 5, 3], m => StepsFirst(Cells(m, gates)).Node(op, "s w r b", "h", ("hidden_size", 4),
                ("clip", 0.4f)).Node("Transpose", "h", "y", ("perm", new[] { 2, 0, 1, 3 })));
            yield return new(op, 14, 14, [1, 5, 3], m => StepsFirst(Cells(m, gates)).Ints("len", [1], 5)
                .Node(op, "s w r b len", "y", ("hidden_size", 4)));
        }

        yield return new("LSTM", 14, 14, [2, 5, 3], m => Random(StepsFirst(Cells(m, 4)), "p", 1, 12)
            .Node("LSTM", "s w r b - - - p", "h", ("hidden_size", 4), ("input_forget", 0))
            .Node("Transpose", "h", "y", ("perm", new[] { 2, 0, 1, 3 })));
        yield return new("LSTM", 14, 14, [1, 5, 3], m => StepsFirst(Random(Random(Cells(m, 4), "h0", 1, 1, 4), "c0", 1, 1, 4))
            .Node("LSTM", "s w r b - h0 c0", "- - c", ("hidden_size", 4)).Node("Exp", "c", "y"));
        foreach (int after in new[] { 0, 1 })
            foreach (string inputs in new[] { "s w r b", "s w r" })
                yield return new("GRU", 14, 14, [2, 5, 3], m => StepsFirst(Cells(m, 3)).Node("GRU", inputs, "h",
                    ("hidden_size", 4), ("linear_before_reset", after))
                    .Node("Transpose", "h", "y", ("perm", new[] { 2, 0, 1, 3 })));
        foreach (string function in new[] { "Relu", "Sigmoid", "Tanh" })
            yield return new("RNN", 14, 14, [2, 5, 3], m => StepsFirst(Cells(m, 1)).Node("RNN", "s w r b", "h",
                ("hidden_size", 4), ("activations", new[] { function }), ("layout", 0))
                .Node("Transpose", "h", "y", ("perm", new[] { 2, 0, 1, 3 })));
        yield return new("LSTM", 14, 14, [2, 5, 3], m => StepsFirst(Cells(m, 4)).Node("LSTM", "s w r b", "h",
            ("hidden_size", 4), ("activations", new[] { "Sigmoid", "Tanh", "Tanh" }), ("layout", 0))
            .Node("Transpose", "h", "y", ("perm", new[] { 2, 0, 1, 3 })));
        yield return new("GRU", 14, 14, [2, 5, 3], m => StepsFirst(Cells(m, 3)).Node("GRU", "s w r b", "h",
            ("hidden_size", 4), ("activations", new[] { "Sigmoid", "Tanh" }), ("layout", 0))
            .Node("Transpose", "h", "y", ("perm", new[] { 2, 0, 1, 3 })));
    }

    private static IEnumerable<Claim> Indices()
    {
        foreach (string op in new[] { "ArgMax", "ArgMin" })
        {
            yield return new(op, 1, Last, Images, m => m.Node(op, "x", "i", ("axis", 1), ("keepdims", 0))
                .Node("Cast", "i", "f", ("to", 1)).Node("Exp", "f", "y"))
            { From = 6 };
            foreach (int last in new[] { 0, 1 })
                yield return new(op, 13, Last, Sequence, m => m.Node("Sign", "x", "s")
                    .Node(op, "s", "i", ("axis", -1), ("select_last_index", last)).Node("Cast", "i", "y", ("to", 1)));
        }

        yield return new("OneHot", 11, Last, Sequence, m => Long(m, "d", 6).Floats("v", [2], -1, 3)
            .Node("ArgMax", "x", "i", ("axis", 2), ("keepdims", 0)).Node("OneHot", "i d v", "y"));
        yield return new("OneHot", 11, Last, Sequence, m => Long(m, "d", 6).Floats("v", [2], 0, 1)
            .Node("ArgMin", "x", "i", ("axis", 2), ("keepdims", 0)).Node("OneHot", "i d v", "y", ("axis", 1)));
        foreach (int axis in new[] { 1, -1 })
            yield return One("Hardmax", 1, Images, attributes: [("axis", axis)]) with { From = axis < 0 ? 11 : 1 };
        foreach ((int reverse, int exclusive) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
            yield return new("CumSum", 11, Last, Images, m => Long(m, "a", 2)
                .Node("CumSum", "x a", "t", ("reverse", reverse), ("exclusive", exclusive)).Node("Exp", "t", "y"));
        // Positions of a mask, in whole numbers
        yield return new("CumSum", 13, Last, Rows, m => Long(Long(m, "a", 1), "one", 1).Node("Relu", "x", "r")
            .Node("Sign", "r", "g").Node("Cast", "g", "n", ("to", 7)).Node("CumSum", "n a", "c").Node("Mul", "c n", "p")
            .Node("Sub", "p one", "q").Node("Max", "q one", "k").Node("Cast", "k", "y", ("to", 1)));
        yield return new("GatherElements", 11, Last, [3, 4], m => m.Constant("i", 7, [2, 4], Longs(0, 2, -1, 1, 2, 0, 1, 0))
            .Node("GatherElements", "x i", "y", ("axis", 0)));
        yield return new("GatherElements", 11, Last, [2, 3, 2], m => m.Constant("i", 7, [2, 2, 2], Longs(0, 2, -1, 1, 2, 0, 1, 0))
            .Node("GatherElements", "x i", "y", ("axis", 1)));
        yield return new("GatherND", 11, Last, [2, 3, 4], m => m.Constant("i", 7, [2, 1, 2], Longs(0, 2, -1, 1))
            .Node("GatherND", "x i", "y"));
        yield return new("GatherND", 12, Last, [2, 3], m => m.Constant("i", 7, [3, 2], Longs(0, 2, -1, 1, 1, 0))
            .Node("GatherND", "x i", "y", ("batch_dims", 0)));
        yield return new("Scatter", 9, 10, [3, 4], m => Random(m.Constant("i", 7, [1, 2], Longs(2, 0)), "u", 1, 2)
            .Node("Scatter", "x i u", "y", ("axis", 1)));
        foreach (int axis in new[] { 0, 1 })
            yield return new("ScatterElements", 11, Last, [3, 4], m => Random(m.Constant("i", 7, [2, 2], Longs(2, 0, 1, -1)),
                "u", 2, 2).Node("ScatterElements", "x i u", "y", ("axis", axis)));
        yield return new("ScatterElements", 16, Last, [3, 4], m => Random(
            m.Constant("i", 7, [1, 4], Longs(2, 0, 1, -1)), "c", 3, 4).Longs("s", 0).Longs("e", 1).Node("Slice", "x s e s", "u")
            .Node("ScatterElements", "c i u", "y", ("reduction", "none")));
        yield return new("ScatterND", 11, Last, [3, 4], m => Random(m.Constant("i", 7, [2, 1], Longs(2, 0)), "u", 2, 4)
            .Node("ScatterND", "x i u", "y"));
        yield return new("ScatterND", 16, Last, [2, 3, 2], m => Random(m.Constant("i", 7, [2, 2], Longs(1, 2, 0, -1)), "u", 2, 2)
            .Node("ScatterND", "x i u", "y", ("reduction", "none")));
        foreach (int p in new[] { 1, 2 })
        {
            yield return new("LpNormalization", 1, Last, Images, m => m.Node("LpNormalization", "x", "y", ("axis", 1), ("p", p)));
            yield return new("LpNormalization", 1, Last, Sequence, m => m.Node("LpNormalization", "x", "y", ("p", p)));
        }

        yield return new("CastLike", 15, Last, Rows, m => m.Constant("k", 10, [1], new byte[2]).Node("CastLike", "x k", "h")
            .Floats("f", [1], 0).Node("CastLike", "h f", "y"));
        yield return new("Cast", 13, Last, Rows, m => m.Node("Exp", "x", "e").Node("Cast", "e", "t", ("to", 16))
            .Node("Cast", "t", "y", ("to", 1)));
        foreach (string mode in new[] { "linear", "cubic" })
        {
            foreach (int excludes in new[] { 0, 1 })
                yield return new("Resize", 18, Last, Images, m => m.Floats("s", [4], 1, 1, 0.6f, 0.3f)
                    .Node("Resize", "x - s", "t", ("mode", mode), ("antialias", 1), ("exclude_outside", excludes)).Node("Exp", "t", "y"));
            yield return new("Resize", 18, Last, Images, m => m.Floats("s", [4], 1, 1, 0.6f, 2).Node("Resize", "x - s", "t",
                ("mode", mode), ("antialias", 1), ("coordinate_transformation_mode", "asymmetric")).Node("Exp", "t", "y"));
        }
    }

    private static IEnumerable<Claim> Products()
    {
        // With a constant on either side, of one tensor, and of two computed ones.
        foreach (string equation in new[]
            { "bij,jk->bik", "bij,kj->bik", "bij,jkl->bikl", "bij,jkl->bkil", "bij,kj->bki", "b i j, j -> b i" })
        {
            string second = equation.Replace(" ", "", StringComparison.Ordinal).Split(',')[1].Split("->")[0];
            int[] extents = [.. second.Select(l => l switch
            {
                'j' => 6,
                'k' => 4,
                _ => 2,
            })];
            yield return new("Einsum", 12, Last, Sequence, m => Random(m, "w", extents).Node("Einsum", "x w", "y",
                ("equation", equation)));
        }

        yield return new("Einsum", 13, 13, Sequence, m => Random(m, "w", 4, 6)
            .Node("Einsum", "w x", "y", ("equation", "kj,bij->bik")));
        foreach (string equation in new[] { "bij->bji", "bij->bi", "bij->b", "ibj" })
            yield return new("Einsum", 13, 13, Sequence, m => m.Node("Einsum", "x", "t", ("equation", equation))
                .Node("Exp", "t", "e").Longs("to", 1, -1).Node("Reshape", "e to", "f").Node("Concat", "f f", "y", ("axis", 1)));
        foreach (string equation in new[]
            { "bij,bkj->bik", "bij,bij->bij", "bij,bij->bj", "bij,bkj->bki", "bhid,bhjd->bhij", "bhij,bhjd->bhid" })
            yield return new("Einsum", 13, 13, equation[2] == 'i' && equation[1] == 'h' ? [2, 2, 3, 3] : [2, 3, 3],
                m => m.Node("Exp", "x", "e").Node("Einsum", "x e", "y", ("equation", equation)));
    }

    private static byte[] Longs(params long[] values) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static OnnxModel StepsFirst(OnnxModel m, string x = "x") =>
        m.Node("Transpose", x, "s", ("perm", new[] { 1, 0, 2 }));

    private static OnnxModel Cells(OnnxModel m, int gates, int directions = 1, int features = 3, string name = "") =>
        Random(Random(Random(m, $"w{name}", directions, 4 * gates, features), $"r{name}", directions, 4 * gates, 4), $"b{name}",
            directions, 8 * gates);
}
