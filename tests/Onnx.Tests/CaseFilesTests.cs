using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Onnx.Tests;

/// <summary>Network files that showed faults give what ONNX Runtime gives, or are refused in one line that says what is not
/// supported.</summary>
public sealed class CaseFilesTests
{
    private const double Tolerance = 1e-5; // of the largest number
    private const double TiesAtMost = 0.01;

    // What ONNX Runtime runs and NpuSim does not, and what of it is named.
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["one_class.onnx"] = "at least 2 classes are accepted",
        ["q_int16act.onnx"] = "QuantizeLinear ('xq') quantises to INT16; INT8 and UINT8 are supported",
        ["q_requant_chain.onnx"] = "quantises by steps of 0.05 from -5 what has steps of 0.04 from 4",
        ["qop_input_uint8.onnx"] = "Cast ('xc') makes numbers of type UINT8 of numbers of type FLOAT",
    };

    [Test]
    public void Every_case_is_right_or_refused()
    {
        List<string> faults = [];
        foreach (string path in Directory.GetFiles(CaseFolder.Find("networks"), "*.onnx").Order(StringComparer.Ordinal))
        {
            string result = Try(path);
            TestContext.Out.WriteLine($"{Path.GetFileName(path)}: {result}");
            if (!result.StartsWith("equal", StringComparison.Ordinal)
                && !(Refused.TryGetValue(Path.GetFileName(path), out string? named)
                    && result.Contains(named, StringComparison.Ordinal)))
                faults.Add($"{Path.GetFileName(path)}: {result}");
        }

        Assert.That(faults, Is.Empty);
    }

    private static string Try(string path)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        ValueInfoProto given = model.Graph.Input.First(i => model.Graph.Initializer.All(t => t.Name != i.Name));
        int[] shape = [.. given.Type.TensorType.Shape.Dim.Select(d => (int)Math.Max(1, d.DimValue))];
        float[] x = Claim.Numbers(Path.GetFileName(path), shape);
        float[]? expected = OnnxRuntimeOracle.Run(File.ReadAllBytes(path), shape, x, out string fault);
        try
        {
            ImportedNetwork network = ImportedNetwork.Read(path);
            return expected is null ? $"read, which ONNX Runtime refuses: {fault}"
                : network.Quantization is not null ? Integers(network, shape, x, expected)
                : network.Remark is { } remark ? Quantised(remark)
                : Floats(NetworkRun.Floats(network, shape, x), expected);
        }
        catch (InputException refusal)
        {
            return refusal.Message;
        }
    }

    private static string Floats(float[] found, float[] expected)
    {
        double largest = Math.Max(1e-30, expected.Max(Math.Abs));
        double error = found.Length != expected.Length ? double.PositiveInfinity : found.Zip(expected)
            .Max(p => Math.Abs(p.First - p.Second) / largest);
        return $"{(error <= Tolerance ? "equal" : "wrong")} in floating point, error {error:g3}";
    }

    private static string Integers(ImportedNetwork network, int[] shape, float[] x, float[] expected)
    {
        (int[] integers, ValueScale scale) = NetworkRun.Integers(network, shape, x);
        double[] steps = [.. integers.Zip(expected)
            .Select(p => Math.Abs(p.First - scale.ZeroPoint - (p.Second / scale.Steps[0])))];
        bool averages = network.Model.Build(1).Nodes.Any(n => n.Op is Workloads.Graphs.Ops.AveragePool); // rounded twice
        int ties = steps.Count(s => s > 0.5);
        bool isEqual = integers.Length == expected.Length && steps.All(s => s < 0.01 || Math.Abs(s - 1) < 0.01)
            && (averages || ties <= TiesAtMost * steps.Length);
        return $"{(isEqual ? "equal" : "wrong")} in integers, {ties} of {steps.Length} by one step";
    }

    // Without the rounding of its quantisers the figure is another; it is said why.
    private static string Quantised(string remark) => remark.Length > 20 ? $"equal but for rounding: {remark}" : "no reason";
}
