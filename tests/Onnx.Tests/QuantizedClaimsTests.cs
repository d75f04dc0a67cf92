using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Networks.Onnx;
using NpuSim.Workloads.Networks.Onnx.Proto;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>Quantised networks give the integers of ONNX Runtime; what lies on a tie may differ by one step.</summary>
public sealed class QuantizedClaimsTests
{
    private const int Last = OperatorTable.Newest;
    private const double TiesAtMost = 0.01; // of the numbers of all networks

    private static readonly int[] Images = [1, 3, 6, 6], Rows = [1, 12];

    private static IEnumerable<Claim> Networks()
    {
        foreach (bool signed in new[] { false, true })
        {
            yield return new("Conv", 10, Last, Images,
                m => Out(Weights(In(m, signed), signed: true, 4, 3, 3, 3)
                    .Node("Conv", "xd wd", "c", ("strides", new[] { 2, 1 })), "c", signed));
            yield return new("Conv", 10, Last, Images,
                m => Out(Weights(In(m, signed), signed: false, 4, 3, 3, 3)
                    .Node("Conv", "xd wd", "c", ("pads", new[] { 1, 1, 1, 1 })), "c", signed));
            yield return new("Conv", 10, Last, Images,
                m => Out(Weights(In(m, signed), signed: true, 4, 3, 2, 2)
                    .Node("Conv", "xd wd", "c", ("dilations", new[] { 2, 2 })).Node("Relu", "c", "r"), "r", signed, zero: 0));
            yield return new("Gemm", 11, Last, Rows,
                m => Out(Weights(In(m, signed), signed: true, 4, 12).Node("Gemm", "xd wd", "c", ("transB", 1)), "c", signed));
            yield return new("MatMul", 10, Last, Rows,
                m => Out(Weights(In(m, signed), signed: true, 12, 4).Node("MatMul", "xd wd", "c"), "c", signed));
            yield return new("Add", 10, Last, Images,
                m => Out(Weights(In(m, signed), signed: true, 3, 3, 1, 1).Node("Conv", "xd wd", "t"), "t", signed, "u")
                .Node("Add", "u xd", "s") is var n ? Out(n, "s", signed, "y", "2") : m);
            yield return new("Concat", 10, Last, Images,
                m => Out(Weights(In(m, signed), signed: true, 3, 3, 1, 1).Node("Conv", "xd wd", "t"), "t", signed, "u")
                .Node("Concat", "u xd", "s", ("axis", 1)) is var n ? Out(n, "s", signed, "y", "2") : m);
            yield return new("MaxPool", 10, Last, Images, m => In(m, signed)
                .Node("MaxPool", "xd", "p", ("kernel_shape", new[] { 2, 2 }), ("ceil_mode", 1))
                .Node("QuantizeLinear", "p sx zx", "pq").Node("DequantizeLinear", "pq sx zx", "y"));
        }

        // A rectifier that the exporter left out: the least integer stands for 0.
        yield return new("Conv", 10, Last, Images,
            m => Out(Weights(In(m, false), signed: true, 4, 3, 3, 3).Node("Conv", "xd wd", "c"), "c", false, zero: 0));

        // One step per output channel, along a positive and a negative axis.
        foreach (int axis in new[] { 0, -4 })
            yield return new("DequantizeLinear", 13, Last, Images,
                m => Out(PerChannel(In(m, false), 4, axis, 4, 3, 2, 2).Node("Conv", "xd wd", "c"), "c", false));
        foreach (int axis in new[] { 1, -1 })
            yield return new("DequantizeLinear", 13, Last, Rows,
                m => Out(PerChannel(In(m, true), 5, axis, 12, 5).Node("MatMul", "xd wd", "c"), "c", true));
        yield return new("DequantizeLinear", 13, Last, Images,
            m => Out(PerChannel(In(m, false), 3, 1, 4, 3, 2, 2, transposed: true).Node("Conv", "xd wd", "c"), "c", false));

        // Biases: of the accumulator's scale, of another, of 8 bits, real, one for all.
        foreach (float scale in new[] { 0.02f * 0.01f, 0.001f })
        {
            yield return new("Conv", 10, Last, Images,
                m => Out(Weights(In(m, false), signed: true, 4, 3, 1, 1).Ints("b", [4], 300, -200, 1000, 7)
                    .Floats("sb", [], scale)
                .Node("DequantizeLinear", "b sb", "bd").Node("Conv", "xd wd bd", "c"), "c", false));
        }

        yield return new("Conv", 10, Last, Images,
            m => Out(Weights(In(m, false), signed: true, 4, 3, 1, 1).Bytes("b", [4], true, 30, -20, 100, 7)
                .Floats("sb", [], 0.005f).Bytes("zb", [], true, 3)
            .Node("DequantizeLinear", "b sb zb", "bd").Node("Conv", "xd wd bd", "c"), "c", false));
        yield return new("Gemm", 11, Last, Rows,
            m => Out(Weights(In(m, true), signed: true, 4, 12).Floats("b", [], 0.3f)
                .Node("Gemm", "xd wd b", "c", ("transB", 1)), "c", true));

        // Types said by an attribute, and attributes that change nothing here.
        yield return new("QuantizeLinear", 21, Last, Images, m => m.Floats("sx", [], 0.03f)
            .Node("QuantizeLinear", "x sx", "xq", ("output_dtype", 3), ("block_size", 0), ("saturate", 1), ("axis", 1))
            .Node("DequantizeLinear", "xq sx", "xd", ("block_size", 0), ("axis", 1)) is var n
                ? Out(Weights(n, signed: true, 4, 3, 2, 2).Node("Conv", "xd wd", "c"), "c", true) : m);
        yield return new("QuantizeLinear", 21, Last, Images, m => m.Floats("sx", [1], 0.03f)
            .Node("QuantizeLinear", "x sx", "xq", ("output_dtype", 2)).Node("DequantizeLinear", "xq sx", "xd") is var n
            ? Out(Weights(n, signed: true, 4, 3, 2, 2).Node("Conv", "xd wd", "c"), "c", false) : m);
        yield return new("QuantizeLinear", 23, Last, Images, m => m.Floats("sx", [], 0.03f).Bytes("zx", [], true, 5)
            .Node("QuantizeLinear", "x sx zx", "xq", ("precision", 0))
            .Node("DequantizeLinear", "xq sx zx", "xd", ("output_dtype", 1)) is var n
                ? Out(Weights(n, signed: true, 4, 3, 2, 2).Node("Conv", "xd wd", "c"), "c", true) : m);

        // Four-bit weights, and weights that the graph quantises itself.
        yield return new("DequantizeLinear", 21, Last, Rows,
            m => Out(In(m, true).Constant("w", 22, [4, 12], [.. Claim.Numbers("w4", 24).Select(v => (byte)(v * 50))])
                .Floats("sw", [], 0.05f)
            .Node("DequantizeLinear", "w sw", "wd").Node("Gemm", "xd wd", "c", ("transB", 1)), "c", true));
        yield return new("QuantizeLinear", 11, Last, Rows,
            m => Out(In(m, true).Floats("w", [4, 12], Claim.Numbers("w", 48)).Floats("sw", [], 0.02f).Bytes("zw", [], true, 0)
            .Node("QuantizeLinear", "w sw zw", "wq").Node("DequantizeLinear", "wq sw zw", "wd")
                .Node("Gemm", "xd wd", "c", ("transB", 1)), "c", true));

        // Operators on integers.
        foreach (bool signed in new[] { false, true })
        {
            yield return new("QLinearConv", 10, Last, Images, m => Whole(Weights(In(m, signed), signed, 4, 3, 3, 3), signed)
                .Ints("b", [4], 300, -200, 1000, 7)
                .Node("QLinearConv", "xq sx zx w sw zw sy zy b", "yq", ("strides", new[] { 2, 1 }),
                    ("pads", new[] { 0, 1, 1, 0 }), ("kernel_shape", new[] { 3, 3 })).Node("DequantizeLinear", "yq sy zy", "y"));
            yield return new("QLinearMatMul", 10, Last, Rows, m => Whole(Weights(In(m, signed), signed, 12, 4), signed)
                .Node("QLinearMatMul", "xq sx zx w sw zw sy zy", "yq").Node("DequantizeLinear", "yq sy zy", "y"));
        }

        // Integers that are moved stand for what they stood for.
        foreach (string pool in new[] { "MaxPool", "GlobalMaxPool" })
        {
            yield return new("QLinearConv", 12, Last, Images, m => Whole(Weights(In(m, true), true, 4, 3, 3, 3), true)
                .Node("QLinearConv", "xq sx zx w sw zw sy zy", "c")
                    .Node(pool, "c", "p", pool == "MaxPool" ? [("kernel_shape", new[] { 2, 2 })] : [])
                .Node("Flatten", "p", "f").Node("DequantizeLinear", "f sy zy", "y"));
        }

        yield return new("QLinearConv", 10, Last, Images, m => Whole(Weights(In(m, true), true, 4, 3, 3, 3), true)
            .Node("QLinearConv", "xq sx zx w sw zw sy zy", "c").Node("Concat", "c c", "p", ("axis", 1))
                .Node("DequantizeLinear", "p sy zy", "y"));
        yield return new("QLinearConv", 10, Last, Images, m => Whole(Weights(In(m, true), true, 6, 1, 2, 2), true)
            .Node("QLinearConv", "xq sx zx w sw zw sy zy", "yq", ("group", 3), ("dilations", new[] { 2, 1 }))
                .Node("DequantizeLinear", "yq sy zy", "y"));
        yield return new("QLinearConv", 10, Last, Images, m => Whole(Weights(In(m, true), true, 6, 3, 2, 2), true)
            .Node("QLinearConv", "xq sx zx w sw zw sy zy", "yq", ("auto_pad", "SAME_LOWER"))
                .Node("DequantizeLinear", "yq sy zy", "y"));
    }

