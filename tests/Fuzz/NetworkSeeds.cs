using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Fuzz;

/// <summary>Small networks of operators that the shared files do not have.</summary>
internal static class NetworkSeeds
{
    /// <summary>ONNX models: recurrent layers, operators of ONNX Runtime, indices and sums of products.</summary>
    public static IEnumerable<byte[]> Onnx()
    {
        yield return Cells(Cells(new OnnxModel(1, 6, 4), "", 4, 4, 2), "2", 8, 3, 1).Longs("to", 0, 0, -1).Longs("one", 1)
            .Node("Transpose", "x", "s", ("perm", new[] { 1, 0, 2 }))
            .Node("LSTM", "s w r b", "h", ("hidden_size", 4), ("direction", "bidirectional"))
            .Node("Transpose", "h", "t", ("perm", new[] { 0, 2, 1, 3 })).Node("Reshape", "t to", "j")
            .Node("GRU", "j w2 r2 b2", "k", ("hidden_size", 4), ("linear_before_reset", 1)).Node("Squeeze", "k one", "q")
            .Node("Transpose", "q", "y", ("perm", new[] { 1, 0, 2 })).File("y", 14);
        yield return Real(new OnnxModel(1, 4, 6), "w", 5, 6).Longs("a", 1).Longs("d", 5).Floats("v", [2], 0, 1)
            .Longs("i", 1, 0).Node("Einsum", "x w", "e", ("equation", "bij,kj->bik")).Node("CumSum", "e a", "c")
            .Node("LpNormalization", "c", "n", ("axis", 2), ("p", 2)).Node("ArgMax", "n", "m", ("axis", 2), ("keepdims", 0))
            .Node("OneHot", "m d v", "o").Node("Add", "o n", "y").File("y", 17);
        yield return Real(new OnnxModel(3, 4), "u", 2, 4).Constant("i", 7, [2, 1], Bytes(2L, 0)).Constant("g", 7, [3, 2],
            Bytes(0L, 2, -1, 1, 1, 0)).Node("ScatterND", "x i u", "s").Node("GatherElements", "s g", "y", ("axis", 1))
            .File("y", 16);
        yield return new OnnxModel(1, 2, 6, 6).Floats("s", [4], 1, 1, 0.5f, 0.7f).Node("Resize", "x - s", "t",
            ("mode", "linear"), ("antialias", 1)).Node("Exp", "t", "y").File("y", 18);
        const string Ours = "com.microsoft.";
        yield return new OnnxModel(1, 3, 4, 4).Floats("sx", [], 0.02f).Bytes("zx", [], false, 128).Floats("sy", [], 0.05f)
            .Bytes("zy", [], false, 100).Bytes("t", [3, 1, 1], false, 7, 90, 250).Node("QuantizeLinear", "x sx zx", "q")
            .Node(Ours + "QLinearAdd", "q sx zx t sx zx sy zy", "a").Node(Ours + "QLinearSigmoid", "a sy zy sx zx", "g")
            .Node(Ours + "QLinearConcat", "sy zy a sy zy g sx zx", "c", ("axis", 1))
            .Node(Ours + "QLinearGlobalAveragePool", "c sy zy sy zy", "p").Node("Flatten", "p", "f")
            .Bytes("w", [4, 6], false, [.. Enumerable.Range(0, 24).Select(i => i * 10)]).Floats("sw", [], 0.01f)
            .Node(Ours + "QGemm", "f sy zy w sw zx - sy zy", "m", ("transB", 1)).Node("DequantizeLinear", "m sy zy", "y")
            .File("y");
        yield return Real(Real(new OnnxModel(1, 4, 6), "g", 6), "b", 6).Node(Ours + "FastGelu", "x b", "u")
            .Node(Ours + "SkipLayerNormalization", "x u g b", "n - - k").Node(Ours + "FusedMatMul", "n k", "y", ("transB", 1))
            .File("y");
    }

