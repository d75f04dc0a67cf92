using NpuSim.Random;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>Networks in which a constant of the file is used more than once, and the same by hand.</summary>
internal static class TiedNetwork
{
    public const int Batch = 6;

    private const string Filter = "w", Bias = "b";

    /// <summary>One filter in two convolutions, one bias in both and in a sum.</summary>
    public static OnnxModel Twice() => new OnnxModel(1, 2, 6, 6)
        .Floats(Filter, [2, 2, 3, 3], Numbers(Filter, 36, 0.4f)).Floats(Bias, [2], Numbers(Bias, 2, 0.3f))
            .Floats("head", [3, 72], Numbers("head", 216, 0.2f))
        .Node("Conv", "x w b", "one", ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", "one", "relu1")
        .Node("Conv", "relu1 w b", "two", ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", "two", "relu2")
        .Node("Flatten", "relu2", "flat").Node("Gemm", "flat head", "y", ("transB", 1));

    /// <summary>The same as a graph with one parameter, as somebody would write it.</summary>
    public static Graph TwiceByHand(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, 6, 6, 2]), w = g.Parameter(Filter, [2, 3, 3, 2]), b = g.Parameter(Bias, [2]);
        Conv2d conv = new(1, new Padding(1, 1, 1, 1));
        Value y = g.Apply("relu1", new Relu(), g.Apply("one", conv, x, w, b));
        y = g.Apply("relu2", new Relu(), g.Apply("two", conv, y, w, b));
        y = g.Apply("y", new Linear(), g.Apply("flat", new Reshape([batch, 72]), y), g.Parameter("head.weight", [3, 72]));
        g.Output("logits", y);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), y, g.Input("labels", [batch])));
        return g.Build();
    }

    /// <summary>A matrix that one layer reads as it is and another the other way round, as in an autoencoder with tied
    /// weights.</summary>
    public static OnnxModel Turned() => new OnnxModel(1, 6)
        .Floats(Filter, [4, 6], Numbers(Filter, 24, 0.5f)).Floats(Bias, [4], Numbers(Bias, 4, 0.3f))
            .Floats("head", [6, 3], Numbers("head", 18, 0.5f))
        .Node("Gemm", "x w b", "code", ("transB", 1)).Node("Relu", "code", "relu")
        .Node("MatMul", "relu w", "decoded").Node("Add", "decoded x", "sum").Node("MatMul", "sum head", "y");

    /// <summary>Two blocks that share a convolution, each with a normalisation of its own unless <paramref
    /// name="same"/>.</summary>
    public static OnnxModel Normalised(bool same) => new OnnxModel(1, 2, 4, 4)
        .Floats(Filter, [2, 2, 1, 1], Numbers(Filter, 4, 0.5f)).Floats("head", [3, 2], Numbers("head", 6, 0.5f))
        .Floats("g1", [2], 1.2f, 0.8f).Floats("s1", [2], 0.1f, 0.2f).Floats("m1", [2], 0.05f, -0.1f).Floats("v1", [2], 0.9f, 1.3f)
        .Floats("g2", [2], 0.7f, 1.4f).Floats("s2", [2], -0.1f, 0.3f).Floats("m2", [2], 0.2f, 0.1f).Floats("v2", [2], 0.5f, 0.6f)
        .Node("Conv", "x w", "one").Node("BatchNormalization", "one g1 s1 m1 v1", "norm1").Node("Relu", "norm1", "relu1")
        .Node("Conv", "relu1 w", "two").Node("BatchNormalization", same ? "two g1 s1 m1 v1" : "two g2 s2 m2 v2", "norm2")
            .Node("Relu", "norm2", "relu2")
        .Node("GlobalAveragePool", "relu2", "mean").Node("Flatten", "mean", "flat").Node("Gemm", "flat head", "y", ("transB", 1));

    /// <summary>The same integers with two scales: one tensor cannot serve both.</summary>
    public static OnnxModel TwoScales() => new OnnxModel(1, 4)
        .Bytes("q", [4, 4], signed: true, [.. Numbers("q", 16, 40).Select(v => (int)Math.Clamp(v, -127, 127))])
            .Floats("one", [], 0.02f).Floats("two", [], 0.03f)
        .Bytes("zero", [], signed: true, 0).Floats("head", [3, 4], Numbers("head", 12, 0.5f))
        .Node("DequantizeLinear", "q one zero", "w1").Node("DequantizeLinear", "q two zero", "w2")
        .Node("Gemm", "x w1", "first", ("transB", 1)).Node("Relu", "first", "relu")
            .Node("Gemm", "relu w2", "second", ("transB", 1))
        .Node("Gemm", "second head", "y", ("transB", 1));

    public static Dictionary<string, float[]> Weights(ImportedNetwork network) =>
        network.Weights.Tensors.ToDictionary(t => t.Key, t => t.Value.Values.ToArray());

    public static Dataset Data(Shape sample, int count = Batch) => new(
        sample, 3, Numbers("data", count * (int)sample.Count, 1), [.. Enumerable.Range(0, count).Select(i => i % 3)]);

    private static float[] Numbers(string name, int count, float size)
    {
        RandomStream random = new(2, name);
        return [.. Enumerable.Range(0, count).Select(_ => size * (float)random.NextNormal())];
    }
}