    /// <summary>True for an operator that is compared in integers.</summary>
    public static bool Has(string name) =>
        name.EndsWith("QGemm", StringComparison.Ordinal) || (name.Contains("Linear", StringComparison.Ordinal)
            && !name.Contains("Dynamic", StringComparison.Ordinal));

    // ONNX Runtime's own operators, on one tensor x that is quantised by (sx, zx), to (sy, zy).
    private static IEnumerable<Claim> Contributed()
    {
        const string Ours = "com.microsoft.";
        foreach (bool signed in new[] { false, true })
        {
            foreach (string op in new[] { "QLinearAdd", "QLinearMul" })
            {
                yield return Of(op, Images, signed, "xq sx zx t st zt sy zy", m => m.Floats("st", [], 0.03f)
                    .Bytes("zt", [], signed, signed ? 5 : 100)
                    .Bytes("t", [1, 3, 1, 1], signed, signed ? [-90, 3, 127] : [7, 90, 250]));
                yield return Of(op, Images, signed, "xq sx zx u so1 zo1 sy zy",
                    m => Second(m, signed));
            }

            yield return Of("QLinearGlobalAveragePool", Images, signed, "xq sx zx sx zx", m => m, ("channels_last", 0));
            yield return Of("QLinearAveragePool", Images, signed, "xq sx zx sx zx", m => m, ("kernel_shape", new[] { 2, 3 }),
                ("strides", new[] { 2, 1 }), ("channels_last", 0), ("ceil_mode", 1), ("count_include_pad", 0));
            yield return Of("QLinearAveragePool", Images, signed, "xq sx zx sx zx", m => m, ("kernel_shape", new[] { 2, 2 }),
                ("pads", new[] { 1, 0, 0, 1 }));
            yield return Of("QLinearAveragePool", Images, signed, "xq sx zx sx zx", m => m, ("kernel_shape", new[] { 3, 3 }),
                ("auto_pad", "SAME_UPPER"));
            yield return Of("QLinearConcat", Images, signed, "sy zy xq sx zx u so1 zo1",
                m => Second(m, signed), ("axis", 1));
            yield return Of("QLinearSigmoid", Rows, signed, "xq sx zx sy zy", m => m);
            yield return new(Ours + "QLinearSoftmax", 17, 17, Rows, m => Whole(In(m, signed), signed).Floats("sp", [], 1f / 256)
                .Bytes("zp", [], signed, signed ? -128 : 0)
                .Node(Ours + "QLinearSoftmax", "xq sx zx sp zp", "yq", ("axis", -1), ("opset", 13))
                .Node("DequantizeLinear", "yq sp zp", "y"));
            yield return Of("QLinearLeakyRelu", Rows, signed, "xq sx zx sy zy", m => m, ("alpha", 0.2f));
            yield return Of("QGemm", Rows, signed, "xq sx zx w sw zw b sy zy",
                m => Weights(m, signed, 4, 12).Ints("b", [4], 300, -200, 1000, 7),
                ("transB", 1), ("alpha", 1f), ("transA", 0));
        }

        // Integers moved in other ways.
        yield return new("Resize", 17, 17, Images, m => Whole(Weights(In(m, true), true, 4, 3, 3, 3), true)
            .Floats("s", [4], 1, 1, 2, 1.5f).Node("QLinearConv", "xq sx zx w sw zw sy zy", "c")
            .Node("Resize", "c - s", "r", ("mode", "nearest")).Node("DequantizeLinear", "r sy zy", "y"));
        yield return new("DepthToSpace", 17, 17, Images, m => Whole(Weights(In(m, true), true, 4, 3, 3, 3), true)
            .Node("QLinearConv", "xq sx zx w sw zw sy zy", "c").Node("DepthToSpace", "c", "d", ("blocksize", 2))
            .Node("DequantizeLinear", "d sy zy", "y"));
        // A residual network as the quantiser writes it: unsigned activations, signed weights with a step for each output.
        yield return new("QLinearAdd", 17, 17, Images, m => Whole(PerChannel(In(m, false), 4, 0, 4, 3, 3, 3), false)
            .Bytes("v", [4, 4, 3, 3], true, [.. Claim.Numbers("v", 144).Select(v => (int)Math.Clamp(v * 40, -127, 127))])
            .Floats("st", [], 0.06f).Bytes("zt", [], false, 0).Ints("b", [4], 300, -200, 1000, 7)
            .Bytes("f", [4, 5], true, [.. Claim.Numbers("f", 20).Select(v => (int)Math.Clamp(v * 40, -127, 127))])
            .Floats("sf", [5], 0.01f, 0.02f, 0.005f, 0.01f, 0.03f).Bytes("zf", [5], true, 0, 0, 0, 0, 0)
            .Node("QLinearConv", "xq sx zx w sw zw sy zy b", "c", ("pads", new[] { 1, 1, 1, 1 }))
            .Node("QLinearConv", "c sy zy v sw zw st zt", "d", ("pads", new[] { 1, 1, 1, 1 }))
            .Node(Ours + "QLinearAdd", "c sy zy d st zt sy zy", "a").Node("MaxPool", "a", "p", ("kernel_shape", new[] { 2, 2 }),
                ("strides", new[] { 2, 2 })).Node(Ours + "QLinearGlobalAveragePool", "p sy zy sy zy", "g")
            .Node("Flatten", "g", "l").Node(Ours + "QGemm", "l sy zy f sf zf - sx zx", "q")
            .Node("DequantizeLinear", "q sx zx", "y"));
        yield return Of("QGemm", Rows, true, "xq sx zx w sw zw - sy zy", m => PerChannel(m, 5, 1, 12, 5));
        yield return new(Ours + "QuantizeLinear", 17, 17, Images, m => m.Floats("sx", [], 0.02f).Bytes("zx", [], true, -3)
            .Node(Ours + "QuantizeLinear", "x sx zx", "xq", ("axis", 1))
            .Node(Ours + "DequantizeLinear", "xq sx zx", "xd", ("axis", 1)) is var n
                ? Out(Weights(n, signed: true, 4, 3, 2, 2).Node("Conv", "xd wd", "c"), "c", true) : m);

        static OnnxModel Second(OnnxModel m, bool signed) => m.Node("Sigmoid", "xd", "s").Floats("so1", [], 1f / 256)
            .Bytes("zo1", [], signed, signed ? -128 : 0).Node("QuantizeLinear", "s so1 zo1", "u");

        static Claim Of(string op, int[] shape, bool signed, string inputs, Func<OnnxModel, OnnxModel> others,
            params (string Name, object Value)[] attributes) => new(Ours + op, 17, 17, shape, m => others(Whole(In(m, signed), signed))
                .Node(Ours + op, inputs, "yq", attributes)
                .Node("DequantizeLinear", inputs.EndsWith("sx zx", StringComparison.Ordinal) && !inputs.StartsWith("sy",
                    StringComparison.Ordinal) ? "yq sx zx" : "yq sy zy", "y"));
    }

