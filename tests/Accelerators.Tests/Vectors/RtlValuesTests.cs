using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Accelerators.Vectors;

namespace NpuSim.Accelerators.Tests.Vectors;

/// <summary>
/// Values from open RTL, dot product by dot product, as test vectors in the arithmetic of the profile that describes it. A sum of
/// 32 bits is read byte by byte: shifted down, its low bits kept.
/// </summary>
public sealed class RtlValuesTests
{
    [Test]
    public void Sums_and_results_of_gemm_top_are_met_bit_for_bit() => Check("gemm-int8-ws-values.csv", "gemm-int8-ws-8x8", row =>
        row["quantized"] == "0" ? Sum(row["rtl_output"])
            : [new(int.Parse(row["multiplier"]), 31 - int.Parse(row["shift"]), 0, long.Parse(row["rtl_output"]), false)]);

    // (sum >> 8) + bit 7 of the sum, clamped to 0..127
    [Test]
    public void Sums_and_results_of_tinyTPU_are_met_bit_for_bit() => Check("tinytpu-values.csv", "tinytpu-8x8", row =>
        [.. Sum(row["rtl_accumulator"]), new(1 << 30, -7, 0, long.Parse(row["rtl_result"]), false)]);

    [Test]
    public void Sums_of_20_bits_of_axis_sa_are_met_bit_for_bit() =>
        Check("axis-sa-os-values.csv", "axis-sa-8x8", row => Sum(row["rtl_output"]));

    private sealed record Reading(int Multiplier, int Shift, int Least, long Expected, bool Wraps);

    private static Reading[] Sum(string text) => [.. Enumerable.Range(0, 4).Select(i =>
        new Reading(1 << 30, 1 - (8 * i), -128, (sbyte)(long.Parse(text) >> (8 * i)), true))];

    private static void Check(string file, string profile, Func<Dictionary<string, string>, Reading[]> readings)
    {
        string[] lines = [.. File.ReadAllLines(GoldenFolder.Find($"rtl/{file}")).Where(l => !l.StartsWith('#'))];
        string[] header = lines[0].Split(',');
        Assert.That(lines, Has.Length.GreaterThan(1));
        Assert.Multiple(() =>
        {
            foreach (string line in lines.Skip(1))
            {
                Dictionary<string, string> row = header.Zip(line.Split(',')).ToDictionary(p => p.First, p => p.Second);
                foreach (Reading reading in readings(row))
                {
                    using JsonDocument vector = JsonDocument.Parse(Vector(row, reading, ShippedProfiles.Find(profile))
                        .ToJsonString());
                    VectorOutcome outcome = LayerVector.Run(vector.RootElement);
                    Assert.That(outcome.Passed, $"{line}: {outcome}");
                }
            }
        });
    }

    private static JsonObject Vector(Dictionary<string, string> row, Reading reading, HardwareProfile profile)
    {
        NumericPolicy numerics = reading.Wraps
            ? profile.Numerics with { Rounding = Rounding.Floor, Narrowing = Narrowing.Wrap }
            : profile.Numerics;
        return new()
        {
            ["name"] = "rtl",
            ["op"] = "fully_connected_s8",
            ["config"] = new JsonObject
            {
                ["ACCUMULATION_DEPTH"] = int.Parse(row["K"]),
                ["INPUT_OFFSET"] = 0,
                ["OUTPUT_OFFSET"] = 0,
                ["OUTPUT_MULTIPLIER"] = reading.Multiplier,
                ["OUTPUT_SHIFT"] = reading.Shift,
                ["OUT_ACTIVATION_MIN"] = reading.Least,
                ["OUT_ACTIVATION_MAX"] = 127,
            },
            ["numerics"] = VectorNumerics.Write(numerics),
            ["input"] = Numbers(row["activations"]),
            ["weights"] = Numbers(row["weights"]),
            ["output"] = new JsonArray(reading.Expected),
        };
    }

    private static JsonArray Numbers(string text) => [.. text.Split(';').Select(n => (JsonNode)int.Parse(n))];
}
