using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>How samples that a network never met are told apart by their distance from class means in its feature space.</summary>
public enum FewShotHead
{
    /// <summary>Squared distance from the class means (arXiv 1703.05175).</summary>
    [Yaml("prototypical networks (arXiv 1703.05175): squared distance from the class means")]
    ProtoNets,

    /// <summary>The same between features centred and scaled to length 1 (arXiv 1911.04623, "CL2N").</summary>
    [Yaml("SimpleShot (arXiv 1911.04623): the same between features centred by the mean of pre-training and scaled to length 1 (CL2N)")]
    SimpleShot,
}

/// <summary>
/// Few-shot episodes: each draws classes of the image set and a few samples of each, learns from them, and is measured on others.
/// </summary>
/// <param name="Ways">N: classes of an episode.</param>
/// <param name="Shots">K: samples of each class to learn from, from the training split.</param>
/// <param name="Queries">Samples of each class that accuracy is measured on, from the test split.</param>
/// <param name="Episodes">How many.</param>
/// <param name="Head">What the classifier starts from.</param>
[Yaml("Few-shot episodes: each draws classes of the image set and a few samples of each, learns from them, and is measured on others.", Key = "few-shot")]
public sealed record FewShotTask(
    [Yaml("Classes of an episode.", Min = 2, Max = 256)] int Ways,
    [Yaml("Samples of each class to learn from, from the training split.", Min = 1, Max = 1000)] int Shots,
    [Yaml("Samples of each class that accuracy is measured on, from the test split.", Min = 1, Max = 1000)] int Queries,
    [Yaml("Episodes; accuracy is their mean, with a 95 % confidence interval.", Min = 2, Max = 10000)] int Episodes,
    [Yaml("What the classifier of an episode starts from.")] FewShotHead Head = FewShotHead.ProtoNets);