    [Test]
    public void Every_quantised_claim_gives_the_oracles_integers()
    {
        List<string> faults = [], skipped = [];
        int equal = 0, ties = 0, networks = 0;
        foreach (Claim claim in Networks().Concat(Contributed()))
        {
            for (int version = claim.From; version <= claim.To; version++)
            {
                byte[] file = claim.File(version);
                string which =
                    $"{claim.Operator} of operator set {version} "
                        + $"({string.Join(" → ", ModelProto.Parser.ParseFrom(file).Graph.Node.Select(n => n.OpType))})";
                float[] x = Claim.Numbers("x", claim.Input);
                float[]? expected = OnnxRuntimeOracle.Run(file, claim.Input, x, out string refusal);
                try
                {
                    ImportedNetwork network = OnnxModel.Import(file);
                    Assert.That(network.Remark, Is.Null, which);
                    (int[] integers, ValueScale scale) = NetworkRun.Integers(network, claim.Input, x);
                    if (expected is null)
                    {
                        skipped.Add($"{which}: {refusal}");
                        continue;
                    }

                    double[] steps = [.. integers.Zip(expected)
                        .Select(p => Math.Abs(p.First - scale.ZeroPoint - (p.Second / scale.Steps[0])))];
                    networks++;
                    equal += steps.Count(s => s < 0.01);
                    ties += steps.Count(s => s is > 0.99 and < 1.01);
                    if (integers.Length != expected.Length || steps.Any(s => s is (> 0.01 and < 0.99) or > 1.01))
                        faults.Add($"{which}: differs by {steps.Max()} steps");
                }
                catch (InputException fault)
                {
                    faults.Add($"{which}: refused: {fault.Message}; oracle {(expected is null ? "too" : "not")}");
                }
            }
        }

        TestContext.Out.WriteLine(
            $"{networks} networks: {equal} numbers equal, {ties} differ by one step; {skipped.Count} that ONNX Runtime does not "
                + $"run");
        TestContext.Out.WriteLine(string.Join('\n', skipped));
        Assert.Multiple(() =>
        {
            Assert.That(faults, Is.Empty);
            Assert.That(ties, Is.LessThanOrEqualTo(TiesAtMost * (equal + ties)));
        });
    }

