using NpuSim.Workloads.Graphs;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Models;

/// <summary>The networks that can be asked for by name.</summary>
public static class ModelCatalog
{
    private const int MostElements = 1 << 24; // a sample of 16 million numbers; nothing derived from it leaves 64 bits

    private static readonly Entry[] Entries =
    [
        new("cnn", [28, 28, 1], 10, (s, c) => new ConvolutionalNetwork(s, c, [new(16), new(32), new(32, Pool: false)]).Build),
        new("cnn-small", [28, 28, 1], 10,
            (s, c) => new ConvolutionalNetwork(s, c, [new(8, 2, false), new(16), new(16, 2, false)]).Build),
        new("cnn-sigmoid", [28, 28, 1], 10, (s, c) => new SigmoidNetwork(s, c).Build),
        new("vit-small", [28, 28, 1], 10,
            (s, c) => new VisionTransformer(s, c, Patch: 4, Width: 32, Depth: 3, Heads: 4, HiddenWidth: 64).Build),
        new("resnet8", [32, 32, 3], 10, (s, c) => new ResNet8(s, c, BatchStatistics: false).Build),
        new("resnet8-training", [32, 32, 3], 10, (s, c) => new ResNet8(s, c, BatchStatistics: true).Build),
        new("mobilenetv1-0.25", [96, 96, 3], 2, (s, c) => SeparableNetwork.MobileNetV1Quarter(s, c).Build),
        new("ds-cnn", [49, 10, 1], 12, (s, c) => SeparableNetwork.KeywordSpotting(s, c).Build),
        new("autoencoder", [1, 1, 640], null, (s, _) => new FullyConnectedAutoencoder(s).Build),
        new("conv4", [28, 28, 1], 64, (s, c) => new EmbeddingNetwork(s, c, 64).Build),
        new("conv4-small", [28, 28, 1], 10, (s, c) => new EmbeddingNetwork(s, c, 32).Build),
        new("crnn-small", [32, 32, 1], 10, (s, c) => new ConvolutionalRecurrentNetwork(s, c, 3, 32, 2).Build),
        new("crnn-lstm-small", [32, 32, 1], 10,
            (s, c) => new ConvolutionalRecurrentNetwork(s, c, 3, 32, 2, RecurrentCell.LongShortTerm).Build),
        new("crnn-gru-small", [32, 32, 1], 10,
            (s, c) => new ConvolutionalRecurrentNetwork(s, c, 3, 32, 2, RecurrentCell.Gated).Build),
        new("resnet12", [84, 84, 3], 64, (s, c) => new ResNet12(s, c).Build),
        new("resnet12-small", [28, 28, 1], 10, (s, c) => new ResNet12(s, c, Width: 16).Build),
        new("resnet18", [224, 224, 3], 1000, (s, c) => new ResNet18(s, c).Build),
        new("mobilenetv2", [224, 224, 3], 1000,
            (s, c) => new InvertedResidualNetwork(s, c, 32, InvertedResidualTables.MobileNetV2(1), 1280).Build),
        new("mobilenetv2-w0.35", [128, 128, 3], 10,
            (s, c) => new InvertedResidualNetwork(s, c, 16, InvertedResidualTables.MobileNetV2(0.35)).Build),
        new("mcunet-5fps", [128, 128, 3], 10,
            (s, c) => new InvertedResidualNetwork(s, c, 16, InvertedResidualTables.McuNet5Fps).Build),
        new("proxylessnas-w0.3", [128, 128, 3], 10,
            (s, c) => new InvertedResidualNetwork(s, c, 16, InvertedResidualTables.ProxylessNasW03).Build),
        new("vit-tiny", [224, 224, 3], 1000, (s, c) => new VisionTransformer(s, c, 16, 192, 12, 3, 768, ClassTokens: 1).Build),
        new("vit-base", [224, 224, 3], 1000, (s, c) => new VisionTransformer(s, c, 16, 768, 12, 12, 3072, ClassTokens: 1).Build),
        new("ast", [128, 1024, 1], 527,
            (s, c) => new VisionTransformer(s, c, 16, 768, 12, 12, 3072, ClassTokens: 2, Stride: 10, NormalizedHead: true).Build),
        new("crnn", [128, 157, 1], 64, (s, c) => new ConvolutionalRecurrentNetwork(s, c, 4, 64, 3).Build),
        new("crnn-lstm", [128, 157, 1], 64,
            (s, c) => new ConvolutionalRecurrentNetwork(s, c, 4, 64, 3, RecurrentCell.LongShortTerm).Build),
    ];

    /// <summary>The names <see cref="Find"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(e => e.Name)];

    /// <summary>A network by name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="classes">Number of classes, at least 2; null: that of the published network.</param>
    /// <param name="input">One sample [height, width, channels]; null: that of the published network.</param>
    /// <exception cref="InputException">There is no such network, or it cannot take such samples or classes.</exception>
    public static Model Find(string name, int? classes = null, Shape? input = null)
    {
        Entry entry = Entries.FirstOrDefault(e => e.Name == name)
            ?? throw new InputException(
                $"there is no model '{name}'{Suggestion.For(name, Names)}; there are {string.Join(", ", Names)}.");
        Shape sample = input ?? entry.Input;
        if (entry.Classes is null && classes is not null)
            throw new InputException($"model '{name}' reconstructs its samples and has no classes; got {classes}.");
        if (sample.Rank != 3 || classes < 2)
        {
            throw new InputException(
                $"model '{name}' for {classes} classes of {sample}: takes [height, width, channels] and at least 2 classes.");
        }

        if (sample.Count > MostElements)
            throw new InputException($"model '{name}' for samples of {sample}: takes at most {MostElements} elements.");
        int outputs = classes ?? entry.Classes ?? (int)sample.Count;
        Func<int, Graph> build = entry.Build(sample, outputs);
        build(1); // shows at once when the samples do not fit
        return new(name, sample, outputs, build);
    }

    private sealed record Entry(string Name, Shape Input, int? Classes, Func<Shape, int, Func<int, Graph>> Build);
}
