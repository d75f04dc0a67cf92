using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>The networks that can be asked for by name.</summary>
public static class ModelCatalog
{
    /// <summary>The names <see cref="Find"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["cnn", "cnn-small", "vit-small", "resnet8", "resnet8-training"];

    /// <summary>A network by name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="input">One sample [height, width, channels]; null: 28×28×1, for ResNet-8 32×32×3.</param>
    /// <exception cref="InputException">There is no such network, or it cannot take such samples.</exception>
    public static Model Find(string name, int classes = 10, Shape? input = null)
    {
        Shape sample = input ?? (name.StartsWith("resnet8", StringComparison.Ordinal) ? [32, 32, 3] : [28, 28, 1]);
        if (sample.Rank != 3 || classes < 2)
            throw new InputException(
                $"model '{name}' for {classes} classes of {sample}: takes [height, width, channels] and at least 2 classes.");
        Func<int, Graph> build = name switch
        {
            "cnn" => new ConvolutionalNetwork(sample, classes, [new(16), new(32), new(32, Pool: false)]).Build,
            "cnn-small" => new ConvolutionalNetwork(sample, classes, [new(8, 2, false), new(16), new(16, 2, false)]).Build,
            "vit-small" => new VisionTransformer(sample, classes, Patch: 4, Width: 32, Depth: 3, Heads: 4, HiddenWidth: 64).Build,
            "resnet8" => new ResNet8(sample, classes, BatchStatistics: false).Build,
            "resnet8-training" => new ResNet8(sample, classes, BatchStatistics: true).Build,
            _ => throw new InputException($"there is no model '{name}'; there are {string.Join(", ", Names)}."),
        };
        build(1); // shows at once when the samples do not fit
        return new(name, sample, classes, build);
    }
}
