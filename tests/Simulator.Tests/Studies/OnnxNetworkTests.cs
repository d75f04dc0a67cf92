using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>ONNX models give what the definitions of their operators give.</summary>
public sealed class OnnxNetworkTests
{
    private const int Batch = 2;

    [Test]
    public void A_convolutional_network_in_channel_order_gives_the_same_with_channels_last()
    {
        float[] x = Numbers("x", Batch * 3 * 8 * 8), w1 = Numbers("w1", 4 * 3 * 9), gamma = Numbers("g", 4),
            beta = Numbers("b", 4), mean = Numbers("m", 4);
        float[] variance = [.. Numbers("v", 4).Select(v => v * v + 0.5f)], wd = Numbers("wd", 4 * 9), bd = Numbers("bd", 4),
            wp = Numbers("wp", 4 * 4);
        float[] fc = Numbers("fc", 5 * 16), fb = Numbers("fb", 5), shift = Numbers("shift", 4);
        OnnxModel model = new OnnxModel(1, 3, 8, 8)
            .Floats("w1", [4, 3, 3, 3], w1).Floats("gamma", [4], gamma).Floats("beta", [4], beta).Floats("mean", [4], mean)
                .Floats("var", [4], variance)
            .Floats("wd", [4, 1, 3, 3], wd).Floats("bd", [4], bd).Floats("wp", [4, 4, 1, 1], wp).Floats("fc.weight", [5, 16], fc)
                .Floats("fc.bias", [5], fb)
            .Floats("shift", [1, 4, 1, 1], shift).Floats("zero", [], 0).Floats("six", [], 6)
            .Node("Conv", "x w1", "conv", ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 2 }))
            .Node("BatchNormalization", "conv gamma beta mean var", "norm", ("epsilon", 0.01f))
            .Node("Relu", "norm", "relu")
            .Node("Conv", "relu wd bd", "depthwise", ("pads", new[] { 1, 1, 1, 1 }), ("group", 4))
            .Node("Clip", "depthwise zero six", "clip")
            .Node("Conv", "clip wp", "point")
            .Node("Add", "point relu", "sum")
            .Node("Sub", "sum shift", "shifted")
            .Node("MaxPool", "shifted", "pool", ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }))
            .Node("Flatten", "pool", "flat")
            .Node("Gemm", "flat fc.weight fc.bias", "scores", ("transB", 1))
            .Node("Softmax", "scores", "probabilities", ("axis", 1));
        ImportedNetwork network = model.Import("probabilities");

        float[] y = OnnxReference.Conv(x, [Batch, 3, 8, 8], w1, [4, 3, 3, 3], null, 2, 1, 1);
        float[] relu = OnnxReference.PerChannel(y, 4, 16,
            (v, c) => Math.Max(0, ((v - mean[c]) / MathF.Sqrt(variance[c] + 0.01f) * gamma[c]) + beta[c]));
        y = OnnxReference.Conv(relu, [Batch, 4, 4, 4], wd, [4, 1, 3, 3], bd, 1, 1, 4);
        y = OnnxReference.Conv([.. y.Select(v => Math.Clamp(v, 0, 6))], [Batch, 4, 4, 4], wp, [4, 4, 1, 1], null, 1, 0, 1);
        y = OnnxReference.PerChannel([.. y.Zip(relu, (a, b) => a + b)], 4, 16, (v, c) => v - shift[c]);
        y = OnnxReference.Pool(y, [Batch, 4, 4, 4], 2, window => window.Max());
        y = OnnxReference.Softmax(OnnxReference.Gemm(y, fc, fb, Batch, 5, 16), 5);
        Assert.That(Run(network, ChannelsLast(x, 3, 64)), Is.EqualTo(y).Within(1e-5));
        Assert.That(network.Weights.Tensors.Keys, Does.Contain("head.weight").And.Contain("head.bias").And.Contain("w1.bias"));
        Assert.That(network.Model.Build(3).Nodes.Select(n => n.Op), Has.None.InstanceOf<BatchNorm>());
    }

    [Test]
    public void Attention_over_a_sequence_gives_what_its_products_give()
    {
        float[] x = Numbers("x", Batch * 4 * 6), w = Numbers("w", 6 * 6), b = Numbers("b", 6), gain = Numbers("g", 6),
            shift = Numbers("s", 6), fc = Numbers("fc", 24 * 3);
        ImportedNetwork network = new OnnxModel(1, 4, 6)
            .Floats("w", [6, 6], w).Floats("b", [6], b).Floats("gain", [6], gain).Floats("shift", [6], shift)
                .Floats("fc", [24, 3], fc)
            .Longs("target", 1, -1).Longs("again", 0, 4, 6)
            .Node("LayerNormalization", "x gain shift", "norm")
            .Node("MatMul", "norm w", "product")
            .Node("Add", "b product", "query")
            .Node("Transpose", "norm", "key", ("perm", new[] { 0, 2, 1 }))
            .Node("MatMul", "query key", "scores")
            .Node("Softmax", "scores", "weights")
            .Node("MatMul", "weights norm", "mixed")
            .Node("Gelu", "mixed", "curved")
            .Node("Add", "curved x", "residual")
            .Node("Reshape", "residual again", "same")
            .Node("Reshape", "same target", "flat")
            .Node("MatMul", "flat fc", "logits")
            .Import("logits");

        List<float> expected = [];
        foreach (float[] sample in x.Chunk(24))
        {
            float[] norm = [.. sample.Chunk(6)
                .SelectMany(row => row.Select((v, i) =>
                    (float)(((v - row.Average()) / Math.Sqrt(row.Average(u => Math.Pow(u - row.Average(), 2)) + 1e-5) * gain[i])
                        + shift[i])))];
            float[] query = OnnxReference.Gemm(norm, Transposed(w, 6), b, 4, 6, 6);
            float[] mix = OnnxReference.Softmax(OnnxReference.Gemm(query, norm, null, 4, 4, 6), 4);
            float[] mixed = OnnxReference.Gemm(mix, Transposed(norm, 6), null, 4, 6, 4);
            float[] residual = [.. mixed.Select((v, i) => (float)(v * NormalDistribution(v)) + sample[i])];
            expected.AddRange(OnnxReference.Gemm(residual, Transposed(fc, 3), null, 1, 3, 24));
        }

        Assert.That(Run(network, x), Is.EqualTo(expected).Within(1e-4));
        Assert.That(network.Model.Build(1).Nodes.Count(n => n.Op is Linear { } && n.Inputs.Length == 3), Is.EqualTo(1),
            "a sum with a vector is the bias");
    }

    [Test]
    public void Concatenated_branches_and_means_keep_their_channels()
    {
        float[] x = Numbers("x", Batch * 2 * 4 * 4), w = Numbers("w", 3 * 2);
        ImportedNetwork network = new OnnxModel(1, 2, 4, 4).Floats("w", [3, 2, 1, 1], w)
            .Node("Conv", "x w", "branch")
                .Node("AveragePool", "branch", "small", ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }))
            .Node("MaxPool", "x", "other", ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }))
            .Node("Concat", "small other", "joined", ("axis", 1)).Node("GlobalAveragePool", "joined", "mean")
                .Node("Flatten", "mean", "out").Import("out");
        float[] small = OnnxReference.Pool(OnnxReference.Conv(x, [Batch, 2, 4, 4], w, [3, 2, 1, 1], null, 1, 0, 1),
            [Batch, 3, 4, 4], 4, v => v.Average());
        float[] other = OnnxReference.Pool(OnnxReference.Pool(x, [Batch, 2, 4, 4], 2, v => v.Max()), [Batch, 2, 2, 2], 2,
            v => v.Average());
        Assert.That(Run(network, ChannelsLast(x, 2, 16)),
            Is.EqualTo(small.Chunk(3).Zip(other.Chunk(2)).SelectMany(p => p.First.Concat(p.Second))).Within(1e-5));
    }

    [TestCase("Div s r2", "half")]
    [TestCase("Mul r1 s", "last")]
    [TestCase("Mul s r1", "first")]
    public void A_gelu_that_is_written_out_is_one_operation(string scale, string half)
    {
        OnnxModel model = new OnnxModel(1, 6).Floats("r2", [], 1.41421356f).Floats("r1", [1], 0.70710678f).Floats("05", [], 0.5f)
            .Floats("1", [], 1).Floats("w", [6, 6], Numbers("w", 36))
            .Node("MatMul", "x w", "s").Node(scale.Split(' ')[0], scale.Split(' ', 2)[1], "scaled").Node("Erf", "scaled", "e")
                .Node("Add", "1 e", "sum");
        if (half == "half")
            model.Node("Mul", "s 05", "half").Node("Mul", "half sum", "y");
        else if (half == "last")
            model.Node("Mul", "sum s", "first").Node("Mul", "05 first", "y");
        else
            model.Node("Mul", "sum 05", "first").Node("Mul", "first s", "y");
        float[] x = Numbers("x", Batch * 6), s = OnnxReference.Gemm(x, Transposed(Numbers("w", 36), 6), null, Batch, 6, 6);
        ImportedNetwork network = model.Import("y");
        Assert.That(network.Model.Build(1).Nodes.Count(n => n.Op is Gelu), Is.EqualTo(1));
        Assert.That(Run(network, x), Is.EqualTo(s.Select(v => (float)(v * NormalDistribution(v)))).Within(1e-5));
    }

    [TestCase("test_qlinearconv")]
    [TestCase("test_qlinearmatmul_2D_int8_float16")]
    [TestCase("test_qlinearmatmul_2D_uint8_float16")]
    public void Published_quantised_nodes_give_their_published_integers(string name)
    {
        JsonNode node = File.ReadLines(GoldenFolder.Find("numerics/onnx_node.jsonl")).Select(l => JsonNode.Parse(l)!)
            .Single(n => n["name"]!.GetValue<string>() == name);
        string[] names = [.. node["graph_inputs"]!.AsArray().Select(i => i!.GetValue<string>())];
        long[] shape = Dims(node["inputs"]![names[0]]!);
        OnnxModel model = new(shape);
        foreach (string constant in names.Skip(1))
        {
            JsonNode tensor = node["inputs"]![constant]!;
            string type = tensor["dtype"]!.GetValue<string>();
            if (type.StartsWith("float", StringComparison.Ordinal))
                model.Floats(constant, Dims(tensor), Values<float>(tensor));
            else
                model.Bytes(constant, Dims(tensor), type == "int8", Values<int>(tensor));
        }

        bool signed = name.Contains("_int8", StringComparison.Ordinal);
        model.Node("QuantizeLinear", $"x {names[1]} {names[2]}", "q")
            .Node(node["nodes"]![0]!["op"]!.GetValue<string>(), $"q {string.Join(' ', names.Skip(1))}", "y")
            .Node("DequantizeLinear", $"y {names[^2]} {names[^1]}", "out");
        ImportedNetwork network = model.Import("out");
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Wrap), Rounding.HalfEven, Requantization.Float32,
            ZeroPointBeforeRounding: true);
        FixedPointMachine machine = NetworkEvaluation.Fixed(network, (int)shape[0], policy);
        SampleStore<byte> store = new((int)shape[0]);
        store.Set(0, [.. Values<int>(node["inputs"]![names[0]]!).Select(v => (byte)(signed ? v : v - 128))]);
        machine.Run(default, store, [.. Enumerable.Range(0, (int)shape[0])], fill: true);
        int[] found = [.. MemoryMarshal.Cast<byte, sbyte>(machine.Values(machine.Plan.Ops[^1].Output)).ToArray()
            .Select(v => signed ? v : v + 128)];
        Assert.That(found, Is.EqualTo(Values<int>(node["outputs"]!.AsObject().Single().Value!)));
    }

    [Test]
    public void Pairs_of_quantise_and_dequantise_make_a_network_that_runs_in_integers()
    {
        int[] weights = [.. Numbers("w", 4 * 2 * 9).Select(v => (int)Math.Clamp(v * 60, -127, 127))],
            dense = [.. Numbers("d", 3 * 4).Select(v => (int)Math.Clamp(v * 60, -127, 127))];
        OnnxModel model = new OnnxModel(1, 2, 6, 6)
            .Floats("sx", [], 0.02f).Bytes("zx", [], false, 120).Floats("sw", [4], 0.01f, 0.02f, 0.015f, 0.012f)
                .Bytes("zw", [4], true, 0, 0, 0, 0)
            .Bytes("w", [4, 2, 3, 3], true, weights).Ints("b", [4], 100, -200, 300, 0)
                .Floats("sb", [4], 0.0002f, 0.0004f, 0.0003f, 0.00024f).Ints("zb", [4], 0, 0, 0, 0)
            .Floats("sy", [], 0.06f).Bytes("zy", [], false, 0).Floats("sm", [], 0.02f).Bytes("zm", [], false, 3)
            .Bytes("d", [3, 4], true, dense).Floats("sd", [], 0.01f).Bytes("zd", [], true, 0).Floats("so", [], 0.06f)
                .Bytes("zo", [], false, 128).Floats("db", [3], 0.1f, -0.2f, 0.3f)
            .Node("QuantizeLinear", "x sx zx", "xq").Node("DequantizeLinear", "xq sx zx", "xd")
            .Node("DequantizeLinear", "w sw zw", "wd", ("axis", 0)).Node("DequantizeLinear", "b sb zb", "bd", ("axis", 0))
            .Node("Conv", "xd wd bd", "c").Node("Relu", "c", "r").Node("QuantizeLinear", "r sy zy", "rq")
                .Node("DequantizeLinear", "rq sy zy", "rd")
            .Node("GlobalAveragePool", "rd", "m").Node("QuantizeLinear", "m sm zm", "mq")
                .Node("DequantizeLinear", "mq sm zm", "md")
            .Node("Flatten", "md", "f").Node("DequantizeLinear", "d sd zd", "dd").Node("Gemm", "f dd db", "g", ("transB", 1))
            .Node("QuantizeLinear", "g so zo", "gq").Node("DequantizeLinear", "gq so zo", "out");
        ImportedNetwork network = model.Import("out");
        Assert.That(network.Quantization, Is.Not.Null);
        float[] x = [.. Numbers("x", Batch * 72).Select(v => MathF.Round(Math.Clamp(v, -2.4f, 2.6f) / 0.02f) * 0.02f)];
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Wrap));
        FixedPointMachine machine = NetworkEvaluation.Fixed(network, Batch, policy);
        SampleStore<byte> store = new(Batch);
        store.Set(0, machine.QuantizeInput("images", ChannelsLast(x, 2, 36)));
        machine.Run(default, store, [0, 1], fill: true);
        float[] found = [.. MemoryMarshal.Cast<byte, sbyte>(machine.Values(machine.Plan.Ops[^1].Output)).ToArray()
            .Select(v => v * 0.06f)];
        // A mean is rounded to 0.06, then to 0.02; the last layer adds four of them times at most 1.27
        Assert.That(found, Is.EqualTo(Run(network, ChannelsLast(x, 2, 36))).Within(0.25));
    }

    private static float[] Run(ImportedNetwork network, float[] samples)
    {
        FloatMachine machine = NetworkEvaluation.Float(network, Batch);
        SampleStore<float> store = new(Batch);
        store.Set(0, samples);
        machine.Run(default, store, [0, 1], fill: true);
        return machine.Values(machine.Plan.Ops[^1].Output).ToArray();
    }

    private static float[] Numbers(string name, int count)
    {
        RandomStream random = new(1, name);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }

    private static float[] ChannelsLast(float[] x, int channels, int pixels) =>
        [.. Enumerable.Range(0, x.Length)
            .Select(i => x[(i / (channels * pixels) * channels * pixels) + (i % channels * pixels) + (i / channels % pixels)])];

    private static float[] Transposed(float[] matrix, int columns) =>
        [.. Enumerable.Range(0, matrix.Length)
            .Select(i => matrix[(i % (matrix.Length / columns) * columns) + (i / (matrix.Length / columns))])];

    private static double NormalDistribution(double x)
    {
        if (Math.Abs(x) > 7)
            return x > 0 ? 1 : 0;
        double term = x, sum = x; // Φ(x) − ½ = φ(x) · (x + x³/3 + x⁵/15 + …)
        for (int n = 3; n < 200; n += 2)
            sum += term *= x * x / n;
        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }

    private static long[] Dims(JsonNode tensor) => [.. tensor["dims"]!.AsArray().Select(d => d!.GetValue<long>())];

    private static T[] Values<T>(JsonNode tensor) => [.. tensor["values"]!.AsArray().Select(v => v!.GetValue<T>())];
}
