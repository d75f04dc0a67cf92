using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>An engine for products of fp16 beside the host core.</summary>
public sealed class HostEngineTests
{
    private static readonly OuterProductUnit Engine = new(12, 16, 4, 1, 1, 16, 0, 0);

    private static readonly HardwareProfile Profile =
        TestProfiles.Small with { Host = TestProfiles.Host with { Fp16Engine = Engine } };

    [Test]
    public void Products_of_fp16_take_the_cycles_of_the_engine_in_the_clock_of_the_host() => Assert.That(
        Compute(NumberFormat.Fp16, Profile),
        Is.EqualTo(Engine.Cycles(Gemm.Plain(24, 32, 64)) * Profile.ClockHz / Profile.Host!.ClockHz));

    [Test]
    public void Products_of_fp32_stay_on_the_core() =>
        Assert.That(Compute(NumberFormat.Fp32, Profile), Is.EqualTo(Compute(NumberFormat.Fp32, TestProfiles.Small with
        {
            Host = TestProfiles.Host,
        })));

    private static double Compute(NumberFormat format, HardwareProfile profile) =>
        CostModel.Price(GemmPlan.Create(24, 32, 64, format: format, unit: Unit.Host), profile).ComputeCycles;
}
