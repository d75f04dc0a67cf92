using System.Collections.Immutable;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests;

/// <summary>
/// One network with many ends: classifiers whose logits are views, sums, pools and rectified results, views of views, views that
/// other operations read too, views of weights.
/// </summary>
internal static class Heads
{
    private const int Classes = 3;

    private static readonly ImmutableSortedDictionary<string, Func<GraphBuilder, Value, Value>> All =
        new Dictionary<string, Func<GraphBuilder, Value, Value>>
        {
            ["linear"] = (g, x) => Linear(g, "head", Flat(g, x)),
            ["convolution, view"] = (g, x) => Flat(g, Whole(g, "head", x)),
            ["convolution, views of views"] = (g, x) =>
            {
                Value y = Whole(g, "head", x);
                y = g.Apply("view 1", new Reshape([y.Shape[0], Classes, 1]), y);
                return g.Apply("view 3", new Reshape([y.Shape[0], Classes]),
                    g.Apply("view 2", new Reshape([1, y.Shape[0], Classes]), y));
            },
            ["convolution, mean, view"] = (g, x) => Flat(g, Mean(g, Point(g, "head", x))),
            ["convolution, rectifier, mean, view"] = (g, x) =>
                Flat(g, Mean(g, g.Apply("rectified", new Relu(), Point(g, "head", x)))),
            ["convolution, rectifier, view"] = (g, x) => Flat(g, g.Apply("rectified", new Relu(), Whole(g, "head", x))),
            ["convolution, view, rectifier"] = (g, x) => g.Apply("rectified", new Relu(), Flat(g, Whole(g, "head", x))),
            ["convolution, rectifier of the mean"] = (g, x) =>
                Flat(g, g.Apply("rectified", new Relu(), Mean(g, Point(g, "head", x)))),
            ["convolution, greatest, view"] = (g, x) => Flat(g, g.Apply("greatest", new MaxPool(4, 4), Point(g, "head", x))),
            ["convolution, turned, view"] = (g, x) => Flat(g, g.Apply("turned", new Transpose(0, 3, 1, 2), Whole(g, "head", x))),
            ["linear, rectifier"] = (g, x) => g.Apply("rectified", new Relu(), Linear(g, "head", Flat(g, x))),
            ["linear, rectifier with ceiling, view"] = (g, x) =>
                Back(g, g.Apply("rectified", new Relu(0.6), Linear(g, "head", Flat(g, x)))),
            ["linear, cut"] = (g, x) => g.Apply("cut", new Slice(1, 1, Classes), Linear(g, "head", Flat(g, x), outputs: 5)),
            ["view, sum with a parameter"] = (g, x) =>
                g.Apply("sum", new Add(), Flat(g, Whole(g, "head", x)), g.Parameter("shift", [Classes])),
            ["sum of two views"] = (g, x) => g.Apply("sum", new Add(), Flat(g, Whole(g, "head", x)),
                Flat(g, Mean(g, Point(g, "side", x)))),
            ["view of a sum"] = (g, x) => Flat(g, g.Apply("sum", new Add(), Whole(g, "head", x), Mean(g, Point(g, "side", x)))),
            ["rectified sum of views of sums"] = (g, x) =>
                g.Apply("rectified", new Relu(), g.Apply("sum", new Add(), Linear(g, "side", Flat(g, x)),
                Flat(g, g.Apply("inner", new Add(), Whole(g, "head", x), Mean(g, Point(g, "other", x)))))),
            ["a summand read elsewhere"] = (g, x) =>
            {
                Value y = Linear(g, "side", Flat(g, x));
                return g.Apply("sum", new Add(), y, Linear(g, "head", y));
            },
            ["a view read elsewhere"] = (g, x) =>
            {
                Value y = Whole(g, "side", x), view = Flat(g, y);
                return g.Apply("sum", new Add(), view, Linear(g, "head", view));
            },
            ["a viewed value read elsewhere"] = (g, x) =>
            {
                Value y = Whole(g, "side", x);
                return g.Apply("sum", new Add(), Flat(g, y), Flat(g, Whole(g, "head", y)));
            },
            ["a pooled value read elsewhere"] = (g, x) =>
            {
                Value y = Point(g, "side", x);
                return g.Apply("sum", new Add(), Flat(g, Mean(g, y)), Flat(g, Whole(g, "head", y)));
            },
            ["two joined"] = (g, x) => g.Apply("joined", new Concat(1), Linear(g, "side", Flat(g, x), outputs: 1),
                Linear(g, "head", Flat(g, x), outputs: 2)),
            ["view, product with a parameter"] = (g, x) =>
            g.Apply("product", new Mul(), Flat(g, Whole(g, "head", x)), g.Parameter("gain", [Classes])),
            ["weight that is a view"] = (g, x) =>
            {
                Value flat = Flat(g, x);
                Value weight = g.Apply("matrix", new Reshape([Classes, flat.Shape[1]]),
                    g.Parameter("head.weight", [Classes, flat.Shape[1] / 4, 4]));
                return g.Apply("product", new Linear(), flat, weight);
            },
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Names of the ends.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>The network with one of them: 8×8 images in three classes.</summary>
    public static Graph Network(string head, int batch)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, 8, 8, 1]), labels = g.Input("labels", [batch]);
        Value y = g.Apply("conv", new Conv2d(2, new Padding(1, 1, 0, 0)), x, g.Parameter("conv.weight", [4, 3, 3, 1]),
            g.Parameter("conv.bias", [4]));
        Value logits = All[head](g, g.Apply("relu", new Relu(), y));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    }

    private static Value Whole(GraphBuilder g, string name, Value x) => g.Apply(
        name, new Conv2d(), x, g.Parameter($"{name}.weight", [Classes, x.Shape[1], x.Shape[2], x.Shape[3]]),
        g.Parameter($"{name}.bias", [Classes]));

    private static Value Point(GraphBuilder g, string name, Value x) =>
        g.Apply(name, new Conv2d(), x, g.Parameter($"{name}.weight", [Classes, 1, 1, x.Shape[3]]),
            g.Parameter($"{name}.bias", [Classes]));

    private static Value Linear(GraphBuilder g, string name, Value x, int outputs = Classes) =>
        g.Apply(name, new Linear(), x, g.Parameter($"{name}.weight", [outputs, x.Shape[1]]),
            g.Parameter($"{name}.bias", [outputs]));

    private static Value Mean(GraphBuilder g, Value x) => g.Apply($"mean of {x.Name}", AveragePool.Global(x.Shape), x);

    private static Value Flat(GraphBuilder g, Value x) =>
        g.Apply($"{x.Name} flat", new Reshape([x.Shape[0], (int)(x.Shape.Count / x.Shape[0])]), x);

    private static Value Back(GraphBuilder g, Value x) =>
        Flat(g, g.Apply($"{x.Name} as image", new Reshape([x.Shape[0], 1, 1, x.Shape[1]]), x));
}
