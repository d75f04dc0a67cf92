using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Workloads.Data;

namespace NpuSim.Workloads.Tasks;

/// <summary>
/// The images of a workload; each part is read or drawn when it is first asked for. The same for every run's seed.
/// </summary>
public sealed class WorkloadData
{
    private const int MostSourceTest = 1000; // of few-shot workloads, whose test-samples count one episode's

    private readonly Lazy<Dataset> pretrainTrain, sourceTest, adaptTrain, targetTest;
    private readonly Lazy<ImmutableArray<Episode>> episodes;

    /// <summary>Describes the data; opens nothing yet.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="dataFolder">Folder of the sets that are read from files; null: the environment variable NPUSIM_DATA.</param>
    public WorkloadData(Workload workload, string? dataFolder = null)
    {
        ArgumentNullException.ThrowIfNull(workload);
        (PretrainRecipe pretrain, AdaptTask adapt, ulong seed) = (workload.Pretrain, workload.Adapt, workload.DataSeed);
        PixelRange pixels = workload.PixelRange;
        InputBudget.Account budget = new(); // one for all images that the workload names
        Lazy<ImageSource> sourceTrainImages = Open(pretrain.Images, Split.Train),
            sourceTestImages = Open(pretrain.Images, Split.Test);
        bool sameSet = adapt.Images == pretrain.Images;
        Lazy<ImageSource> targetTrainImages = sameSet ? sourceTrainImages : Open(adapt.Images, Split.Train);
        Lazy<ImageSource> targetTestImages = sameSet ? sourceTestImages : Open(adapt.Images, Split.Test);

        pretrainTrain = Part(() => sourceTrainImages.Value.Take(Pretrained(), Corruption.None, seed));
        sourceTest = Part(() => sourceTestImages.Value.Take(
            Choose(sourceTestImages.Value, adapt.FewShot is null
                ? adapt.TestSamples : Math.Min(MostSourceTest, sourceTestImages.Value.Count),
                "adapt.test-samples", "test", []), Corruption.None, seed));
        adaptTrain = Part(() => targetTrainImages.Value.Take(
            Choose(targetTrainImages.Value, adapt.TrainSamples, "adapt.train-samples", "adapt", sameSet ? Pretrained() : []),
                adapt.Corruption, seed));
        targetTest = Part(() => targetTestImages.Value.Take(
            Choose(targetTestImages.Value, adapt.TestSamples, "adapt.test-samples", "test", []), adapt.Corruption, seed));
        episodes = new(() => [.. Enumerable.Range(0, adapt.FewShot?.Episodes ?? 0).Select(number => Tasks.Episodes.Draw(
            adapt.FewShot!, targetTrainImages.Value, targetTestImages.Value, adapt.Corruption, seed, number, workload.Name)
            .Each(Prepared))]);

        Lazy<Dataset> Part(Func<Dataset> take) => new(() => Prepared(take()));
        Dataset Prepared(Dataset images) => (workload.Prepare?.Apply(images) ?? images).In(pixels);
        Lazy<ImageSource> Open(string set, Split split) =>
            new(() => InputBudget.Within(budget, () => ImageSets.Get(set).Open(split, dataFolder, seed)));
        int[] Pretrained() => Choose(sourceTrainImages.Value, pretrain.Samples, "pretrain.samples", "pretrain", []);
        int[] Choose(ImageSource source, int count, string key, string purpose, int[] except) =>
            count <= source.Count - except.Length
                ? source.Choose(count, seed, purpose, except)
                : throw new InputException($"{workload.Name}: {key} is {count}; {source.Set.Name} has {source.Count} " +
                    $"{source.Split} images{Taken(except)}.");
        static string Taken(int[] except) => except.Length == 0 ? "" : $", of which pretrain.samples takes {except.Length}";
    }

    /// <summary>Clean images to pre-train on.</summary>
    /// <exception cref="InputException">Files are missing or damaged, or hold fewer images than the workload wants. So for each
    /// part.</exception>
    public Dataset PretrainTrain => pretrainTrain.Value;

    /// <summary>Clean images of the test split: how good the pre-trained weights are at what they were trained for.</summary>
    public Dataset SourceTest => sourceTest.Value;

    /// <summary>Images of the new domain to learn from; where both sets are one, none of those pre-trained on.</summary>
    public Dataset AdaptTrain => adaptTrain.Value;

    /// <summary>
    /// Images of the new domain that accuracy is measured on; where both sets are one, the same images as
    /// <see cref="SourceTest"/>.
    /// </summary>
    public Dataset TargetTest => targetTest.Value;

    /// <summary>The episodes of a few-shot workload, none for others. Their samples may be ones that were pre-trained on only
    /// where the workload names the same image set twice.</summary>
    public ImmutableArray<Episode> Episodes => episodes.Value;
}
