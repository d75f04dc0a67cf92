using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Models.Shapes;

/// <summary>MobileNetV2 (arXiv 1801.04381) as it is deployed: normalisation folded in, rectifiers without their upper limit, 1000 classes.</summary>
public static class MobileNetV2
{
    private const int Multiple = 8; // channels are rounded to it

    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <summary>The graph for a batch size; see <see cref="Model.Build"/>.</summary>
    /// <param name="batch">Images per step.</param>
    /// <param name="width">Factor on the channels, above 0.</param>
    /// <param name="size">Rows and columns of an image.</param>
    public static Graph Build(int batch, double width = 1, int size = 224)
    {
        GraphBuilder g = new();
        Value x = g.Images([size, size, 3], batch);
        x = g.Apply("relu1", new Relu(), g.Convolution("conv1", x, Channels(32 * width), 3, 2, Padding.Even(1)));
        int block = 0;
        foreach ((int expansion, int channels, int blocks, int stride) in Stages)
        {
            for (int i = 0; i < blocks; i++)
                x = Block(g, $"block{++block}", x, expansion, Channels(channels * width), i == 0 ? stride : 1);
        }

        x = g.Apply("relu2", new Relu(), g.Convolution("conv2", x, Channels(1280 * Math.Max(1, width)), 1, 1, default));
        return g.Classify(g.Apply("pool", AveragePool.Global(x.Shape), x), 1000);
    }

    private static Value Block(GraphBuilder g, string name, Value x, int expansion, int filters, int stride)
    {
        Value y = x;
        int wide = x.Shape[^1] * expansion;
        if (expansion > 1)
            y = g.Apply($"{name}.relu1", new Relu(), g.Convolution($"{name}.expand", y, wide, 1, 1, default));
        y = g.Apply(
            $"{name}.depthwise", new Conv2d(stride, Padding.Even(1), Groups: wide), y,
            g.Parameter($"{name}.depthwise.weight", [wide, 3, 3, 1]), g.Parameter($"{name}.depthwise.bias", [wide]));
        y = g.Convolution($"{name}.project", g.Apply($"{name}.relu2", new Relu(), y), filters, 1, 1, default);
        return y.Shape == x.Shape ? g.Apply($"{name}.sum", new Add(), x, y) : y;
    }

    // The nearest multiple of eight that is at least nine tenths of the number.
    private static int Channels(double number)
    {
        int rounded = Math.Max(Multiple, (int)(number + (Multiple / 2.0)) / Multiple * Multiple);
        return rounded < 0.9 * number ? rounded + Multiple : rounded;
    }
}
