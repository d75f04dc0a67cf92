using FsCheck;
using FsCheck.Fluent;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Tests.Profiles;

public sealed class ProfileReaderTests
{
    /// <summary>The faults of a valid profile in which some texts were replaced, without the file name.</summary>
    private static string[] Faults(string text, params (string Old, string New)[] edits)
    {
        foreach ((string old, string @new) in edits)
        {
            Assert.That(text, Does.Contain(old));
            int at = text.IndexOf(old, StringComparison.Ordinal);
            text = text[..at] + @new + text[(at + old.Length)..];
        }

        var e = Assert.Throws<InvalidDocumentException>(() => ProfileReader.Read(text, "p.yaml"))!;
        Assert.That(e.Message.Split('\n'), Is.EqualTo(e.Faults.Select(f => $"p.yaml:{f}")));
        return [.. e.Faults.Select(f => f.ToString())];
    }

    [TestCase("rows: 16", "rows: 0",
        "6:9: engine.rows: found '0'; accepted is a whole number, 1 to 65536", TestName = "Zero_sized_array")]
    [TestCase("clock: 500 MHz", "clock: 500 MB",
        "3:8: clock: 'MB' is not a unit of a frequency; accepted are Hz, kHz, MHz, GHz, as in 800 MHz", TestName = "Wrong_unit")]
    [TestCase("clock: 500 MHz", "clock: 500 mhz",
        "3:8: clock: 'mhz' is not a unit of a frequency (did you mean 'MHz'?); accepted are Hz, kHz, MHz, GHz, as in "
        + "800 MHz", TestName = "Unit_in_the_wrong_case")]
    [TestCase("size: 256 KiB", "size: 256 KB",
        "38:11: memory.scratchpad.size: 'KB' is not a unit of a size (did you mean 'KiB'?); accepted are B, KiB, "
        + "MiB, GiB, as in 512 KiB", TestName = "Decimal_size")]
    [TestCase("bandwidth: 3.2 GB/s", "bandwidth: 0 GB/s",
        "50:16: memory.dram.bandwidth: found '0 GB/s'; accepted is a bandwidth such as 3.2 GB/s, above 0 B/s",
        TestName = "No_bandwidth")]
    [TestCase("softmax: 4", "softmax: 0",
        "14:12: vector.softmax: found '0'; accepted is a number, above 0", TestName = "No_throughput")]
    [TestCase("rate: 0.5", "rate: 1.5",
        "35:11: formats[1].rate: found '1.5'; accepted is a number, above 0, at most 1", TestName = "Rate_above_peak")]
    [TestCase("alignment: 16 B", "alignment: 24 B",
        "56:3: memory.alignment: found 24 B; accepted is a power of two", TestName = "Odd_alignment")]
    [TestCase("alignment: 16 B", "alignment: 1 MiB",
        "56:3: memory.alignment: found 1048576 B; accepted is at most the scratchpad's 262144 B",
        TestName = "Alignment_above_the_scratchpad")]
    [TestCase("bits: 32", "bits: 20",
        "24:5: numerics.accumulator.bits: found 20; accepted is at least 24, one product of formats[1] (16 × 8 "
        + "bits), or leave that pair out, or an overflow that saturates", TestName = "Accumulator_narrower_than_a_product")]
    [TestCase("overflow: wrap", "overflow: wrap\n    group-macs: 4\n    block-macs: 6",
        "27:5: numerics.accumulator.block-macs: found 6; accepted is a multiple of group-macs 4",
        TestName = "Block_no_multiple_of_the_group")]
    [TestCase("overflow: wrap", "overflow: wrap\n    block-macs: 16\n    outer-bits: 24",
        "27:5: numerics.accumulator.outer-bits: found 24; accepted is at least bits, which is 32",
        TestName = "Outer_narrower_than_inner")]
    [TestCase("dataflow: weight-stationary", "dataflow: weights-stationary",
        "8:13: engine.dataflow: found 'weights-stationary'; accepted is one of weight-stationary, input-stationary, "
        + "output-stationary (did you mean 'weight-stationary'?)", TestName = "Unknown_word")]
    [TestCase("kind: systolic-array", "kind: systolic",
        "5:9: engine.kind: found 'systolic'; accepted is one of systolic-array, mac-array, vector-dsp, outer-product-unit, mcu",
        TestName = "Unknown_kind")]
    [TestCase("  columns: 16\n", "",
        "4:1: engine.columns: this required key is missing; accepted is a whole number, 1 to 65536", TestName = "Missing_key")]
    [TestCase("scratchpad:", "scratchpd:",
        "36:1: memory.scratchpad: this required key is missing; accepted is a group of the keys size, bandwidth, "
        + "read-energy, write-energy, latency-cycles, burst|37:3: memory.scratchpd: unknown key; accepted are "
        + "scratchpad, accumulators, weights, dram, double-buffered, alignment, dma, counts-reloads (did you mean 'scratchpad'?)",
        TestName = "Misspelt_key")]
    [TestCase("name: small-npu", "name: systolic int8",
        "1:1: name: accepted are letters, digits and single hyphens between them, at most 64", TestName = "Name_with_a_space")]
    [TestCase("activations: int8\n    rate: 1", "activations: fp16\n    rate: 1",
        "31:5: formats[0].activations: accepted is one of int4, int8, int16: the engine is fixed-point",
        TestName = "Float_operands")]
    [TestCase("weights: int16", "weights: int8",
        "33:5: formats[1]: this pair stands in the list already; once is accepted", TestName = "Pair_given_twice")]
    [TestCase("  engine.dataflow:", "  engine.dataflw:",
        "74:3: sources.engine.dataflw: this profile has no such key (did you mean 'engine.dataflow'?); accepted are "
        + "paths like engine.rows", TestName = "Source_of_an_unknown_key")]
    public void A_fault_names_its_place_the_cause_and_what_is_accepted(string old, string @new, string expected)
    {
        Assert.That(Faults(SmallProfile.Text, (old, @new)), Is.EqualTo(expected.Split('|')));
    }

