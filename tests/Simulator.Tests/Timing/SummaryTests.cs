using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Timing;

public sealed class SummaryTests
{
    [Test]
    public void Reports_show_the_totals_of_the_price()
    {
        Plan plan = GemmPlan.Create(1024, 128, 128);
        PlanCost cost = CostModel.Price(plan, TestProfiles.Small);
        CostResult result = CostResult.Of(cost, plan);
        Assert.That(result.Cycles, Is.EqualTo(cost.Ops[0].Cycles));
        Assert.That(result.ComputeCycles + result.ExposedTransferCycles, Is.EqualTo(result.Cycles).Within(1e-6));
        Assert.That(result.DramTrafficBytes, Is.EqualTo(cost.Traffic.DramRead + cost.Traffic.DramWritten));
        Assert.That(result.ScratchpadTrafficBytes, Is.EqualTo(cost.Traffic.ScratchpadRead + cost.Traffic.ScratchpadWritten));
        Assert.That(result.EnergyJoules, Is.EqualTo(cost.Ops[0].EnergyJoules));
        Assert.That(result.MovedByMemory!.Values.Sum(), Is.EqualTo(cost.Traffic.External));
    }

    [TestCase("bp:fp32", "ft")]
    [TestCase("bp:fp32", "lp")]
    [TestCase("qzo-ff:16w8a", "ft")]
    public void Layers_share_the_whole_step_among_them(string method, string scheme)
    {
        Graph graph = ModelCatalog.Find("cnn-small").Build(4);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.Parse(scheme).Select(graph));
        PlanCost cost = CostModel.Price(plan, ShippedProfiles.Find("systolic-int8-16x16"));
        CostResult result = CostResult.Of(cost, plan);
        Assert.Multiple(() =>
        {
            Assert.That(result.Layers.Sum(l => l.Cycles), Is.EqualTo(result.Cycles).Within(1e-9).Percent);
            Assert.That(result.Layers.Sum(l => l.Macs), Is.EqualTo(cost.Ops.Sum(o => o.Macs)));
            Assert.That(result.Layers.Sum(l => l.DramTrafficBytes), Is.EqualTo(cost.Traffic.Dram).Within(1e-9).Percent);
            Assert.That(result.Layers.Select(l => l.Layer), Is.SubsetOf(graph.Nodes.Select(n => n.Output.Name)).And.Unique);
        });
    }

    [Test]
    public void A_layer_has_its_forward_pass_its_gradients_and_its_update()
    {
        Graph graph = ModelCatalog.Find("cnn-small").Build(4);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse("bp:fp32"), TuningScheme.Full.Select(graph));
        PlanCost cost = CostModel.Price(plan, ShippedProfiles.Find("systolic-int8-16x16"));
        long forward = cost.Ops.Single(o => o.Name == "conv2").Macs;
        CostResult result = CostResult.Of(cost, plan);
        Assert.That(result.Layers.Single(l => l.Layer == "conv2").Macs, Is.EqualTo(3 * forward)); // of input and of weights
    }

    [TestCase(100_000, false)]
    [TestCase(262_144, true)]
    public void Reports_show_whether_the_arena_fits(long scratchpadBytes, bool fits)
    {
        Plan plan = GemmPlan.Create(1024, 128, 128);
        MemoryLayout layout = MemoryPlanner.Lay(plan, 16);
        MemoryResult result = MemoryResult.Of(new(plan, layout), scratchpadBytes);
        Assert.That(result.FitsScratchpad, Is.EqualTo(fits));
        Assert.That(result.ArenaBytes, Is.EqualTo(2 * 1024 * 128));
        Assert.That(result.PersistentBytes, Is.EqualTo(128 * 128));
        Assert.That(result.PeakOp, Is.EqualTo(plan.Ops[0].Name));
        Assert.That(result.PeakByRole.Values.Sum(), Is.EqualTo(result.PeakLiveBytes));
    }
}
