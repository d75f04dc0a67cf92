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
                    float[] found = NetworkRun.Floats(OnnxModel.Import(file), claim.Input, x);
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
            .. Claims.All().SelectMany(c => ModelProto.Parser.ParseFrom(c.File(c.To)).Graph.Node.SelectMany(n =>
                n.Attribute.Select(a => (n.OpType, a.Name)))),
        ];
        HashSet<string> operators = [.. Claims.All()
            .SelectMany(c => ModelProto.Parser.ParseFrom(c.File(c.To)).Graph.Node.Select(n => n.OpType))];
        string[] quantised = ["QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearMatMul"]; // compared in integers
        OperatorRule[] rules = [.. OperatorTable.Rules.Where(r => !quantised.Contains(r.Name))];
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