    [Test]
    public void A_block_that_is_not_the_product_of_its_sides_is_refused() => Assert.That(
        Faults(SmallProfile.Text,
            ("  kind: systolic-array\n  rows: 16\n  columns: 16\n  dataflow: weight-stationary\n  pipelined: true",
            "  kind: mac-array\n  macs-per-cycle: 128\n  block-width: 2\n  block-height: 1\n  block-depth: 16\n  input-depth: 8"),
            ("  engine.dataflow: \"made up: 1\"\n", "")),
        Is.EqualTo(new[]
        {
            "6:3: engine.macs-per-cycle: found 128; accepted is block-width × block-height × block-depth × "
                + "input-depth, which is 256",
        }));

    [Test]
    public void A_buffer_of_less_than_one_row_of_sums_is_refused() => Assert.That(
        Problems(p => p with { Memory = p.Memory with { Accumulators = p.Memory.Scratchpad with { SizeBytes = 63 } } }),
        Is.EqualTo(
            new[] { "memory.accumulators.size: found 63 B; accepted is at least 64 B, one row of the array of 32-bit sums" }));

    [Test]
    public void Requests_are_powers_of_two_and_the_least_is_no_larger_than_the_largest()
    {
        Assert.That(Problems(p => p with { Memory = p.Memory with { Dma = new(48, 16, 4) } }),
            Does.Contain("memory.dma.request: found 48 B; accepted is a power of two"));
        Assert.That(Problems(p => p with { Memory = p.Memory with { Dma = new(16, 32, 4) } }),
            Does.Contain("memory.dma.beat: found 32 B; accepted is at most the request's 16 B"));
    }

    [Test]
    public void A_generator_draws_what_the_arithmetic_says() => Assert.That(
        Problems(p => p with { Vector = p.Vector with { Generator = new(RandomGeneratorKind.LinearFeedback, 1, 0) } }),
        Does.Contain("vector.generator.kind: found lfsr; accepted is another, or numerics.linear-feedback: true"));

    [TestCase(Rounding.HalfUp, 8, true)]
    [TestCase(Rounding.Stochastic, 8, false)]
    [TestCase(Rounding.HalfUp, 32, false)]
    public void Random_bits_go_with_the_rounding_that_draws_them(Rounding rounding, int bits, bool isFault) => Assert.That(
        Problems(p => p with
        {
            Numerics = p.Numerics with { Requantization = Requantization.Single, Rounding = rounding, RandomBits = bits },
        }),
        isFault ? Does.Contain("numerics.random-bits: found 8; accepted is another number than 32 only with rounding: stochastic "
            + "and requantization: single") : Is.Empty);

    // Rules alone: numbers set in code have no source.
    private static string[] Problems(Func<HardwareProfile, HardwareProfile> change) =>
    [
        .. YamlRecord.Problems(change(ProfileReader.Read(SmallProfile.Text, "small.yaml")))
            .Where(p => !p.Text.StartsWith("no source", StringComparison.Ordinal)).Select(p => $"{p.Key}: {p.Text}"),
    ];

