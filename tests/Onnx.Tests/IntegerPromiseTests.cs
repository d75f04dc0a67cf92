using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>A network of real numbers runs in integers close to what it gives in floating point, or is refused by the operation's
/// name.</summary>
public sealed class IntegerPromiseTests
{
    private static readonly string[] Operators =
        ["Mul", "Add", "Sub", "Div", "ReduceMean", "ReduceSum", "BatchNormalization", "Conv", "MatMul", "Gemm", "Concat",
            "DepthToSpace", "Expand", "Gather", "GroupNormalization", "InstanceNormalization", "LayerNormalization", "Max", "Min",
            "Pad", "Resize", "SpaceToDepth", "Tile"];

    private static readonly OperandFormats Formats = new(NumberFormat.Int16, NumberFormat.Int16);

    [TestCaseSource(nameof(Operators))]
    public void Operators_run_in_integers_or_say_what_is_missing(string op)
    {
        int run = 0, refused = 0;
        foreach (Claim claim in Claims.All().Where(c => c.Operator == op && c.Input is [1, _, ..] and { Length: <= 4 }))
        {
            OnnxModel model = claim.Build(new OnnxModel([.. claim.Input.Select(i => (long)i)]));
            ImportedNetwork network = OnnxModel.Import(model.Node("Flatten", "y", "rows").Node("Softmax", "rows", "classes")
                .File("classes", claim.To));
            float[] x = [.. Enumerable.Range(0, (int)network.Model.Input.Count).Select(i => (i * 37 % 101 / 101f) - 0.5f)];
            Dataset data = new(network.Model.Input, network.Model.Classes, x, [0]);
            try
            {
                FixedPointMachine machine = NetworkEvaluation.Calibrated(network, 1, Formats,
                    new NumericPolicy(new AccumulatorPolicy(64, Overflow.Wrap)), data);
                FloatMachine real = NetworkEvaluation.Float(network, 1);
                _ = NetworkEvaluation.Accuracy(machine, network, data);
                _ = NetworkEvaluation.Accuracy(real, network, data);
                run++;
                double[] logits = [.. real.Values(real.Plan.Ops[^1].Output).ToArray().Select(p => Math.Log(p))];
                Assert.That(logits.Max() - logits[machine.Predict(0)], Is.LessThan(0.01 * (logits.Max() - logits.Min())),
                    $"{op} of operator set {claim.To}");
            }
            catch (NotRunnableException missing)
            {
                Assert.That(missing.Message, Does.Contain("has no integer kernel"));
                refused++;
            }
        }

        TestContext.Out.WriteLine($"{op}: {run} run, {refused} refused");
        Assert.That(run + refused, Is.Positive);
    }
}
