using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>One int8 inference of the networks of MLPerf Tiny, and of MobileNetV2.</summary>
internal static class BenchmarkInference
{
    public static Plan Of(string task)
    {
        string network = task switch
        {
            "ad" => "autoencoder",
            "kws" => "ds-cnn",
            "ic" => "resnet8",
            "vww" => "mobilenetv1-0.25",
            "mv2" => "mobilenetv2",
            _ => throw new ArgumentOutOfRangeException(nameof(task)),
        };
        return Of(BatchNormFolding.Fold(ModelCatalog.Find(network).Build(1)));
    }

    public static Plan Of(Graph graph)
    {
        Plan plan = Planner.Inference(graph, new OperandFormats(NumberFormat.Int8, NumberFormat.Int8),
            ImmutableHashSet<string>.Empty);
        PlanTensor logits = plan.Tensors[plan.Ops[^1].Output]; // 16 bits where they are trained, 8 where they are deployed
        return plan with { Tensors = plan.Tensors.SetItem(logits.Id, logits with { Format = NumberFormat.Int8 }) };
    }
}
