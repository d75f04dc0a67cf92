using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

public sealed class SummaryTests
{
    [Test]
    public void Reports_show_the_totals_of_the_price()
    {
        PlanCost cost = CostModel.Price(GemmPlan.Create(1024, 128, 128), TestProfiles.Small);
        CostResult result = CostSummary.Of(cost);
        Assert.That(result.Cycles, Is.EqualTo(cost.Ops[0].Cycles));
        Assert.That(result.ComputeCycles + result.ExposedTransferCycles, Is.EqualTo(result.Cycles).Within(1e-6));
        Assert.That(result.DramTrafficBytes, Is.EqualTo(cost.Traffic.DramRead + cost.Traffic.DramWritten));
        Assert.That(result.ScratchpadTrafficBytes, Is.EqualTo(cost.Traffic.ScratchpadRead + cost.Traffic.ScratchpadWritten));
        Assert.That(result.EnergyJoules, Is.EqualTo(cost.Ops[0].EnergyJoules));
    }

    [TestCase(100_000, false)]
    [TestCase(262_144, true)]
    public void Reports_show_whether_the_arena_fits(long scratchpadBytes, bool fits)
    {
        Plan plan = GemmPlan.Create(1024, 128, 128);
        MemoryLayout layout = MemoryPlanner.Lay(plan, 16);
        MemoryResult result = MemorySummary.Of(plan, layout, scratchpadBytes);
        Assert.That(result.FitsScratchpad, Is.EqualTo(fits));
        Assert.That(result.ArenaBytes, Is.EqualTo(2 * 1024 * 128));
        Assert.That(result.PersistentBytes, Is.EqualTo(128 * 128));
        Assert.That(result.PeakOp, Is.EqualTo(plan.Ops[0].Name));
        Assert.That(result.PeakByRole.Values.Sum(), Is.EqualTo(result.PeakLiveBytes));
    }
}
