using System.Diagnostics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>How long a plan and its two readings take: 20 ms are asked for on an idle machine.</summary>
public sealed class GoldenPlanSpeedTests
{
    [Test]
    [NonParallelizable]
    public void A_training_step_of_a_published_network_is_planned_in_milliseconds(
        [Values("resnet18", "vit-tiny")] string model, [Values("bp:fp16", "qzo-ff:8w8a")] string method)
    {
        Graph graph = BatchNormFolding.Fold(ModelCatalog.Find(model).Build(1));
        HardwareProfile profile = ShippedProfiles.Find("systolic-int8-16x16");
        profile = profile with { Memory = profile.Memory with { Dram = profile.Memory.Dram! with { SizeBytes = 1L << 32 } } };
        double bestPlan = double.MaxValue, bestLayout = double.MaxValue, bestCost = double.MaxValue;
        for (int i = 0; i < 25; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Plan plan = StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.Full.Select(graph));
            double planned = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            MemoryLayout layout = MemoryPlanner.Lay(plan, profile.Memory.AlignmentBytes);
            double laid = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            PlanCost cost = CostModel.Price(new Simulator.Memory.Step(plan, layout), profile);
            double priced = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Assert.That(cost.Cycles, Is.Positive);
            bestPlan = Math.Min(bestPlan, planned);
            bestLayout = Math.Min(bestLayout, laid - planned);
            bestCost = Math.Min(bestCost, priced - laid);
        }

        double sum = bestPlan + bestLayout + bestCost;
        TestContext.Out.WriteLine(
            $"{model} {method}: {sum:F1} ms, the fastest plan {bestPlan:F1}, layout {bestLayout:F1} and cost {bestCost:F1}");
        Assert.That(sum, Is.LessThan(60)); // 20 ms on an idle machine
    }
}
