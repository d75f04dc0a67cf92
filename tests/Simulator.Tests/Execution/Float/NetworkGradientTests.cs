using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Simulator.Tests.Execution.Float;

public sealed class NetworkGradientTests
{
    private static IEnumerable<TestCaseData> Networks()
    {
        yield return Case("convolutional", new ConvolutionalNetwork([8, 8, 2], 3, [new(4), new(5, 2, false)]).Build(3));
        yield return Case("transformer", new VisionTransformer([8, 8, 1], 3, 4, 8, 2, 2, 12).Build(2));
        yield return Case("transformer with class tokens",
            new VisionTransformer([8, 6, 1], 3, 4, 8, 1, 2, 12, 2, 2, true).Build(2));
        yield return Case("residual, batch statistics", new ResNet8([8, 8, 2], 3, true).Build(3));
        yield return Case("residual, fixed statistics", new ResNet8([8, 8, 2], 3, false).Build(2));

        static TestCaseData Case(string name, Graph graph) => new TestCaseData(graph).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Networks))]
    public void Gradients_of_a_whole_network_equal_central_differences(Graph graph)
    {
        Dictionary<string, double[]> values = Initialization.Weights(graph, 5).ToDictionary(
            w => w.Key, w => w.Value.Select(v => (double)v).ToArray());
        values["images"] = Evaluation.Normal(graph.Inputs.Single(i => i.Name == "images").Shape, "images");
        int batch = graph.Outputs["logits"].Shape[0];
        values["labels"] = [.. Enumerable.Range(0, batch).Select(i => (double)(i % 3))];
        IEnumerable<string> names = graph.Parameters.Select(p => p.Name);
        HashSet<string> trainable = [.. names.Where(n => !n.EndsWith(".mean") && !n.EndsWith(".variance"))];
        Evaluation.CheckGradients(graph, trainable, values, elements: 3);
        Evaluation.CheckTangent(graph, trainable, values);
        Evaluation.CheckTangent(graph, trainable.Where(n => n.StartsWith("head.")).ToHashSet(), values);
    }
}
