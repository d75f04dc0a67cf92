using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>What each of several cores takes of a matrix product.</summary>
public enum CoreSplit
{
    /// <summary>Whole samples: rows of the product, or whole products where each sample has its own.</summary>
    [Yaml("Whole samples: rows of the product, or whole products where each sample has its own.")]
    Batch,

    /// <summary>Output channels: whole products of a depthwise or grouped one, columns of any other.</summary>
    [Yaml("Output channels: whole products of a depthwise or grouped one, columns of any other.")]
    OutputChannels,
}
