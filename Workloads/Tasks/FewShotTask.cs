using NpuSim.Workloads.Models;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// Few-shot episodes: each draws classes of the image set and a few samples of each, learns from them, and is measured on others.
/// </summary>
/// <param name="Ways">N: classes of an episode.</param>
/// <param name="Shots">K: samples of each class to learn from, from the training split.</param>
/// <param name="Queries">Samples of each class that accuracy is measured on, from the test split.</param>
/// <param name="Episodes">How many.</param>
/// <param name="Head">What the classifier starts from.</param>
[Yaml("Few-shot episodes: each draws classes of the image set and a few samples of each, learns from them, and is measured on "
    + "others.", Key = "few-shot")]
public sealed record FewShotTask(
    [Yaml("Classes of an episode.", Min = 2, Max = 256)] int Ways,
    [Yaml("Samples of each class to learn from, from the training split.", Min = 1, Max = 1000)] int Shots,
    [Yaml("Samples of each class that accuracy is measured on, from the test split.", Min = 1, Max = 1000)] int Queries,
    [Yaml("Episodes; accuracy is their mean, with a 95 % confidence interval.", Min = 2, Max = 10000)] int Episodes,
    [Yaml("What the classifier of an episode starts from.")] FewShotHead Head = FewShotHead.ProtoNets);
