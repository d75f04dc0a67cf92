using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Several cores that share memories.</summary>
public sealed class CoresTests
{
    private const double Tolerance = 1 - 1e-9;

    [Test]
    public void Channels_and_samples_are_divided_and_the_largest_part_counts()
    {
        Gemm conv = new(KernelClass.Convolution, 1, 3 * 64, 20, 27, 8, 8, 9),
            depthwise = new(KernelClass.Depthwise, 10, 64, 1, 9, 8, 8, 9);
        Assert.Multiple(() =>
        {
            Assert.That(CoreShare.Of(conv, 3, new(3, CoreSplit.OutputChannels)), Is.EqualTo(conv with { N = 7 }));
            Assert.That(CoreShare.Of(conv, 3, new(2, CoreSplit.Batch)), Is.EqualTo(conv with { M = 2 * 64 }));
            Assert.That(CoreShare.Of(depthwise, 1, new(4, CoreSplit.OutputChannels)), Is.EqualTo(depthwise with { Count = 3 }));
            Assert.That(CoreShare.Of(depthwise, 1, new(4, CoreSplit.Batch)), Is.EqualTo(depthwise), "one sample");
            Assert.That(CoreShare.Of(Gemm.Plain(4, 6, 8), 4, new(2, CoreSplit.Batch)), Is.EqualTo(Gemm.Plain(2, 6, 8)));
            Assert.That(CoreShare.Of(Gemm.Plain(5, 6, 8, 4), 4, new(2, CoreSplit.Batch)), Is.EqualTo(Gemm.Plain(5, 6, 8, 2)));
        });
    }

    [Test]
    public void Two_Ethos_cores_of_256_MACs_are_one_of_512_on_a_product_whose_channels_divide()
    {
        HardwareProfile two = ShippedProfiles.Find("ethos-u65-512");
        Assert.That(CostModel.Price(GemmPlan.Create(64, 64, 64), two).ComputeCycles,
            Is.EqualTo(new MacArray(512, 2, 2, 16, 8).Cycles(Gemm.Plain(64, 64, 64))));
        Assert.That(two.PeakMacsPerCycle, Is.EqualTo(512));
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void More_cores_never_cost_cycles_and_no_bound_is_beaten(
        FsCheck.DoNotSize<int> any, FsCheck.PositiveInt few, FsCheck.PositiveInt more, bool samples)
    {
        HardwareProfile profile = TestProfiles.Random(any.Item);
        profile = profile with { Memory = profile.Memory with { Accumulators = null } };
        Plan plan = CostModelProperties.Any(any.Item);
        CoreSplit split = samples ? CoreSplit.Batch : CoreSplit.OutputChannels;
        PlanCost with = CostModel.Price(plan, profile with { Cores = new(few.Get, split) }),
            wider = CostModel.Price(plan, profile with { Cores = new(few.Get + more.Get, split) });
        Assert.Multiple(() =>
        {
            Assert.That(wider.Cycles * Tolerance, Is.LessThanOrEqualTo(with.Cycles));
            Assert.That(wider.Ops.Min(o => o.ExposedTransferCycles), Is.GreaterThanOrEqualTo(-1e-6 * wider.Cycles));
            Assert.That(with.Utilization, Is.LessThanOrEqualTo(1 + 1e-9));
        });
    }

    [Test]
    public void One_core_is_the_same_as_no_such_key_and_four_speed_up_a_step_at_the_same_bytes([Values] CoreSplit split)
    {
        Graph graph = ModelCatalog.Find("cnn-small").Build(4);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse("qzo-ff:8w8a"), TuningScheme.Parse("ft").Select(graph));
        HardwareProfile profile = ShippedProfiles.Find("hexagon-hvx");
        PlanCost none = CostModel.Price(plan, profile), one = CostModel.Price(plan, profile with { Cores = new(1, split) }),
            four = CostModel.Price(plan, profile with { Cores = new(4, split) });
        Assert.Multiple(() =>
        {
            Assert.That(one.Ops, Is.EqualTo(none.Ops));
            Assert.That(four.ComputeCycles, Is.InRange(none.ComputeCycles / 4, none.ComputeCycles * 0.9));
            Assert.That(four.Traffic, Is.EqualTo(none.Traffic));
        });
    }

    [Test]
    public void Cores_with_a_sequencer_or_a_buffer_of_sums_are_refused()
    {
        HardwareProfile sequenced = ShippedProfiles.Find("gemmini-16x16-rtl"),
            buffered = ShippedProfiles.Find("systolic-int8-16x16");
        Assert.Multiple(() =>
        {
            Assert.That(Faults(sequenced), Has.Some.Contains("a sequencer drives one array"));
            Assert.That(Faults(buffered), Has.Some.Contains("memory.accumulators: null"));
        });

        static IEnumerable<string> Faults(HardwareProfile profile) =>
            (profile with { Cores = new(2, CoreSplit.Batch) }).Problems().Where(p => p.Key == "cores").Select(p => p.ToString());
    }
}
