using Google.Protobuf;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Networks.Onnx;
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
                (float step, float zero) = NodeTestData.Scale(model, ofOutput: false);
                float[] real = [.. NodeTestData.Floats(input).Select(v => (v - zero) * step)];
                float[] found = NetworkRun.Floats(network, [.. input.Dims.Select(d => (int)d)], real);
                found = Classes(model, network, found, NodeTestData.Floats(output).Length);
                (step, zero) = NodeTestData.Scale(model, ofOutput: true);
                if (step != 1) // integers come out
                    found = [.. found.Select(v => Math.Clamp(MathF.Round((v / step) + zero), 0, 255))];
                bool isBrain = output.DataType == (int)TensorType.BFloat16; // which this release cuts off, later ones round
                (Agrees(found, NodeTestData.Floats(output), isBrain ? 1.0 / 128 : 1e-5) ? passed : wrong).Add(name);
            }
            catch (InputException refusal)
            {
                refused.Add(refusal.Message);
                TestContext.Out.WriteLine($"{name}: {refusal.Message}");
            }
            catch (Exception fault) when (fault is not AssertionException)
            {
                crashed.Add($"{name}: {fault}");
            }
        }

        TestContext.Out.WriteLine($"wrong: {string.Join(", ", wrong)}");
        Assert.That(wrong.Concat(crashed), Is.Empty);
        Document.Check("node tests", Counts(passed.Count, refused));
    }

    // A network that ends in the index of the largest of each sample is read without it.
    internal static float[] Classes(ModelProto model, ImportedNetwork network, float[] found, int? expected) =>
        model.Graph.Node[^1].OpType != "ArgMax" || found.Length == expected ? found
        : [.. found.Chunk(network.Model.Classes).Select(row => (float)Array.IndexOf(row, row.Max()))];

    private static string Counts(int passed, List<string> refused)
    {
        int operators = refused.Count(r => r.Contains("not supported: ", StringComparison.Ordinal)
            || r.Contains("operator sets of ONNX", StringComparison.Ordinal));
        int inputs = refused.Count(r => r.Contains(": its input ", StringComparison.Ordinal)
            || r.Contains(" inputs and ", StringComparison.Ordinal));
        return $"""
            | node tests of ONNX | {passed + refused.Count} |
            |---|--:|
            | pass | {passed} |
            | refused: an operator that is not in the table | {operators} |
            | refused: the type, the axes or the number of inputs | {inputs} |
            | refused: an attribute or an operand, named | {refused.Count - operators - inputs} |
            | wrong | 0 |
            | crash | 0 |

            """.ReplaceLineEndings("\n");
    }

    private static bool Agrees(float[] found, float[] expected, double tolerance) =>
        found.Length == expected.Length && found.Zip(expected)
            .All(p => p.First.Equals(p.Second) || Math.Abs(p.First - p.Second) <= tolerance * Math.Max(1, Math.Abs(p.Second)));
}