    [Test]
    public void Every_attribute_of_quantised_operators_is_in_a_claim()
    {
        HashSet<(string, string)> claimed =
        [
            .. Networks().Concat(Contributed()).SelectMany(c => ModelProto.Parser.ParseFrom(c.File(c.To)).Graph.Node.SelectMany(n =>
                n.Attribute.Select(a => (OperatorTable.NameOf(n), a.Name)))),
        ];
        Assert.That(
            OperatorTable.Rules.Where(r => Has(r.Name)).SelectMany(r => r.Attributes.Select(a => (r.Name, a.Name)))
            .Where(a => !claimed.Contains(a)),
            Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_bias_that_leaves_the_accumulator_is_no_integer(bool quantised)
    {
        OnnxModel model = Weights(In(new OnnxModel(1, 3, 6, 6), true), true, 2, 3, 3, 3);
        model = quantised ? model.Ints("b", [2], int.MaxValue, 1).Floats("sb", [], 0.02f)
            .Node("DequantizeLinear", "b sb", "bd") : model.Floats("bd", [2], 1e30f, 1);
        ImportedNetwork network = OnnxModel.Import(Out(model.Node("Conv", "xd wd bd", "c"), "c", true).File("y"));
        Assert.Multiple(() =>
        {
            Assert.That(network.Quantization, Is.Null);
            Assert.That(network.Remark, Does.EndWith("has numbers that leave 32 bits in the steps of the accumulator"));
        });
    }

    private static OnnxModel In(OnnxModel m, bool signed) => m.Floats("sx", [], 0.02f).Bytes("zx", [], signed, signed ? -3 : 130)
        .Node("QuantizeLinear", "x sx zx", "xq").Node("DequantizeLinear", "xq sx zx", "xd");

    private static OnnxModel Weights(OnnxModel m, bool signed, params int[] extents) =>
        m.Bytes("w", [.. extents.Select(e => (long)e)], signed,
            [.. Claim.Numbers("w", extents).Select(v => (int)Math.Clamp(v * 40, -127, 127) + (signed ? 0 : 128))])
            .Floats("sw", [], 0.01f).Bytes("zw", [], signed, signed ? 0 : 128).Node("DequantizeLinear", "w sw zw", "wd");

    private static OnnxModel PerChannel(OnnxModel m, int channels, int axis, int a, int b, int c = 1, int d = 1,
        bool transposed = false)
    {
        long[] extents = c == 1 && d == 1 ? [a, b] : transposed ? [b, a, c, d] : [a, b, c, d];
        int count = transposed ? a : channels;
        m.Bytes("w", extents, true, [.. Claim.Numbers("w", a * b * c * d).Select(v => (int)Math.Clamp(v * 40, -127, 127))])
            .Floats("sw", [count], [.. Enumerable.Range(0, count).Select(i => 0.005f * (i + 1))])
                .Bytes("zw", [count], true, new int[count]);
        return transposed
            ? m.Node("DequantizeLinear", "w sw zw", "wt", ("axis", axis))
                .Node("Transpose", "wt", "wd", ("perm", new[] { 1, 0, 2, 3 }))
            : m.Node("DequantizeLinear", "w sw zw", "wd", ("axis", axis));
    }

    private static OnnxModel Out(OnnxModel m, string value, bool signed, string output = "y", string number = "1",
        int? zero = null)
    {
        int point = zero is int given ? given - (signed ? 128 : 0) : signed ? 4 : 120;
        return m.Floats($"so{number}", [], 0.05f).Bytes($"zo{number}", [], signed, point)
            .Node("QuantizeLinear", $"{value} so{number} zo{number}", $"{value}q")
                .Node("DequantizeLinear", $"{value}q so{number} zo{number}", output);
    }

    private static OnnxModel Whole(OnnxModel m, bool signed) => m.Floats("sy", [], 0.05f)
        .Bytes("zy", [], signed, signed ? 4 : 120);
}
