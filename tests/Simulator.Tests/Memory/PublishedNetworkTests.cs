using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Models.Shapes;

namespace NpuSim.Simulator.Tests.Memory;

public sealed class PublishedNetworkTests
{
    private static readonly VisionTransformer VitTiny =
        new([224, 224, 3], 1000, Patch: 16, Width: 192, Depth: 12, Heads: 3, HiddenWidth: 768);

    private static readonly string[] Networks = ["ad", "kws", "ic", "vww", "resnet18", "mobilenetv2", "mobilenetv2-0.35", "vit-tiny"];

    private static IEnumerable<string[]> Cases =>
        from network in Networks
        from method in new[] { "inference", "bp:fp16", "qzo-ff:8w8a" }
        where network != "ad" || method == "inference" // the autoencoder has no loss
        select new[] { network, method };

    [TestCaseSource(nameof(Cases))]
    public void Arenas_stay_within_5_percent_of_the_lower_bound_and_no_two_live_buffers_overlap(string network, string method)
    {
        Graph graph = network switch
        {
            "ad" => AnomalyDetector.Build(1),
            "kws" => KeywordSpotter.Build(1),
            "ic" => ImageClassifier.Build(1),
            "vww" => PersonDetector.Build(1),
            "resnet18" => ResNet18.Build(1),
            "mobilenetv2" => MobileNetV2.Build(1),
            "mobilenetv2-0.35" => MobileNetV2.Build(1, 0.35, 128),
            _ => VitTiny.Build(1),
        };
        Plan plan = method == "inference"
            ? Planner.Inference(graph, new OperandFormats(NumberFormat.Int8, NumberFormat.Int8), ImmutableHashSet<string>.Empty)
            : Planner.TrainingStep(graph, Method.Parse(method), TuningScheme.Full.Select(graph));
        MemoryLayout layout = MemoryPlanner.Lay(plan, 16);
        TestContext.Out.WriteLine(
            $"{network} {method}: {plan.Ops.Length} ops, peak {layout.PeakLiveBytes} at {plan.Ops[layout.PeakOp].Name}, "
            + $"arena {layout.ArenaBytes} ({layout.Strategy})");
        Assert.That(layout.ArenaBytes, Is.LessThanOrEqualTo(layout.PeakLiveBytes * 1.05));
        Assert.That(Overlaps(layout), Is.Empty);
    }

    [Test]
    public void QZO_FF_on_ViT_tiny_needs_at_most_450_kilobytes_beside_weights()
    {
        Graph graph = VitTiny.Build(1);
        MemoryLayout layout = MemoryPlanner.Lay(
            Planner.TrainingStep(graph, Method.Parse("qzo-ff:8w8a"), TuningScheme.Full.Select(graph)), 16);
        long perturbed = layout.PeakByRole[TensorRole.Perturbation]; // weights too, those of the layer that runs
        TestContext.Out.WriteLine($"peak {layout.PeakLiveBytes}, of which perturbed weights {perturbed}");
        Assert.That(layout.PeakLiveBytes - perturbed, Is.LessThanOrEqualTo(450_000));
    }

    private static IEnumerable<(ArenaBuffer, ArenaBuffer)> Overlaps(MemoryLayout layout) =>
        from a in layout.Buffers
        from b in layout.Buffers
        let offsetA = layout.Offsets[a.Tensors[0]]
        let offsetB = layout.Offsets[b.Tensors[0]]
        where a != b && a.First <= b.Last && b.First <= a.Last && offsetA < offsetB + b.Bytes && offsetB < offsetA + a.Bytes
        select (a, b);
}
