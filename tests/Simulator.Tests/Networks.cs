using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests;

/// <summary>Small networks that tests share.</summary>
internal static class Networks
{
    /// <summary>Two convolutions with ReLUs, a pool between, global average, head: every weight has a bias.</summary>
    public static Graph Convolutional(int batch) => Convolutional(batch, double.PositiveInfinity);

    /// <summary>The same with rectifiers that have a ceiling.</summary>
    public static Graph Convolutional(int batch, double ceiling)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, 8, 8, 1]), labels = g.Input("labels", [batch]);
        Value y = g.Apply("conv1", new Conv2d(1, new Padding(1, 1, 1, 1)), x, g.Parameter("conv1.weight", [4, 3, 3, 1]),
            g.Parameter("conv1.bias", [4]));
        y = g.Apply("pool1", new MaxPool(2, 2, 2), g.Apply("relu1", new Relu(ceiling), y));
        y = g.Apply("conv2", new Conv2d(1, new Padding(1, 1, 1, 1)), y, g.Parameter("conv2.weight", [6, 3, 3, 4]),
            g.Parameter("conv2.bias", [6]));
        y = g.Apply("pool2", new AveragePool(4, 4, 4), g.Apply("relu2", new Relu(ceiling), y));
        y = g.Apply("flat", new Reshape([batch, 6]), y);
        Value logits = g.Apply("head", new Linear(), y, g.Parameter("head.weight", [3, 6]), g.Parameter("head.bias", [3]));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    }

    /// <summary>A convolution whose channels are pooled in two ways, rectified and joined.</summary>
    public static Graph Branching(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, 8, 8, 1]), labels = g.Input("labels", [batch]);
        Value y = g.Apply("conv", new Conv2d(1, new Padding(1, 1, 1, 1)), x, g.Parameter("conv.weight", [4, 3, 3, 1]),
            g.Parameter("conv.bias", [4]));
        Value greatest = g.Apply("relu1", new Relu(0.7), g.Apply("greatest", new MaxPool(4, 4, 4), y));
        Value mean = g.Apply("relu2", new Relu(), g.Apply("mean", new AveragePool(4, 4, 4), y));
        Value joined = g.Apply("flat", new Reshape([batch, 32]), g.Apply("joined", new Concat(3), greatest, mean));
        Value logits = g.Apply("head", new Linear(), joined, g.Parameter("head.weight", [3, 32]), g.Parameter("head.bias", [3]));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    }

    /// <summary>Linear layers of which one has more weights than a device keeps twice: 128×64, then 512×128, each with a bias and
    /// a ReLU.</summary>
    public static Graph Linears(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, 8, 8, 1]), labels = g.Input("labels", [batch]);
        Value y = g.Apply("flat", new Reshape([batch, 64]), x);
        y = g.Apply("fc1", new Linear(), y, g.Parameter("fc1.weight", [128, 64]), g.Parameter("fc1.bias", [128]));
        y = g.Apply("fc2", new Linear(), g.Apply("relu1", new Relu(), y), g.Parameter("fc2.weight", [512, 128]),
            g.Parameter("fc2.bias", [512]));
        Value logits = g.Apply("head", new Linear(), g.Apply("relu2", new Relu(), y), g.Parameter("head.weight", [3, 512]),
            g.Parameter("head.bias", [3]));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    }

    /// <summary>Rows of the image as tokens behind a learned one, two of them mixed and classified: joins, repeats and cuts
    /// tensors.</summary>
    public static Graph Tokens(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, 8, 8, 1]), labels = g.Input("labels", [batch]);
        Value rows = g.Apply("rows", new Reshape([batch, 8, 8]), x);
        Value first = g.Apply("class tokens", new Broadcast([batch, 1, 8]), g.Parameter("class token", [1, 8]));
        Value all = g.Apply("all tokens", new Concat(1), first, rows);
        Value mixed = g.Apply("mixed", new MatMul(TransposeB: true), all, all);
        Value turned = g.Apply("turned", new Transpose(0, 2, 1), mixed);
        Value cut = g.Apply("cut", new Reshape([batch, 18]), g.Apply("two", new Slice(1, 3, 2), turned));
        Value logits = g.Apply("head", new Linear(), cut, g.Parameter("head.weight", [3, 18]), g.Parameter("head.bias", [3]));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    }

    /// <summary>A convolution and a linear layer whose perturbed weights are too many to lie in memory at once.</summary>
    public static Graph Wide(int batch)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [batch, 8, 8, 1]), labels = g.Input("labels", [batch]);
        Value y = g.Apply("conv", new Conv2d(4), x, g.Parameter("conv.weight", [400, 8, 8, 1]), g.Parameter("conv.bias", [400]));
        y = g.Apply("flat", new Reshape([batch, 400]), g.Apply("relu", new Relu(), y));
        y = g.Apply("wide", new Linear(), y, g.Parameter("wide.weight", [100, 400]), g.Parameter("wide.bias", [100]));
        Value logits = g.Apply("head", new Linear(), y, g.Parameter("head.weight", [3, 100]), g.Parameter("head.bias", [3]));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    }
}
