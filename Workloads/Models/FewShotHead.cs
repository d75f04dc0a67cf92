using NpuSim.Yaml;

namespace NpuSim.Workloads.Models;

/// <summary>How samples that a network never met are told apart by their distance from class means in its feature
/// space.</summary>
public enum FewShotHead
{
    /// <summary>Squared distance from the class means (arXiv 1703.05175).</summary>
    [Yaml("prototypical networks (arXiv 1703.05175): squared distance from the class means")]
    ProtoNets,

    /// <summary>The same between features centred and scaled to length 1 (arXiv 1911.04623, "CL2N").</summary>
    [Yaml("SimpleShot (arXiv 1911.04623): the same between features centred by the mean of pre-training and scaled to length 1 "
        + "(CL2N)")]
    SimpleShot,
}
