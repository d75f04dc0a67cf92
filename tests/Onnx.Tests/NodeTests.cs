using Google.Protobuf;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Networks.Onnx.Proto;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>Each of ONNX's own node tests passes, or is refused in one line that says what is not supported.</summary>
public sealed class NodeTests
{
    [Test]
    public void No_node_test_is_wrong_and_none_crashes()
    {
        List<string> passed = [], refused = [], wrong = [], crashed = [];
        foreach (string folder in NodeTestData.Folders())
        {
            string name = Path.GetFileName(folder);
            try
            {
                (ModelProto model, TensorProto input, TensorProto output) = NodeTestData.Read(folder);
                ImportedNetwork network = OnnxModel.Import(model.ToByteArray());
                float[] found = NetworkRun.Floats(network, [.. input.Dims.Select(d => (int)d)], NodeTestData.Floats(input));
                (Agrees(found, NodeTestData.Floats(output)) ? passed : wrong).Add(name);
            }
            catch (InputException refusal)
            {
                refused.Add($"{name}: {refusal.Message}");
            }
            catch (Exception fault)
            {
                crashed.Add($"{name}: {fault}");
            }
        }

        TestContext.Out.WriteLine($"{passed.Count} passed, {refused.Count} refused, {wrong.Count} wrong, {crashed.Count} crashed");
        TestContext.Out.WriteLine(string.Join('\n', [.. wrong.Select(w => $"wrong {w}"), .. crashed.Select(c => $"crashed {c}"), .. refused, .. passed.Select(p => $"passed {p}")]));
        Assert.That(wrong.Concat(crashed), Is.Empty);
    }

    private static bool Agrees(float[] found, float[] expected) =>
        found.Length == expected.Length && found.Zip(expected).All(p => p.First.Equals(p.Second) || Math.Abs(p.First - p.Second) <= 1e-5 * Math.Max(1, Math.Abs(p.Second)));
}