    [Test]
    public void A_float_loss_needs_a_host()
    {
        string text = SmallProfile.Text;
        int host = text.IndexOf("host:", StringComparison.Ordinal);
        string rest = text[text.IndexOf("energy:\n", StringComparison.Ordinal)..];
        text = text[..host] + "host: null\n" + rest.Replace("  host: assumed\n", "");
        Assert.That(Faults(text, ("narrowing: saturate", "narrowing: saturate\n  float-loss: true")),
            Is.EqualTo(new[] { "29:3: numerics.float-loss: a loss in float32 needs a host; accepted is false, or give a host" }));
    }

    [Test]
    public void A_constant_without_source_is_named_by_the_widest_group_that_has_none()
    {
        const string text = SmallProfile.Text;
        string bare = text[..text.IndexOf("sources:", StringComparison.Ordinal)]
            + "sources:\n  engine: assumed\n  energy.int8-mac: assumed\n";
        string message = Assert.Throws<InvalidDocumentException>(() => ProfileReader.Read(bare, "p.yaml"))!.Message;
        Assert.That(message.Split('\n').Select(l => l.Split(": no source")[0]), Is.EqualTo(new[]
        {
            "p.yaml:3:1: clock", "p.yaml:10:1: vector", "p.yaml:22:1: numerics",
            "p.yaml:29:1: formats", "p.yaml:36:1: memory", "p.yaml:57:1: host",
            "p.yaml:67:3: energy.int16x8-mac", "p.yaml:68:3: energy.int16-mac",
            "p.yaml:69:3: energy.vector", "p.yaml:70:3: energy.leakage",
        }));
    }

    [Test]
    public void Several_faults_come_at_once() => Assert.That(
        Faults(SmallProfile.Text,
            ("clock: 500 MHz", "clock: fast"), ("rows: 16", "rows: -1"), ("softmax: 4", "softmx: 4"),
            ("alignment: 16 B", "alignment: 3 B"))
            .Select(f => f.Split(' ')[1]),
        Is.EqualTo(new[] { "clock:", "engine.rows:", "vector.softmax:", "vector.softmx:", "memory.alignment:" }));

    [Test]
    public void A_profile_made_in_code_answers_for_every_rule()
    {
        HardwareProfile profile = ProfileReader.Read(SmallProfile.Text, "p.yaml");
        var noRows = new SystolicArray(0, 16, Dataflow.WeightStationary);
        HardwareProfile broken = profile with { Engine = noRows, Host = null, Name = "" };
        Assert.That(YamlRecord.Problems(profile), Is.Empty);
        string[] keys = [.. YamlRecord.Problems(broken).Select(p => p.Key)];
        Assert.That(keys, Is.EqualTo(new[] { "engine.rows", "name", "sources.host" }));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public Property Any_text_near_a_profile_is_read_or_refused_with_reasons()
    {
        var edits = Gen.Choose(0, int.MaxValue - 1).ArrayOf(4).NonEmptyListOf();
        return Prop.ForAll(edits.ToArbitrary(), list =>
        {
            string text = ShippedProfiles.Text(ShippedProfiles.Names[list[0][0] % ShippedProfiles.Names.Count]);
            foreach (int[] edit in list)
                text = Mutate(text, edit);
            try
            {
                ProfileReader.Read(text, "p.yaml");
            }
            catch (InvalidDocumentException e)
            {
                string[] lines = e.Message.Split('\n', '\r', '\u2028');
                Assert.That(lines, Has.Length.EqualTo(Math.Min(e.Faults.Count, 101)).And.All.StartsWith("p.yaml:"));
            }
        });
    }

    /// <summary>Drops, doubles or overwrites a run of the text, or swaps two lines.</summary>
    private static string Mutate(string text, int[] edit)
    {
        const string signs = "\t :-[]{}#&*!|>'\"%@`,?\n\r\0\\~/.09aZé€\u2028\uFEFF\uD83D";
        if (text.Length == 0)
            return signs;
        int at = edit[1] % text.Length;
        int length = Math.Min(edit[2] % 20, text.Length - at);
        switch (edit[0] % 5)
        {
            case 0:
                return text.Remove(at, length);
            case 1:
                return text.Insert(at, text.Substring(at, length));
            case 2:
                return text.Insert(at, signs[edit[3] % signs.Length].ToString());
            case 3:
                return text[..at] + signs[edit[3] % signs.Length] + text[(at + 1)..];
            default:
                string[] lines = text.Split('\n');
                int a = edit[1] % lines.Length;
                int b = edit[2] % lines.Length;
                (lines[a], lines[b]) = (lines[b], lines[a]);
                return string.Join('\n', lines);
        }
    }
}
