using NpuSim.Random;
using NpuSim.Workloads.Data;

namespace NpuSim.Workloads.Tasks;

/// <summary>One few-shot task. Classes are numbered from 0 within it.</summary>
/// <param name="Support">What is learnt from: class after class.</param>
/// <param name="Queries">What accuracy is measured on.</param>
public sealed record Episode(Dataset Support, Dataset Queries)
{
    /// <summary>The same task with all of its images changed alike.</summary>
    /// <param name="change">What is done to them.</param>
    public Episode Each(Func<Dataset, Dataset> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new(change(Support), change(Queries));
    }
}

/// <summary>Draws few-shot episodes from an image set.</summary>
internal static class Episodes
{
    /// <summary>Draws one.</summary>
    /// <param name="task">Its sizes.</param>
    /// <param name="train">Split of the support.</param>
    /// <param name="test">Split of the queries.</param>
    /// <param name="corruption">What is done to every image.</param>
    /// <param name="seed">The workload's data seed.</param>
    /// <param name="number">Which episode: none depends on another.</param>
    /// <param name="workload">Name for messages.</param>
    /// <exception cref="InputException">The set has too few classes, or a class has too few images.</exception>
    public static Episode Draw(
        FewShotTask task, ImageSource train, ImageSource test, Corruption corruption, ulong seed, int number, string workload)
    {
        int[] classes = [.. Enumerable.Range(0, train.Set.Classes)];
        if (classes.Length < task.Ways)
            throw new InputException(
                $"{workload}: adapt.few-shot.ways is {task.Ways}; {train.Set.Name} has {classes.Length} classes.");
        new RandomStream(seed, $"classes of episode {number}").Shuffle<int>(classes);
        classes = classes[..task.Ways];
        return new Episode(
            Take(train, task.Shots, "shots", task, classes, corruption, seed, number, workload),
            Take(test, task.Queries, "queries", task, classes, corruption, seed, number, workload));
    }

    private static Dataset Take(
        ImageSource source, int count, string key, FewShotTask task, int[] classes, Corruption corruption, ulong seed, int number,
        string workload)
    {
        ILookup<int, int> byClass = Enumerable.Range(0, source.Count).ToLookup(source.Label);
        int[] chosen = [.. classes.SelectMany(label =>
        {
            int[] members = [.. byClass[label]];
            if (members.Length < count)
                throw new InputException($"{workload}: adapt.few-shot.{key} is {count}; class {label} of {source.Set.Name} has " +
                    $"{members.Length} {source.Split} images.");
            new RandomStream(seed, $"{key} of class {label} in episode {number}").Shuffle<int>(members);
            return members[..count];
        })];
        Dataset images = source.Take(chosen, corruption, seed);
        int[] labels = [.. Enumerable.Range(0, task.Ways).SelectMany(way => Enumerable.Repeat(way, count))];
        return new Dataset(images.SampleShape, task.Ways, images.Images.ToArray(), labels);
    }
}
