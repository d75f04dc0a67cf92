using System.Numerics;
using NpuSim.Random;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Tests.Execution.Float;

/// <summary>Runs a whole graph node by node, every value in memory of its own.</summary>
internal static class Evaluation
{
    public static Tensor<T>[] Run<T>(Graph graph, IReadOnlyDictionary<string, T[]> given)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T>[] values =
        [
            .. graph.Values.Select(v => v.Kind == ValueKind.Result ? new Tensor<T>(v.Shape) : new(v.Shape, given[v.Name])),
        ];
        foreach (Node node in graph.Nodes)
            FloatOps.Execute<T>(node.Op, [.. node.Inputs.Select(i => values[i.Id])], values[node.Output.Id]);
        return values;
    }

    public static double[] Normal(Shape shape, string name)
    {
        RandomStream random = new(7, name);
        double[] values = new double[shape.Count];
        foreach (ref double value in values.AsSpan())
            value = random.NextNormal();
        return values;
    }

    /// <summary>Compares every gradient with (L(p + h) − L(p − h)) / 2h for some elements of each parameter.</summary>
    public static void CheckGradients(
        Graph forward, IReadOnlySet<string> trainable, Dictionary<string, double[]> given, int elements = 40)
    {
        Graph both = Gradients.Build(forward, "loss", trainable);
        Tensor<double>[] values = Run(both, given);
        foreach (string name in trainable)
        {
            double[] p = given[name];
            Tensor<double> gradient = values[both.Outputs[Gradients.OutputName(name)].Id];
            int stride = Math.Max(p.Length / elements, 1);
            for (int i = 0; i < p.Length; i += stride)
            {
                const double h = 1e-5;
                double centre = p[i];
                p[i] = centre + h;
                double plus = Loss(forward, given);
                p[i] = centre - h;
                double minus = Loss(forward, given);
                p[i] = centre;
                double expected = (plus - minus) / (2 * h);
                Assert.That(gradient.Span[i], Is.EqualTo(expected).Within(2e-7 * (1 + Math.Abs(expected))), $"{name}[{i}]");
            }
        }
    }

    /// <summary>Compares the forward derivative along a random direction with the product of gradient and direction.</summary>
    public static void CheckTangent(Graph forward, IReadOnlySet<string> trainable, Dictionary<string, double[]> given)
    {
        TangentGraph pairs = Tangents.Build(forward, "loss", trainable);
        Graph both = Gradients.Build(forward, "loss", trainable);
        Tensor<double>[] gradients = Run(both, given);
        Dictionary<string, double[]> along = new(given);
        double expected = 0;
        foreach ((Value parameter, Value tangent) in pairs.Directions)
        {
            double[] z = along[tangent.Name] = Normal(tangent.Shape, tangent.Name);
            expected += gradients[both.Outputs[Gradients.OutputName(parameter.Name)].Id].Span.ToArray()
                .Zip(z, (g, d) => g * d).Sum();
        }

        double actual = Run(pairs.Graph, along)[pairs.Graph.Outputs[Tangents.OutputName("loss")].Id].Span[0];
        Assert.That(actual, Is.EqualTo(expected).Within(1e-10 * (1 + Math.Abs(expected))), string.Join(", ", trainable));
    }

    private static double Loss(Graph graph, Dictionary<string, double[]> given) =>
        Run(graph, given)[graph.Outputs["loss"].Id].Span[0];
}
