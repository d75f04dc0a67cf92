using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>Where a split of an <see cref="IdxSet"/> lies.</summary>
/// <param name="Images">File of images without ".gz".</param>
/// <param name="Labels">File of labels without ".gz".</param>
/// <param name="Range">The images of these files that belong to the split.</param>
internal sealed record IdxFiles(string Images, string Labels, Range Range);

/// <summary>A set of grey images in IDX files, plain or gzip. Pixels are bytes; 255 becomes 1.</summary>
/// <param name="Name">As workload files call it; also the name of its folder inside the data folder.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="SampleShape">Shape of one image: [height, width, 1].</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Train">Files of the training split.</param>
/// <param name="Test">Files of the test split.</param>
internal sealed record IdxSet(string Name, string Description, Shape SampleShape, int Classes, IdxFiles Train, IdxFiles Test)
    : ImageSet(Name, Description, SampleShape, Classes)
{
    /// <inheritdoc/>
    public override ImmutableArray<string> Files =>
        [.. new[] { Train.Images, Train.Labels, Test.Images, Test.Labels }.Distinct()];

    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed)
    {
        IdxFiles files = split == Split.Train ? Train : Test;
        return Read(
            split, DataFolder.Find(this, dataFolder, files.Images), DataFolder.Find(this, dataFolder, files.Labels), files.Range);
    }

    /// <summary>Reads a split from two files.</summary>
    /// <param name="split">Which split they hold.</param>
    /// <param name="imagesPath">IDX file [images, height, width].</param>
    /// <param name="labelsPath">IDX file [images].</param>
    /// <param name="range">The images to use.</param>
    /// <exception cref="InputException">A file is missing or damaged, the shapes are not those of the set, or a label is no
    /// class.</exception>
    public ImageSource Read(Split split, string imagesPath, string labelsPath, Range range)
    {
        IdxArray labels = Idx.Read(labelsPath, shape =>
        {
            if (shape.Rank != 1)
                throw new InputException($"{labelsPath}: labels of the shape {shape}; {Name} has one label per image.");
        });
        int stray = labels.Values.Span.IndexOfAnyExceptInRange((byte)0, (byte)(Classes - 1));
        if (stray >= 0)
            throw new InputException(
                $"{labelsPath}: label {labels.Values.Span[stray]} at index {stray}; {Name} has the classes 0 to {Classes - 1}.");
        IdxArray images = Idx.Read(imagesPath, shape =>
        {
            if (shape.Rank != 3 || shape[1] != SampleShape[0] || shape[2] != SampleShape[1])
                throw new InputException(
                    $"{imagesPath}: images of the shape {shape}; {Name} has N×{SampleShape[0]}×{SampleShape[1]}.");
            if (shape[0] != labels.Shape[0])
                throw new InputException($"{imagesPath}: {shape[0]} images, but {labels.Shape[0]} labels in {labelsPath}.");
        });
        int start = range.Start.GetOffset(labels.Values.Length), end = range.End.GetOffset(labels.Values.Length);
        if (start < 0 || end > labels.Values.Length || start >= end)
            throw new InputException(
                $"{imagesPath}: {labels.Values.Length} images; {Name} takes images {range} for its {split} split.");
        int pixels = (int)SampleShape.Count;
        return new ByteSource(
            this, split, images.Values.Slice(start * pixels, (end - start) * pixels), labels.Values[start..end]);
    }
}
