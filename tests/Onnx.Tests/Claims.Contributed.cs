using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <content>Operators that ONNX Runtime adds, in real numbers.</content>
internal static partial class Claims
{
    private const string Ours = "com.microsoft.";

    private static IEnumerable<Claim> Contributed()
    {
        yield return new(Ours + "Gelu", 17, 17, Sequence, m => m.Node(Ours + "Gelu", "x", "y"));
        yield return new(Ours + "QuickGelu", 17, 17, Sequence, m => m.Node(Ours + "QuickGelu", "x", "y", ("alpha", 1.5f)));
        yield return new(Ours + "FastGelu", 17, 17, Sequence, m => m.Node(Ours + "FastGelu", "x", "y"));
        foreach (string op in new[] { "FastGelu", "BiasGelu" })
            yield return new(Ours + op, 17, 17, Sequence, m => Random(m, "b", 6).Node(Ours + op, "x b", "y"));
        foreach ((int a, int b) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
        {
            (string Name, object Value)[] turns =
                [("transA", a), ("transB", b), ("alpha", 0.5f), ("transBatchA", 0), ("transBatchB", 0)];
            yield return new(Ours + "FusedMatMul", 17, 17, Sequence, m => Random(m, "w", b == 1 ? [4, a == 1 ? 3 : 6]
                : [a == 1 ? 3 : 6, 4]).Node(Ours + "FusedMatMul", "x w", "y", turns));
            yield return new(Ours + "FusedMatMul", 17, 17, [1, 3, 3], m => m.Node("Exp", "x", "e")
                .Node(Ours + "FusedMatMul", "x e", "y", turns));
        }

        yield return new("SimplifiedLayerNormalization", 17, 17, Sequence, m => Random(m, "g", 6)
            .Node("SimplifiedLayerNormalization", "x g", "y", ("axis", -1), ("epsilon", 0.01f), ("stash_type", 1)));
        yield return new("RMSNormalization", 23, Last, Sequence, m => Random(m, "g", 6)
            .Node("RMSNormalization", "x g", "y", ("axis", -1), ("epsilon", 0.01f), ("stash_type", 1)));
        yield return new("RMSNormalization", 23, Last, Sequence, m => Random(m, "g", 3, 6)
            .Node("RMSNormalization", "x g", "y", ("axis", 1)));
        foreach (string sum in new[] { "", " - - s" })
        {
            string read = sum.Length > 0 ? "s" : "n";
            yield return new(Ours + "SkipLayerNormalization", 17, 17, Sequence, m => Random(Random(Random(m.Node("Exp", "x", "e"),
                "g", 6), "b", 6), "c", 6).Node(Ours + "SkipLayerNormalization", "x e g b c", $"n{sum}", ("epsilon", 0.01f))
                .Node("Add", $"n {read}", "y"));
            yield return new(Ours + "SkipLayerNormalization", 17, 17, Sequence, m => Random(m.Node("Exp", "x", "e"), "g", 6)
                .Node(Ours + "SkipLayerNormalization", "x e g", $"n{sum}").Node("Add", $"n {read}", "y"));
            yield return new(Ours + "SkipSimplifiedLayerNormalization", 17, 17, Sequence, m => Random(Random(
                m.Node("Exp", "x", "e"), "g", 6), "c", 6).Node(Ours + "SkipSimplifiedLayerNormalization", "x e g c", $"n{sum}",
                ("epsilon", 0.01f)).Node("Add", $"n {read}", "y"));
        }
    }

    // Weights of a run's own scale, as what their integers stand for.
    private static IEnumerable<Claim> DynamicallyContributed()
    {
        yield return new(Ours + "DynamicQuantizeMatMul", 17, 17, Sequence, m => Random(m.Bytes("w", [6, 4], true, Weights(24))
            .Floats("sw", [], 0.25f).Bytes("zw", [], true, 3), "b", 4).Node(Ours + "DynamicQuantizeMatMul", "x w sw zw b", "y"));
        yield return new(Ours + "MatMulIntegerToFloat", 17, 17, Rows, m => Random(m.Bytes("w", [6, 4], true, Weights(24))
            .Floats("sw", [4], 0.25f, 0.5f, 1, 2).Bytes("zw", [4], true, 3, 0, 1, -4), "b", 4)
            .Node("DynamicQuantizeLinear", "x", "q sq zq").Node(Ours + "MatMulIntegerToFloat", "q w sq sw zq zw b", "y"));
    }
}
