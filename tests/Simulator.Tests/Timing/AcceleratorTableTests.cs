using System.Globalization;
using System.Text;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Timing;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>The page docs/accelerators.md, which compares all shipped profiles, is what they are today.</summary>
public sealed class AcceleratorTableTests
{
    private const string Head = """
        # Shipped accelerators

        All profiles of `hw-profiles/` beside each other; `compare` takes those in bold unless others are named, all with
        `--profile all`. Keys and their meaning are in [profiles.md](profiles.md), formulas and references in
        [timing.md](timing.md). This page is made by a test (`AcceleratorTableTests`) from the profiles and from the rows of
        timing.md.

        - *int8 MACs*: at the most in one cycle, of 8×8 bits. *Pairs*: formats multiplied natively, weights × activations.
        - *On chip*, *frozen*, *outside*: scratchpad, memory for frozen weights, off-chip memory.
        - *Floats*: where fp32 and fp16 run, in cycles per MAC of that unit; `–`: nowhere.
        - *ResNet-8*: time of one int8 inference of MLPerf Tiny's network, batch 1, as priced.
        - *Assumed*: of all numbers of the profile, those without a public source; those fitted on measurements say so.
        - *Cycles checked against*: rows of timing.md, with the largest error. Without any, no public cycle counts are used, and
          the figures follow from the stated structure alone.


        """;

    [Test]
    public void The_page_of_accelerators_is_up_to_date()
    {
        IReadOnlyList<Reference> references = References.All;
        StringBuilder page = new(Head);
        page.Append("| profile | engine | int8 MACs | clock | pairs | on chip | frozen | outside | floats | ResNet-8 | assumed | "
            + "cycles checked against |\n|---|---|--:|--:|---|--:|--:|--:|---|--:|--:|---|\n");
        foreach (string name in ShippedProfiles.Default.Concat(ShippedProfiles.Names.Except(ShippedProfiles.Default)))
            page.Append(Row(ShippedProfiles.Find(name), [.. references.Where(r => r.Profiles.Contains(name))]));
        string path = Repository.At("docs", "accelerators.md"), text = page.ToString();
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllText(path, text);
        Assert.That(File.ReadAllText(path), Is.EqualTo(text), "Run this test with NPUSIM_UPDATE_DOCS=1 to rewrite the page.");
    }

    [Test]
    public void What_a_reference_checks_is_shipped() => Assert.That(
        References.All.SelectMany(r => r.Profiles).Distinct(), Is.SubsetOf(ShippedProfiles.Names));

    private static string Row(HardwareProfile profile, IReadOnlyList<Reference> references)
    {
        string name = ShippedProfiles.Default.Contains(profile.Name) ? $"**{profile.Name}**" : profile.Name;
        double seconds = CostModel.Price(BenchmarkInference.Of("ic"), profile).Seconds;
        string[] numbers = [.. YamlRecord.Leaves(profile)
            .Where(p => p is not ("name" or "description") && !p.StartsWith("sources.", StringComparison.Ordinal))];
        int assumed = numbers.Count(p => profile.SourceOf(p)!.StartsWith("assumed", StringComparison.Ordinal));
        string checks = references.Count == 0 ? "no public cycle counts"
            : string.Join("; ", references.Select(r => $"{r.Name} ({r.Kind}, {ReferenceTableTests.Text(r.Worst)})"));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {Kind(profile)} | {profile.PeakMacsPerCycle:0.##} | {profile.ClockHz / 1e6:0.#} MHz | "
            + $"{Pairs(profile)} | {Size(profile.Memory.Scratchpad)} | {Size(profile.Memory.Weights)} | "
            + $"{Size(profile.Memory.Dram)} | {Floats(profile.Host)} | {Milliseconds(seconds)} ms | "
            + $"{assumed} of {numbers.Length} | {checks} |\n");
    }

    private static string Milliseconds(double seconds)
    {
        double milliseconds = 1e3 * seconds;
        int decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(milliseconds)), 0, 6);
        return milliseconds.ToString($"F{decimals}", CultureInfo.InvariantCulture);
    }

    private static string Kind(HardwareProfile profile) =>
        (profile.Cores is { } cores ? $"{cores.Count} × " : "") + Kind(profile.Engine);

    private static string Kind(Engine engine) => engine switch
    {
        SystolicArray array => $"systolic array {array.Rows}×{array.Columns}, {Words(array.Dataflow)}",
        MacArray => "MAC array",
        VectorDsp => "vector DSP",
        OuterProductUnit unit => $"outer products, tiles of {unit.TileRows}×{unit.TileColumns}",
        Microcontroller core => $"cores with {core.Software}",
        _ => throw new NotSupportedException(engine.GetType().Name),
    };

    private static string Words(Dataflow dataflow) => dataflow switch
    {
        Dataflow.WeightStationary => "weight-stationary",
        Dataflow.InputStationary => "input-stationary",
        _ => "output-stationary",
    };

    private static string Pairs(HardwareProfile profile) =>
        string.Join(", ", profile.Formats.Select(p => $"{p.Weights.Bits()}×{p.Activations.Bits()}"));

    private static string Floats(HostCore? host) => host is null ? "–" : string.Create(CultureInfo.InvariantCulture,
        $"{host.Name}: {host.Fp32CyclesPerMac:0.###}, "
        + $"{(host.Fp16Engine is { } engine ? 1 / engine.PeakMacsPerCycle : host.Fp16CyclesPerMac):0.###}");

    private static string Size(Accelerators.Profiles.Memory? memory) => memory?.SizeBytes switch
    {
        null => "–",
        >= 1L << 30 and var bytes => Text(bytes, 30, "GiB"),
        >= 1L << 20 and var bytes => Text(bytes, 20, "MiB"),
        long bytes => Text(bytes, 10, "KiB"),
    };

    private static string Text(long bytes, int shift, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << shift):0.##} {unit}");
}
