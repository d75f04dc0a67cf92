using NpuSim.Yaml;

namespace NpuSim.Workloads.Networks;

/// <summary>A new linear classifier on a network that ends in other classes, or in features.</summary>
/// <param name="Classes">Classes that it tells apart.</param>
/// <param name="Features">Name of the value that it reads; null: what the network's own classifier reads, or its output.</param>
/// <param name="Seed">Seed of its initial weights.</param>
[Yaml("A new linear classifier on a network file that ends in other classes, or in features. What only the old end needed is "
    + "left out. " +
    "Weights begin as normal numbers of variance 2 / (features + classes), biases as 0.", Key = "head")]
public sealed record NetworkHead(
    [Yaml("Classes that it tells apart.", Min = 2, Max = 65536)] int Classes,
    [Yaml("Name of the value that it reads, as plan --layers shows it; of images the mean of each channel. Null: what the "
        + "network's own " +
        "classifier reads, which it replaces, or else the network's output.")] string? Features = null,
    [Yaml("Seed of its initial weights.")] ulong Seed = 1);
