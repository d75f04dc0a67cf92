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

    [Test]
    public void Products_of_another_format_take_what_the_profile_says_of_it() => Assert.Multiple(() =>
    {
        HardwareProfile profile = TestProfiles.Small with
        {
            Host = TestProfiles.Host with { Bf16 = new(0.5), Fp8 = new(1, Engine with { Reduction = 8 }), Mxint8 = new(2), Mxfp8 = new(3) },
        };
        double macs = 24 * 32 * 64, clocks = profile.ClockHz / profile.Host!.ClockHz;
        Assert.That(Compute(NumberFormat.Bf16, profile), Is.EqualTo(0.5 * macs * clocks));
        Assert.That(Compute(NumberFormat.Fp8E5M2, profile),
            Is.EqualTo((Engine with { Reduction = 8 }).Cycles(Gemm.Plain(24, 32, 64)) * clocks));
        Assert.That(Compute(NumberFormat.MxInt8, profile), Is.EqualTo(2 * macs * clocks));
        Assert.That(Compute(NumberFormat.MxFp8E4M3, profile), Is.EqualTo(3 * macs * clocks));
    });

    [TestCase(NumberFormat.Bf16, "bf16")]
    [TestCase(NumberFormat.Fp8E4M3, "fp8e4m3")]
    [TestCase(NumberFormat.MxInt8, "mxint8")]
    public void A_core_without_a_format_does_not_run_it(NumberFormat format, string name) => Assert.That(
        () => Compute(format, Profile), Throws.TypeOf<NotRunnableException>()
            .With.Message.Contains($"multiplies {name}; the host core of {Profile.Name} does not"));

    private static double Compute(NumberFormat format, HardwareProfile profile) =>
        CostModel.Price(GemmPlan.Create(24, 32, 64, format: format, unit: Unit.Host), profile).ComputeCycles;
}
