using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Networks.Onnx;
using NpuSim.Workloads.Networks.Onnx.Proto;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>Every operator, attribute and operator set of the table gives what ONNX Runtime gives.</summary>
public sealed class ClaimsTests
{
    private const double Tolerance = 1e-5;

    [Test]
    public void Every_claim_equals_the_oracle_in_every_operator_set()
    {
        List<string> faults = [], unchecked_ = [];
        int equal = 0;
        foreach (Claim claim in Claims.All())
        {
            float[] x = Claim.Numbers("x", claim.Input);
            if (claim.Positive)
                x = [.. x.Select(v => Math.Abs(v) + 0.1f)];
            for (int version = claim.From; version <= claim.To; version++)
            {
                byte[] file = claim.File(version);
                string which = $"{claim.Operator} of operator set {version}: {Describe(file)}";
                float[]? expected = OnnxRuntimeOracle.Run(file, claim.Input, x, out string refusal);
                try
                {
                    ImportedNetwork network = OnnxModel.Import(file);
                    float[] found = NodeTests.Classes(ModelProto.Parser.ParseFrom(file), network,
                        NetworkRun.Floats(network, claim.Input, x), expected?.Length);
                    if (expected is null)
                        unchecked_.Add($"{which}: {refusal}");
                    else if (Error(found, expected) is var error && error > Tolerance)
                        faults.Add($"{which}: error {error}");
                    else
                        equal++;
                }
                catch (InputException fault)
                {
                    faults.Add($"{which}: refused: {fault.Message}; oracle {(expected is null ? "too" : "not")}");
                }
            }
        }

        TestContext.Out.WriteLine($"{equal} equal, {unchecked_.Count} that ONNX Runtime does not run");
        TestContext.Out.WriteLine(string.Join('\n', unchecked_));
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Dynamic_quantisation_gives_what_its_integers_stand_for()
    {
        Assert.Multiple(() =>
        {
            foreach (Claim claim in Claims.Dynamic())
            {
                float[] x = Claim.Numbers("x", claim.Input), few = [.. x.Select(v => MathF.Round(v * 2) / 2)];
                float[] range = [.. few.Select((v, i) => i == 0 ? -32f : i == 1 ? 31.75f : v)]; // steps of a quarter
                for (int version = claim.From; version <= claim.To; version++)
                {
                    byte[] file = claim.File(version);
                    if (OnnxRuntimeOracle.Run(file, claim.Input, range, out string refusal) is not { } expected)
                        continue;
                    ImportedNetwork network = OnnxModel.Import(file);
                    Assert.That(network.Remark, Is.Not.Null, claim.Operator);
                    Assert.That(Error(NetworkRun.Floats(network, claim.Input, range), expected), Is.LessThan(Tolerance),
                        $"{claim.Operator} of operator set {version}");
                }
            }
        });
    }

    [TestCase("", "q w", "has another zero point than that of its integers")]
    [TestCase("r", "q w other zw", "has another zero point than that of its integers")]
    public void Integers_of_a_run_are_read_with_their_own_zero_point(string unused, string inputs, string fault)
    {
        OnnxModel model = new OnnxModel(1, 6).Bytes("w", [6, 4], true, new int[24]).Bytes("zw", [], true, 0)
            .Bytes("other", [], false, 0).Node("DynamicQuantizeLinear", "x", "q");
        model.Graph.Node[^1].Output.Add(["sq", "zq"]);
        byte[] file = model.Node("MatMulInteger", inputs, "i").Node("Cast", "i", "r", ("to", 1))
            .Node("Mul", "r sq", "y").File("y");
        Assert.That(() => OnnxModel.Import(file), Throws.TypeOf<InputException>().With.Message.Contains(fault), unused);
    }

    [TestCase("MaxPool", "SAME_UPPER")]
    [TestCase("AveragePool", "SAME_LOWER")]
    public void Automatic_pads_beside_dilations_of_pools_are_refused(string op, string automatic)
    {
        byte[] file = new OnnxModel(1, 4, 7, 6)
            .Node(op, "x", "y", ("kernel_shape", new[] { 3, 2 }), ("dilations", new[] { 2, 1 }), ("auto_pad", automatic))
                .File("y", 19);
        Assert.That(() => OnnxModel.Import(file),
            Throws.TypeOf<InputException>().With.Message.Contains($"has auto_pad {automatic} beside dilations"));
    }

    [Test] // which ONNX Runtime does not run
    public void Slopes_before_operator_set_7_are_one_per_channel()
    {
        float[] x = Claim.Numbers("x", 1, 3, 3, 3), slopes = [0.5f, -2, 3];
        byte[] file = new OnnxModel(1, 3, 3, 3).Floats("s", [3], slopes).Node("PRelu", "x s", "y").File("y", 6);
        float[] expected = [.. x.Select((v, i) => v > 0 ? v : v * slopes[i / 9])];
        Assert.That(Error(NetworkRun.Floats(OnnxModel.Import(file), [1, 3, 3, 3], x), expected), Is.LessThan(Tolerance));
    }

    [Test]
    public void Every_attribute_of_the_table_is_in_a_claim()
    {
        HashSet<(string, string)> claimed =
        [
            .. Claims.All().Concat(Claims.Dynamic()).SelectMany(c =>
                ModelProto.Parser.ParseFrom(c.File(c.To)).Graph.Node.SelectMany(n =>
                n.Attribute.Select(a => (OperatorTable.NameOf(n), a.Name)))),
        ];
        HashSet<string> operators = [.. Claims.All().Concat(Claims.Dynamic())
            .SelectMany(c => ModelProto.Parser.ParseFrom(c.File(c.To)).Graph.Node.Select(OperatorTable.NameOf))];
        OperatorRule[] rules = [.. OperatorTable.Rules.Where(r => !QuantizedClaimsTests.Has(r.Name))];
        Assert.That(rules.Select(r => r.Name).Where(n => !operators.Contains(n)), Is.Empty);
        Assert.That(rules.SelectMany(r => r.Attributes.Where(a => a.Accepted != "no effect").Select(a => (r.Name, a.Name)))
            .Where(a => !claimed.Contains(a)), Is.Empty);
    }

    private static double Error(float[] found, float[] expected)
    {
        double largest = Math.Max(1e-30, expected.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        return found.Length != expected.Length ? double.PositiveInfinity
            : found.Zip(expected).Max(p => p.First.Equals(p.Second)
                ? 0 : Math.Abs(p.First - p.Second) / largest is var e && double.IsNaN(e) ? double.PositiveInfinity : e);
    }

    private static string Describe(byte[] file) => string.Join(" → ", ModelProto.Parser.ParseFrom(file).Graph.Node.Select(n =>
        $"{n.OpType}({string.Join(", ", n.Attribute.Select(a => $"{a.Name} {(a.Ints.Count > 0 ? string.Join(' ', a.Ints) : AttributeRule.Text(a))}"))})"));
}
