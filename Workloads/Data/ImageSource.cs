using NpuSim.Files;
using NpuSim.Random;

namespace NpuSim.Workloads.Data;

/// <summary>Which part of an image set.</summary>
public enum Split
{
    /// <summary>For training and adaptation.</summary>
    Train,

    /// <summary>For measuring accuracy only.</summary>
    Test,
}

/// <summary>One split of an image set: clean images that can be read one by one. Immutable.</summary>
/// <param name="set">The set it belongs to.</param>
/// <param name="split">Which part of it.</param>
/// <param name="count">Number of images.</param>
public abstract class ImageSource(ImageSet set, Split split, int count)
{
    /// <summary>The set it belongs to.</summary>
    public ImageSet Set { get; } = set;

    /// <summary>Which part of the set.</summary>
    public Split Split { get; } = split;

    /// <summary>Number of images.</summary>
    public int Count { get; } = count;

    /// <summary>The class of an image.</summary>
    /// <param name="index">0..Count−1.</param>
    public abstract int Label(int index);

    /// <summary>Reads one image.</summary>
    /// <param name="index">0..Count−1.</param>
    /// <param name="pixels">[height, width, channels], overwritten with values in [0, 1].</param>
    public abstract void Read(int index, Span<float> pixels);

    /// <summary>
    /// The images at these indices. How one of them is corrupted depends on the seed, the split and its index alone, not on what
    /// else is taken.
    /// </summary>
    /// <param name="indices">Each 0..Count−1.</param>
    /// <param name="corruption">What is done to every image.</param>
    /// <param name="seed">Seed of the corruption.</param>
    public Dataset Take(ReadOnlyMemory<int> indices, Corruption corruption, ulong seed)
    {
        long bytes = indices.Length * Set.SampleShape.Count * sizeof(float);
        if (bytes > 2 * InputBudget.MaxBytes)
        {
            throw new InputException(
                $"{Set.Name}: {indices.Length} images of {Set.SampleShape} take {bytes} bytes in float32; twice what " +
                $"{InputBudget.Option} says is accepted, {2 * InputBudget.MaxBytes}.");
        }

        int pixels = (int)Set.SampleShape.Count;
        float[] images = new float[(long)indices.Length * pixels];
        int[] labels = new int[indices.Length];
        Parallel.For(0, indices.Length, i =>
        {
            int index = indices.Span[i];
            Span<float> image = images.AsSpan(i * pixels, pixels);
            Read(index, image);
            corruption.Apply(Set.SampleShape, image, new RandomStream(seed, $"corruption {Set.Name} {Split} {index}"));
            labels[i] = Label(index);
        });
        return new Dataset(Set.SampleShape, Set.Classes, images, labels);
    }

    /// <summary>
    /// Indices of a random choice without repetition that has every class equally often: classes take turns, so that every prefix
    /// is balanced too. A class that runs out leaves its turns to the others.
    /// </summary>
    /// <param name="count">How many, from 0 to Count less the excepted.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <param name="purpose">What for: different purposes choose independently.</param>
    /// <param name="except">Indices that are not to be chosen, none twice.</param>
    public int[] Choose(int count, ulong seed, string purpose, params ReadOnlySpan<int> except)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - except.Length);
        bool[] excepted = new bool[Count];
        foreach (int index in except)
            excepted[index] = true;
        List<int>[] byClass = [.. Enumerable.Range(0, Set.Classes).Select(_ => new List<int>())];
        for (int index = 0; index < Count; index++)
        {
            if (!excepted[index])
                byClass[Label(index)].Add(index);
        }

        int[][] shuffled = [.. byClass.Select(members => members.ToArray())];
        for (int label = 0; label < shuffled.Length; label++)
            new RandomStream(seed, $"choose {purpose} {Split} {label}").Shuffle<int>(shuffled[label]);
        int[] chosen = new int[count];
        for (int turn = 0, filled = 0; filled < count; turn++)
        {
            foreach (int[] members in shuffled.Where(members => turn < members.Length).Take(count - filled))
                chosen[filled++] = members[turn];
        }

        return chosen;
    }
}