    /// <summary>TFLite networks of operators in floating point.</summary>
    public static IEnumerable<byte[]> Flat()
    {
        yield return TfliteWriter.Write(JsonNode.Parse("""
            {"inputs": [0], "outputs": [9], "tensors": [
            {"index": 0, "name": "x", "shape": [1, 4, 4, 1], "dtype": "FLOAT32"},
            {"index": 1, "name": "depth", "shape": [1, 2, 2, 4], "dtype": "FLOAT32"},
            {"index": 2, "name": "size", "shape": [4], "dtype": "INT32", "constant": true},
            {"index": 3, "name": "w", "shape": [3, 2, 2, 4], "dtype": "FLOAT32", "constant": true},
            {"index": 4, "name": "up", "shape": [1, 4, 4, 3], "dtype": "FLOAT32"},
            {"index": 5, "name": "pads", "shape": [4, 2], "dtype": "INT32", "constant": true},
            {"index": 6, "name": "mirrored", "shape": [1, 6, 5, 3], "dtype": "FLOAT32"},
            {"index": 7, "name": "slopes", "shape": [3], "dtype": "FLOAT32", "constant": true},
            {"index": 8, "name": "r", "shape": [1, 6, 5, 3], "dtype": "FLOAT32"},
            {"index": 9, "name": "y", "shape": [1, 6, 5, 3], "dtype": "FLOAT32"}],
            "ops": [{"op": "SPACE_TO_DEPTH", "inputs": [0], "outputs": [1], "options": {"blockSize": 2}},
            {"op": "TRANSPOSE_CONV", "inputs": [2, 3, 1], "outputs": [4],
                "options": {"padding": "SAME", "strideH": 2, "strideW": 2}},
            {"op": "MIRROR_PAD", "inputs": [4, 5], "outputs": [6], "options": {"mode": 1}},
            {"op": "PRELU", "inputs": [6, 7], "outputs": [8]},
            {"op": "MAXIMUM", "inputs": [8, 7], "outputs": [9]}]}
            """)!, tensor => tensor switch
        {
            2 => Bytes(1, 4, 4, 3),
            5 => Bytes(0, 0, 1, 1, 1, 0, 0, 0),
            _ => Bytes([.. Enumerable.Range(0, tensor == 3 ? 48 : 3).Select(i => (i % 5) - 2f)]),
        });
        yield return TfliteWriter.Write(JsonNode.Parse("""
            {"inputs": [0], "outputs": [7], "tensors": [
            {"index": 0, "name": "x", "shape": [1, 4], "dtype": "FLOAT32"},
            {"index": 1, "name": "features", "shape": [6, 4], "dtype": "FLOAT32", "constant": true},
            {"index": 2, "name": "time", "shape": [6, 5], "dtype": "FLOAT32", "constant": true},
            {"index": 3, "name": "state", "shape": [1, 30], "dtype": "FLOAT32"},
            {"index": 4, "name": "s", "shape": [1, 3], "dtype": "FLOAT32"},
            {"index": 5, "name": "p", "shape": [1, 2, 3], "dtype": "FLOAT32"},
            {"index": 6, "name": "m", "shape": [3, 2], "dtype": "FLOAT32", "constant": true},
            {"index": 7, "name": "y", "shape": [1, 2, 2], "dtype": "FLOAT32"}],
            "ops": [{"op": "SVDF", "inputs": [0, 1, 2, -1, 3], "outputs": [4],
                "options": {"rank": 2, "fusedActivationFunction": "RELU"}},
            {"op": "PACK", "inputs": [4, 4], "outputs": [5], "options": {"axis": 1}},
            {"op": "BATCH_MATMUL", "inputs": [5, 6], "outputs": [7], "options": {}}]}
            """)!, tensor => Bytes([.. Enumerable.Range(0, tensor == 1 ? 24 : tensor == 2 ? 30 : 6).Select(i => (i % 5) - 2f)]));
    }

    private static OnnxModel Cells(OnnxModel m, string name, int features, int gates, int directions) =>
        Real(Real(Real(m, $"w{name}", directions, 4 * gates, features), $"r{name}", directions, 4 * gates, 4), $"b{name}",
            directions, 8 * gates);

    private static OnnxModel Real(OnnxModel m, string name, params long[] dims) =>
        m.Floats(name, dims, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b)).Select(i => (i % 7) - 3f)]);

    private static byte[] Bytes<T>(params T[] values) where T : unmanaged =>
        MemoryMarshal.AsBytes<T>(values).ToArray();
}
