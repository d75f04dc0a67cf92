using System.Diagnostics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Tests.Memory;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Memory and cost of whole training steps as the planner makes them.</summary>
public sealed class PlannedStepTests
{
    private static readonly string[] Methods = ["bp:fp32", "bp:fp16", "ff:fp16", "qzo-ff:16w8a", "qzo-ff:8w8a"];

    [Test]
    public void No_step_ever_reads_what_another_tensor_wrote_and_arenas_stay_within_5_percent_of_the_lower_bound(
        [Values("cnn", "vit-small", "resnet8-training")] string model, [ValueSource(nameof(Methods))] string method,
            [Values("ft", "lp")] string scheme)
    {
        Plan plan = Step(ModelCatalog.Find(model).Build(4), method, scheme);
        MemoryLayout layout = MemoryPlanner.Lay(plan, 16);
        TestContext.Out.WriteLine(
            $"{plan.Ops.Length} ops, peak {layout.PeakLiveBytes}, arena {layout.ArenaBytes}, {layout.Strategy}");
        Assert.That(MemoryMachine.Faults(plan, layout), Is.Empty);
        Assert.That(layout.ArenaBytes, Is.LessThanOrEqualTo(layout.PeakLiveBytes * 1.05));
    }

    [Test]
    public void No_operation_but_a_view_is_free_on_any_shipped_profile(
        [Values("cnn", "vit-small", "resnet8", "ds-cnn", "crnn")] string model, [ValueSource(nameof(Methods))] string method)
    {
        Plan plan = Step(ModelCatalog.Find(model).Build(2), method, "ft");
        int priced = 0;
        Assert.Multiple(() =>
        {
            foreach (string name in ShippedProfiles.Names)
            {
                try
                {
                    PlanCost cost = CostModel.Price(plan, ShippedProfiles.Find(name));
                    foreach (OpCost op in cost.Ops)
                        Assert.That(op.Cycles > 0 && op.EnergyJoules > 0, Is.Not.EqualTo(plan.Ops[op.Index].Op.IsView),
                            $"{name}: {op.Name}");
                    TestContext.Out.WriteLine(
                        $"{name}: {cost.Cycles:N0} cycles, {cost.ComputeCycles:N0} compute, "
                        + $"{cost.ExposedTransferCycles:N0} exposed, "
                        + $"{cost.EnergyJoules * 1e6:N1} µJ, utilization {cost.Utilization:P1}, {cost.Residency.Name}: "
                        + string.Join(", ", cost.CyclesByPhase.Select(p => $"{p.Key} {p.Value / cost.Cycles:P0}")));
                    priced++;
                }
                catch (NotRunnableException cannot)
                {
                    TestContext.Out.WriteLine(cannot.Message);
                }
            }
        });
        Assert.That(priced, Is.Positive);
    }

    [Test]
    public void Reading_memory_and_cost_of_a_step_takes_milliseconds([Values("vit-tiny", "resnet18")] string network)
    {
        Graph graph = BatchNormFolding.Fold(ModelCatalog.Find(network).Build(1));
        foreach (string method in new[] { "bp:fp16", "qzo-ff:8w8a" })
        {
            Plan plan = Step(graph, method, "ft");
            HardwareProfile profile = ShippedProfiles.Find("systolic-int8-16x16");
            double best = double.MaxValue;
            for (int i = 0; i < 12; i++)
            {
                long start = Stopwatch.GetTimestamp();
                MemoryLayout layout = MemoryPlanner.Lay(plan, 16);
                double lay = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                PlanCost cost = CostModel.Price(new Simulator.Memory.Step(plan, layout), profile);
                double both = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                best = Math.Min(best, both);
                TestContext.Out.WriteLine(
                    $"{network} {method}: {plan.Ops.Length} ops, lay {lay:F1} ms, both {both:F1} ms, "
                    + $"arena {layout.ArenaBytes} of {layout.PeakLiveBytes} ({layout.Strategy}), {cost.Cycles:N0} cycles");
            }

            Assert.That(best, Is.LessThan(400)); // about 10 ms on an idle core; tests may share theirs with many others
        }
    }

    private static Plan Step(Graph graph, string method, string scheme) =>
        StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.Parse(scheme).Select(graph));
}
