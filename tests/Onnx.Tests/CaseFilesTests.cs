using NpuSim.Random;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Onnx.Tests;

/// <summary>Network files that showed faults give what ONNX Runtime gives, or are refused.</summary>
public sealed class CaseFilesTests
{
    [Test]
    public void Every_case_is_right_or_refused()
    {
        string folder = Path.Combine(Environment.GetEnvironmentVariable("NPUSIM_CASES") ?? "/work/shared/cases", "networks");
        List<string> wrong = [];
        foreach (string path in Directory.GetFiles(folder, "*.onnx").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            byte[] file = File.ReadAllBytes(path);
            ModelProto model = ModelProto.Parser.ParseFrom(file);
            int[] shape = [.. model.Graph.Input.First(i => model.Graph.Initializer.All(t => t.Name != i.Name)).Type.TensorType.Shape.Dim.Select(d => (int)Math.Max(1, d.DimValue))];
            RandomStream random = new(1, name);
            float[] x = [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)random.NextNormal())];
            float[]? expected = OnnxRuntimeOracle.Run(file, shape, x, out string fault);
            string line;
            try
            {
                ImportedNetwork network = ImportedNetwork.Read(path);
                line = Compare(network, shape, x, expected, fault);
            }
            catch (InputException refusal)
            {
                line = $"refused: {refusal.Message} | {(expected is null ? "also ORT" : "")}";
            }

            TestContext.Out.WriteLine($"{name}: {line}");
            if (line.StartsWith("WRONG", StringComparison.Ordinal))
                wrong.Add($"{name}: {line}");
        }

        Assert.That(wrong, Is.Empty);
    }

    private static string Compare(ImportedNetwork network, int[] shape, float[] x, float[]? expected, string fault)
    {
        if (expected is null)
            return $"read; ORT refuses: {fault}";
        float[] found = NetworkRun.Floats(network, shape, x);
        double largest = Math.Max(1e-30, expected.Max(Math.Abs));
        double error = found.Length != expected.Length ? double.PositiveInfinity : found.Zip(expected).Max(p => Math.Abs(p.First - p.Second) / largest);
        if (network.Quantization is null)
            return $"{(network.Remark is null && error > 1e-5 ? "WRONG" : "ok")} floats, error {error:g3} {network.Remark}";
        (int[] integers, ValueScale scale) = NetworkRun.Integers(network, shape, x);
        double[] steps = [.. integers.Zip(expected).Select(p => Math.Abs(((p.First - scale.ZeroPoint) * scale.Steps[0]) - p.Second) / scale.Steps[0])];
        return $"{(steps.Max() > 1.5 ? "WRONG" : "ok")} integers, {steps.Count(s => s > 0.5)} of {steps.Length} differ, by {steps.Max():f2} steps; floats {error:g3}";
    }
}
