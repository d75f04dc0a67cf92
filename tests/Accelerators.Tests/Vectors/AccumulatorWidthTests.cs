using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Accelerators.Vectors;

namespace NpuSim.Accelerators.Tests.Vectors;

/// <summary>
/// The width of the accumulator decides the form of the requantise step of layers with 16-bit inputs: 32 bits the ordinary one,
/// 64 bits the 16-bit multiplier, with a bias and without.
/// </summary>
public sealed class AccumulatorWidthTests
{
    private const int Multiplier = 1_518_500_251; // its upper 16 bits alone give other results

    private const string Config = """
        {"INPUT_BATCHES": 1, "INPUT_H": 1, "INPUT_W": 4, "IN_CH": 1, "OUT_CH": 1, "FILTER_Y": 1, "FILTER_X": 1, "OUTPUT_H": 1, "OUTPUT_W": 4,
         "STRIDE_Y": 1, "STRIDE_X": 1, "PAD_Y": 0, "PAD_X": 0, "DILATION_Y": 1, "DILATION_X": 1, "ACCUMULATION_DEPTH": 1, "INPUT_OFFSET": 0,
         "OUTPUT_OFFSET": 0, "OUT_ACTIVATION_MIN": -32768, "OUT_ACTIVATION_MAX": 32767}
        """;

    private static readonly int[] Input = [30000, -12345, 20001, 777];

    [Test]
    public void Width_alone_decides(
        [Values("conv2d_s16", "fully_connected_s16", "depthwise_conv2d_s16")] string op,
        [Values("int32_t", "int64_t")] string width,
        [Values] bool bias, [Values] bool said)
    {
        JsonObject vector = Layer(op, bias);
        vector["dtypes"] = said || !bias ? new JsonObject { ["accumulator"] = width } : new JsonObject { ["bias"] = width };
        long[] expected = width == "int32_t" ? Ordinary(bias) : Reduced(bias);
        Assert.That(LayerVector.Outputs(JsonDocument.Parse(vector.ToJsonString()).RootElement), Is.EqualTo(expected));
        Assert.That(Ordinary(bias), Is.Not.EqualTo(Reduced(bias)), "the layer tells the forms apart");
    }

    [TestCase("int16xint8xint32_7", true)]
    [TestCase("int16xint8_7", false)]
    public void Without_a_bias_the_name_gives_the_accumulator_as_the_tests_of_CMSIS_NN_do(string name, bool narrow)
    {
        JsonObject vector = Layer("conv2d_s16", bias: false);
        vector["name"] = name;
        Assert.That(LayerVector.Outputs(JsonDocument.Parse(vector.ToJsonString()).RootElement),
            Is.EqualTo(narrow ? Ordinary(false) : Reduced(false)));
        vector["bias"] = null;
        Assert.That(LayerVector.Outputs(JsonDocument.Parse(vector.ToJsonString()).RootElement),
            Is.EqualTo(narrow ? Ordinary(false) : Reduced(false)));
    }

    private static long[] Ordinary(bool bias) =>
        [.. Input.Select(x => Rounded((x * 100L) + (bias ? 1234567 : 0), Multiplier, 31 + 7))];

    private static long[] Reduced(bool bias) =>
        [.. Input.Select(x => Rounded((x * 100L) + (bias ? 1234567 : 0), (Multiplier + (1 << 15)) >> 16, 15 + 7))];

    // Half up; ties, which double rounding would turn another way, do not occur here.
    private static long Rounded(long x, long multiplier, int shift) =>
        (long)((((Int128)x * multiplier) + (Int128.One << (shift - 1))) >> shift);

    // One weight of 100 on each of four pixels or rows.
    private static JsonObject Layer(string op, bool bias)
    {
        JsonObject layer = new()
        {
            ["op"] = op,
            ["config"] = JsonNode.Parse(Config),
            ["input"] = new JsonArray([.. Input.Select(i => (JsonNode)i)]),
            ["weights"] = new JsonArray(100),
            ["output_multiplier"] = new JsonArray(Multiplier),
            ["output_shift"] = new JsonArray(-7),
        };
        if (bias)
            layer["bias"] = new JsonArray(1234567);
        return layer;
    }
}
