using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models;

/// <summary>Layers with parameters, as networks are written down. Results are named after the layer.</summary>
internal static class Layers
{
    internal static Value Images(this GraphBuilder g, Shape sample, int batch) => g.Input("images", [batch, .. sample]);

    internal static Value Convolution(
        this GraphBuilder g, string name, Value x, int filters, int kernel, int stride, Padding padding) =>
        g.Apply(
            name, new Conv2d(stride, padding), x,
            g.Parameter($"{name}.weight", [filters, kernel, kernel, x.Shape[^1]]), g.Parameter($"{name}.bias", [filters]));

    /// <summary>
    /// A convolution by a window of <paramref name="height"/> × <paramref name="width"/> with a bias, "SAME" padding and a ReLU.
    /// </summary>
    internal static Value Rectified(
        this GraphBuilder g, string name, Value x, int filters, int height, int width, int stride, int groups = 1)
    {
        Conv2d op = new(stride, Padding.Same(x.Shape[1], x.Shape[2], height, width, stride), groups);
        Value y = g.Apply(
            name, op, x, g.Parameter($"{name}.weight", [filters, height, width, x.Shape[^1] / groups]),
            g.Parameter($"{name}.bias", [filters]));
        return g.Apply($"{name}.relu", new Relu(), y);
    }

    /// <summary>
    /// A convolution without bias, as many zeros on every side as keep the size at stride 1, and a batch normalisation
    /// "name.norm" with fixed statistics.
    /// </summary>
    internal static Value Normalized(
        this GraphBuilder g, string name, Value x, int filters, int kernel, int stride, int groups = 1)
    {
        Value weight = g.Parameter($"{name}.weight", [filters, kernel, kernel, x.Shape[^1] / groups]);
        Value y = g.Apply(name, new Conv2d(stride, Padding.Even(kernel / 2), groups), x, weight);
        return g.BatchNorm($"{name}.norm", y, batchStatistics: false);
    }

    internal static Value Dense(this GraphBuilder g, string name, Value x, int width, bool hasBias = true)
    {
        Value weight = g.Parameter($"{name}.weight", [width, x.Shape[^1]]);
        return hasBias ? g.Apply(name, new Linear(), x, weight, g.Parameter($"{name}.bias", [width]))
            : g.Apply(name, new Linear(), x, weight);
    }

    internal static Value RootMeanSquareNorm(this GraphBuilder g, string name, Value x) =>
        g.Apply(name, new LayerNorm(IsCentred: false), x, g.Parameter($"{name}.weight", [x.Shape[^1]]));

    internal static Value LayerNorm(this GraphBuilder g, string name, Value x) =>
        g.Apply(
            name, new LayerNorm(), x, g.Parameter($"{name}.weight", [x.Shape[^1]]), g.Parameter($"{name}.bias", [x.Shape[^1]]));

    /// <summary>
    /// With batch statistics these are outputs "name.mean" and "name.variance"; otherwise they are parameters of these names.
    /// </summary>
    internal static Value BatchNorm(this GraphBuilder g, string name, Value x, bool batchStatistics)
    {
        Shape channels = [x.Shape[^1]];
        Value gamma = g.Parameter($"{name}.weight", channels), beta = g.Parameter($"{name}.bias", channels);
        BatchNorm op = new(1e-3, batchStatistics);
        if (!batchStatistics)
            return g.Apply(
                name, op, x, gamma, beta, g.Parameter($"{name}.mean", channels), g.Parameter($"{name}.variance", channels));
        g.Output($"{name}.mean", g.Apply($"{name}.mean", new BatchMean(), x));
        g.Output($"{name}.variance", g.Apply($"{name}.variance", new BatchVariance(), x));
        return g.Apply(name, op, x, gamma, beta);
    }

    /// <summary>The classifier "head" over features [B, ...] and the mean cross-entropy.</summary>
    internal static Graph Classify(this GraphBuilder g, Value features, int classes)
    {
        int batch = features.Shape[0];
        Value flat = features.Shape.Rank == 2
            ? features
            : g.Apply("features", new Reshape([batch, (int)(features.Shape.Count / batch)]), features);
        Value logits = g.Dense("head", flat, classes), labels = g.Input("labels", [batch]);
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    }
}
