using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>Labelled images in memory. Immutable.</summary>
public sealed class Dataset
{
    private readonly float[] images;
    private readonly int[] labels;
    private readonly int pixels;

    /// <summary>Takes the arrays over; the caller must not change them afterwards.</summary>
    /// <param name="sampleShape">Shape of one image: [height, width, channels].</param>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="images">Pixels in [0, 1], image after image, each in the order of <paramref name="sampleShape"/>.</param>
    /// <param name="labels">One class per image, 0..classes−1.</param>
    /// <exception cref="ArgumentException">Lengths disagree or a label is no class.</exception>
    public Dataset(Shape sampleShape, int classes, float[] images, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if (sampleShape.Rank != 3 || images.LongLength != labels.LongLength * sampleShape.Count)
            throw new ArgumentException($"{images.Length} pixels for {labels.Length} images of {sampleShape}.", nameof(images));
        int stray = labels.AsSpan().IndexOfAnyExceptInRange(0, classes - 1);
        if (stray >= 0)
            throw new ArgumentException($"label {labels[stray]} of image {stray} is outside 0..{classes - 1}.", nameof(labels));
        (SampleShape, Classes, this.images, this.labels) = (sampleShape, classes, images, labels);
        pixels = (int)sampleShape.Count;
    }

    /// <summary>Shape of one image: [height, width, channels].</summary>
    public Shape SampleShape { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of images.</summary>
    public int Count => labels.Length;

    /// <summary>All pixels, [count, height, width, channels], in [0, 1].</summary>
    public ReadOnlyMemory<float> Images => images;

    /// <summary>The classes, [count].</summary>
    public ReadOnlyMemory<int> Labels => labels;

    /// <summary>Pixels of one image, [height, width, channels].</summary>
    public ReadOnlySpan<float> Image(int index) => images.AsSpan(index * pixels, pixels);

    /// <summary>The same images for a network that takes another range than 0..1.</summary>
    /// <param name="range">What 0 and 1 become.</param>
    public Dataset In(PixelRange range) => range == PixelRange.Unit
        ? this : new Dataset(SampleShape, Classes, range.Apply(images), labels);

    /// <summary>The images at these indices, in their order; an index may occur more than once.</summary>
    public Dataset Select(ReadOnlySpan<int> indices)
    {
        float[] chosen = new float[indices.Length * pixels];
        int[] chosenLabels = new int[indices.Length];
        CopyTo(indices, chosen, chosenLabels);
        return new Dataset(SampleShape, Classes, chosen, chosenLabels);
    }

    /// <summary>Copies the images at these indices into a batch.</summary>
    /// <param name="indices">[batch], each 0..Count−1.</param>
    /// <param name="batchImages">[batch, height, width, channels].</param>
    /// <param name="batchLabels">[batch].</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void CopyTo(ReadOnlySpan<int> indices, Span<float> batchImages, Span<int> batchLabels)
    {
        if (batchImages.Length != (long)indices.Length * pixels || batchLabels.Length != indices.Length)
            throw new ArgumentException($"{indices.Length} indices, {batchImages.Length} pixels, {batchLabels.Length} labels.",
                nameof(batchImages));
        for (int i = 0; i < indices.Length; i++)
        {
            Image(indices[i]).CopyTo(batchImages[(i * pixels)..]);
            batchLabels[i] = labels[indices[i]];
        }
    }
}
