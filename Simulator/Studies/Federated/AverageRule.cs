using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>What a server makes of the weights of its clients.</summary>
public enum AverageRule
{
    /// <summary>Their mean, each by its samples.</summary>
    [Yaml("Their mean, each by its samples.")]
    Mean,

    /// <summary>The median of each weight; of an even number the mean of the middle two.</summary>
    [Yaml("The median of each weight; of an even number the mean of the middle two.")]
    Median,

    /// <summary>The mean of each weight without the largest and the smallest share (arXiv 1803.01498).</summary>
    [Yaml("The mean of each weight without the largest and the smallest share.")]
    TrimmedMean,
}
