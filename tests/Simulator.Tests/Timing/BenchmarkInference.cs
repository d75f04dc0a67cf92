using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models.Shapes;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>One int8 inference of the networks of MLPerf Tiny.</summary>
internal static class BenchmarkInference
{
    public static Plan Of(string task)
    {
        Graph graph = task switch
        {
            "ad" => AnomalyDetector.Build(1),
            "kws" => KeywordSpotter.Build(1),
            "ic" => ImageClassifier.Build(1),
            "vww" => PersonDetector.Build(1),
            _ => throw new ArgumentOutOfRangeException(nameof(task)),
        };
        Plan plan = Planner.Inference(graph, new OperandFormats(NumberFormat.Int8, NumberFormat.Int8),
            ImmutableHashSet<string>.Empty);
        PlanTensor logits = plan.Tensors[plan.Ops[^1].Output]; // 16 bits where they are trained, 8 where they are deployed
        return plan with { Tensors = plan.Tensors.SetItem(logits.Id, logits with { Format = NumberFormat.Int8 }) };
    }
}
