using NpuSim.Workloads.Data;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tasks;

/// <summary>What is learnt on the device: few samples of a domain that the weights were not trained for.</summary>
/// <param name="Images">Name of an image set.</param>
/// <param name="TrainSamples">Images to learn from, every class equally often, none of them seen in pre-training.</param>
/// <param name="TestSamples">Images of the test split that accuracy is measured on.</param>
/// <param name="Batch">Images per step.</param>
/// <param name="Steps">Training steps.</param>
/// <param name="Corruption">What makes the domain: done to every image learnt from and tested on.</param>
/// <param name="CalibrationBatches">Batches whose activations set the fixed-point scales before training.</param>
/// <param name="FewShot">Few-shot episodes instead of one task; null: one task.</param>
[Yaml("What is learnt on the device: few samples of a domain that the weights were not trained for.", Key = "adapt")]
public sealed record AdaptTask(
    [Yaml("Image set: its training split to learn from, its test split to measure accuracy.")] string Images,
    [Yaml("Images to learn from, every class equally often, none of them seen in pre-training.", Min = 1)] int TrainSamples,
    [Yaml("Images that accuracy is measured on, every class equally often.", Min = 1)] int TestSamples,
    [Yaml("Images per step, at most train-samples.", Min = 1)] int Batch,
    [Yaml("Training steps.", Min = 1)] int Steps,
    [Yaml("What makes the domain: done to every image learnt from and tested on.", Optional = true)] Corruption Corruption,
    [Yaml("Batches whose activations set the fixed-point scales before training.", Min = 1, Max = 1000)]
    int CalibrationBatches = 4,
    [Yaml("Few-shot episodes in place of one task; train-samples is then ways · shots and test-samples ways · queries.")]
    FewShotTask? FewShot = null) : IChecked
{
    /// <inheritdoc/>
    public IEnumerable<Problem> Problems() =>
        TaskRules.Images(Images).Concat(TaskRules.Batch(Batch, TrainSamples, "train-samples")).Concat(EpisodeSizes());

    private IEnumerable<Problem> EpisodeSizes()
    {
        if (FewShot is not { } few)
            yield break;
        if (TrainSamples != (long)few.Ways * few.Shots)
            yield return new Problem("train-samples",
                $"{TrainSamples} samples for {few.Ways} ways of {few.Shots} shots; accepted is {(long)few.Ways * few.Shots}");
        if (TestSamples != (long)few.Ways * few.Queries)
            yield return new Problem("test-samples",
                $"{TestSamples} samples for {few.Ways} ways of {few.Queries} queries; accepted is {(long)few.Ways * few.Queries}");
    }
}
