using System.Text.Json;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Accelerators.Tests.Kernels;
using NpuSim.Accelerators.Vectors;

namespace NpuSim.Accelerators.Tests.Vectors;

public sealed class VectorMakerTests
{
    private static IEnumerable<string> Profiles() => ShippedProfiles.Names;

    [TestCaseSource(nameof(Profiles))]
    public void Vectors_of_every_operation_and_format_pass_and_use_the_range(string name)
    {
        HardwareProfile profile = ShippedProfiles.Find(name);
        foreach (string operation in VectorMaker.Operations)
        {
            foreach (OperandPair pair in profile.Formats)
            {
                VectorMaker maker = new(profile, operation, $"{pair.Weights.Bits()}w{pair.Activations.Bits()}a", 5);
                HashSet<long> seen = [];
                for (int i = 0; i < 8; i++)
                {
                    using JsonDocument vector = JsonDocument.Parse(maker.Make(i));
                    VectorOutcome outcome = LayerVector.Run(vector.RootElement);
                    Assert.That(outcome.Passed, $"{outcome}");
                    seen.UnionWith(vector.RootElement.GetProperty("output").EnumerateArray().Select(v => v.GetInt64()));
                }

                Assert.That(seen, Has.Count.GreaterThan(20), $"{operation} {pair} gives few values");
            }
        }
    }

    [TestCaseSource(nameof(Profiles))]
    public void Fully_connected_vectors_are_what_the_textbook_loops_give(string name)
    {
        HardwareProfile profile = ShippedProfiles.Find(name);
        VectorMaker maker = new(profile, "fully_connected", "8w8a", 9);
        for (int i = 0; i < 12; i++)
        {
            using JsonDocument vector = JsonDocument.Parse(maker.Make(i));
            JsonElement config = vector.RootElement.GetProperty("config");
            int m = Number("INPUT_BATCHES"), n = Number("OUT_CH"), k = Number("ACCUMULATION_DEPTH");
            OutputStage stage = new(
                [new FixedScale(Number("OUTPUT_MULTIPLIER"), Number("OUTPUT_SHIFT"))], Number("OUTPUT_OFFSET"),
                Number("OUT_ACTIVATION_MIN"), Number("OUT_ACTIVATION_MAX"), Number("INPUT_OFFSET"));
            long[] expected = new long[m * n];
            LinearReference.Run(
                m, n, k, [.. Numbers("input").Select(v => (int)v)], [.. Numbers("weights").Select(v => (int)v)],
                vector.RootElement.TryGetProperty("bias", out _) ? Numbers("bias") : [], stage, expected, NumberFormat.Int8,
                    profile.Numerics);
            Assert.That(Numbers("output"), Is.EqualTo(expected));

            int Number(string key) => config.GetProperty(key).GetInt32();
            long[] Numbers(string key) => [.. vector.RootElement.GetProperty(key).EnumerateArray().Select(v => v.GetInt64())];
        }
    }

    [Test]
    public void The_same_seed_gives_the_same_text_and_another_seed_another()
    {
        HardwareProfile profile = ShippedProfiles.Find("cortex-m4");
        string first = new VectorMaker(profile, "conv2d", null, 1).Make(2);
        Assert.Multiple(() =>
        {
            Assert.That(new VectorMaker(profile, "conv2d", "8w8a", 1).Make(2), Is.EqualTo(first));
            Assert.That(new VectorMaker(profile, "conv2d", null, 2).Make(2), Is.Not.EqualTo(first));
            Assert.That(new VectorMaker(profile, "conv2d", null, 1).Make(3), Is.Not.EqualTo(first));
        });
    }

    [Test]
    public void Numerics_of_a_vector_decide_its_outputs()
    {
        string wide = new VectorMaker(ShippedProfiles.Find("systolic-int8-16x16"), "fully_connected", null, 1).Make(3);
        string narrow = wide.Replace("\"bits\":32", "\"bits\":16", StringComparison.Ordinal);
        Assert.That(narrow, Is.Not.EqualTo(wide));
        using JsonDocument vector = JsonDocument.Parse(narrow);
        Assert.That(LayerVector.Run(vector.RootElement).Passed, Is.False, "sums of extreme operands wrap in 16 bits");
    }

    [TestCase("conv", null, "did you mean 'conv2d'?")]
    [TestCase("conv2d", "3w3a", "8w8a")]
    public void An_unknown_operation_or_format_names_what_is_accepted(string operation, string? formats, string accepted) =>
        Assert.That(
            () => new VectorMaker(ShippedProfiles.Find("cortex-m4"), operation, formats, 1),
                Throws.TypeOf<InputException>().With.Message.Contains(accepted));
}
