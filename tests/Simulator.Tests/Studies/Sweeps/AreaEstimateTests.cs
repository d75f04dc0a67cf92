using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Simulator.Tests.Studies.Sweeps;

public sealed class AreaEstimateTests
{
    private static readonly HardwareProfile Base = ShippedProfiles.Find("systolic-int8-16x16");

    // µm², each counted by hand: 8×8: 64 ANDs, 56 full adders, 16 flip-flops; a 32-bit sum: 32 full adders, 32 flip-flops.
    [Test]
    public void An_array_is_the_cells_of_its_multipliers_and_sums_beside_its_memory()
    {
        double product = (64 * 1.064) + (56 * 4.256) + (16 * 4.522), sum = 32 * (4.256 + 4.522);
        double memory = (Base.Memory.Scratchpad.SizeBytes + Base.Memory.Accumulators!.SizeBytes) * 8 * 0.74;
        Assert.That(AreaEstimate.SquareMillimetres(With("formats=[{weights: int8, activations: int8}]")),
            Is.EqualTo(((256 * (product + sum)) + memory) / 1e6).Within(1e-9));
    }

    [TestCase("numerics.accumulator.bits=33", 256 * 8.778)]
    [TestCase("engine.rows=32", 256 * ((64 * 1.064) + (56 * 4.256) + (16 * 4.522) + (32 * 8.778)))]
    [TestCase("memory.scratchpad.size=257KiB", 1024 * 8 * 0.74)]
    [TestCase("memory.accumulators=null", -64 * 1024 * 8 * 0.74)]
    [TestCase("formats=[{weights: int16, activations: int8}]", 256 * ((64 * 1.064) + (64 * 4.256) + (8 * 4.522)))]
    [TestCase("memory.dram=null", 0)]
    public void More_of_a_part_is_so_much_more_silicon(string setting, double squareMicrometres)
    {
        HardwareProfile plain = With("formats=[{weights: int8, activations: int8}]"),
            changed = With(setting, setting.StartsWith("formats", StringComparison.Ordinal)
                ? setting : "formats=[{weights: int8, activations: int8}]");
        Assert.That(1e6 * (AreaEstimate.SquareMillimetres(changed) - AreaEstimate.SquareMillimetres(plain)),
            Is.EqualTo(squareMicrometres).Within(1e-3));
    }

    [Test]
    public void Each_core_has_an_engine_of_its_own()
    {
        HardwareProfile one = With("memory.accumulators=null"),
            two = With("memory.accumulators=null", "cores={count: 2, split: batch}"),
            wide = With("memory.accumulators=null", "engine.rows=32");
        Assert.That(AreaEstimate.SquareMillimetres(two), Is.EqualTo(AreaEstimate.SquareMillimetres(wide))
            .And.GreaterThan(AreaEstimate.SquareMillimetres(one)));
    }

    [Test]
    public void A_study_may_constrain_it_and_seek_it()
    {
        Sweep asked = new(["systolic-int8-16x16"], ["cnn-small"], ["qzo-ff:8w8a"], ["ft"], ["engine.{rows,columns}=4..64*2"]);
        SweepSpace space = SweepSpace.Of(asked with { Where = ["area <= 2.5"] });
        Assert.That(space.Points.Select(p => AreaEstimate.SquareMillimetres(space[p].Profile)), Is.All.AtMost(2.5));
        Assert.That(space.Points, Has.Length.InRange(1, 4));
        Assert.That(SweepSpace.Of(asked with { Where = ["area > 2.5"] }).Points, Has.Length.EqualTo(5 - space.Points.Length));
        Assert.That(PointFigures.Names, Does.Contain("area"));
    }

    private static HardwareProfile With(params string[] settings) => ProfileSetting.On(
        Base, [.. settings.Distinct().Select(s => new ProfileSetting(s[..s.IndexOf('=', StringComparison.Ordinal)],
            s[(s.IndexOf('=', StringComparison.Ordinal) + 1)..]))]);
}
