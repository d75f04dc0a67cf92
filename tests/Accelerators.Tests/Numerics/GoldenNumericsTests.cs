using System.Globalization;
using System.Text.Json;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Vectors;

namespace NpuSim.Accelerators.Tests.Numerics;

public sealed class GoldenNumericsTests
{
    private static readonly Dictionary<string, Action<long[]>> Tables = new()
    {
        ["acc,multiplier,shift,in_contract,tflite_double,tflite_single,cmsis_double,cmsis_single,rounding_differs"] = Requantise,
        ["acc64,multiplier,shift,reduced_multiplier,tflite_double_build,tflite_single_build,cmsis_s64,tflite_eq_cmsis"] = Reduced,
        ["acc,multiplier,shift,left_shift_overflows,single_result_overflows,tflite_double_wrap,tflite_single_trunc,"
            + "cmsis_double_wrap,cmsis_single_trunc"] = RequantiseOutOfContract,
        ["acc64,multiplier,shift,reduced_multiplier,true_rounded_result,tflite_double_build_trunc,tflite_single_build_trunc,"
            + "cmsis_s64_trunc"] = r =>
                Equal(r[4], Reduced16Scaling<ZeroPointAfter>.ApplyWide(r[0], new FixedScale((int)r[1], (int)r[2]), 0, 0)),
        ["a,b,gemmlowp_srdhm,cmsis_dhm_sat,cmsis_dhm_no_sat"] = r =>
            Equal(r[2], Fixed.DoublingHighMultiply((int)r[0], (int)r[1])),
        ["a,b,gemmlowp_srdhm"] = r => Equal(r[2], Fixed.DoublingHighMultiply((short)r[0], (short)r[1])),
        ["x,exponent,gemmlowp,cmsis"] = r => Equal(r[2], Fixed.DivideByPowerOfTwo((int)r[0], (int)r[1])),
        ["x_q5_26,gemmlowp_q0_31,cmsis_q0_31"] = r => Equal(r[1], Fixed.ExpOnNegative((int)r[0])),
        ["x_q0_31,gemmlowp_q0_31,cmsis_q0_31"] = r => Equal(r[1], Fixed.OneOverOnePlus((int)r[0])),
    };

    private static IEnumerable<string> Files() => GoldenFolder.Files("numerics");

    [TestCaseSource(nameof(Files))]
    public void Every_file_of_reference_results_passes_exactly(string file)
    {
        string[] lines = File.ReadAllLines(GoldenFolder.Find($"numerics/{file}"));
        if (file == "onnx_node.jsonl")
            OnnxNodes(lines);
        else if (file.EndsWith(".jsonl", StringComparison.Ordinal))
            Layers(lines);
        else if (file == "quantize_multiplier.csv")
            Multipliers(lines);
        else
            Csv(file, lines);
    }

    private static void Layers(string[] lines) => Assert.Multiple(() =>
    {
        Assert.That(lines, Is.Not.Empty);
        foreach (string line in lines)
        {
            using JsonDocument vector = JsonDocument.Parse(line);
            VectorOutcome outcome = LayerVector.Run(vector.RootElement);
            Assert.That(outcome.Passed, $"{outcome}");
        }
    });

    private static void OnnxNodes(string[] lines) => Assert.Multiple(() =>
    {
        List<string> unmodelled = [];
        foreach (string line in lines)
        {
            using JsonDocument node = JsonDocument.Parse(line);
            if (OnnxNode.Unmodelled(node.RootElement) is { } type)
                unmodelled.Add($"{node.RootElement.GetProperty("name")}: {type}");
            else
                OnnxNode.Check(node.RootElement);
        }

        TestContext.Out.WriteLine($"not modelled: {string.Join("; ", unmodelled)}");
        Assert.That(unmodelled, Has.Count.LessThan(lines.Length));
    });

    private static void Csv(string file, string[] lines)
    {
        Assert.That(Tables, Contains.Key(lines[0]), $"{file} has columns that no test knows");
        Assert.That(lines, Has.Length.GreaterThan(1));
        foreach (string line in lines.Skip(1))
        {
            try
            {
                Tables[lines[0]]([.. line.Split(',').Select(v => long.Parse(v, CultureInfo.InvariantCulture))]);
            }
            catch (AssertionException e)
            {
                Assert.Fail($"{file}: {line}: {e.Message}");
            }
        }
    }

    private static void Multipliers(string[] lines)
    {
        Assert.That(lines[0], Is.EqualTo("real_multiplier_bits_hex,real_multiplier,multiplier,shift"));
        foreach (string line in lines.Skip(1))
        {
            string[] row = line.Split(',');
            double factor = BitConverter.UInt64BitsToDouble(ulong.Parse(row[0], NumberStyles.HexNumber,
                CultureInfo.InvariantCulture));
            FixedScale expected = new(
                int.Parse(row[2], CultureInfo.InvariantCulture), int.Parse(row[3], CultureInfo.InvariantCulture));
            Assert.That(FixedScale.FromDouble(factor), Is.EqualTo(expected), line);
        }
    }

    private static void Requantise(long[] r)
    {
        if (r[3] == 0)
            return;
        FixedScale scale = new((int)r[1], (int)r[2]);
        Equal(r[4], DoubleScaling<ZeroPointAfter>.Apply((int)r[0], scale, 0, 0));
        Equal(r[5], SingleScaling<RoundHalfUp, ZeroPointAfter>.Apply((int)r[0], scale, 0, 0));
    }

    // Beyond the contract of the C code: a left shift wraps, a result of single rounding is cut to 32 bits there and kept whole
    // here.
    private static void RequantiseOutOfContract(long[] r)
    {
        FixedScale scale = new((int)r[1], (int)r[2]);
        Equal(r[5], DoubleScaling<ZeroPointAfter>.Apply((int)r[0], scale, 0, 0));
        Equal(r[6], (int)SingleScaling<RoundHalfUp, ZeroPointAfter>.Apply((int)r[0], scale, 0, 0));
    }

    private static void Reduced(long[] r)
    {
        FixedScale scale = new((int)r[1], (int)r[2]);
        Equal(r[4], Reduced16Scaling<ZeroPointAfter>.ApplyWide(r[0], scale, 0, 0));
        Equal(r[5], Reduced16Scaling<ZeroPointAfter>.ApplyWide(r[0], scale, 0, 0));
    }

    private static void Equal(long expected, long actual)
    {
        if (expected != actual)
            throw new AssertionException($"expected {expected}, got {actual}");
    }
}
