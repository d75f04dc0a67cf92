using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>A set of pictures in PNG and JPEG files, brought to one size.</summary>
/// <param name="Name">As messages call it.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="SampleShape">Shape that pictures are brought to: [height, width, 3 or 1].</param>
/// <param name="ClassNames">The classes in their order.</param>
/// <param name="All">Every file with its class and split; files of other classes are an error.</param>
/// <param name="Fit">How pictures of other proportions are brought to the size.</param>
/// <param name="SkipCorrupt">True: files that cannot be read are counted and left out.</param>
internal sealed record ImageFolderSet(
    string Name, string Description, Shape SampleShape, ImmutableArray<string> ClassNames, ImmutableArray<LabelledFile> All,
    PictureFit Fit,
    bool SkipCorrupt) : ImageSet(Name, Description, SampleShape, ClassNames.Length)
{
    /// <inheritdoc/>
    public override IEnumerable<string> Paths(string? dataFolder) => All.Select(f => f.Path);

    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed)
    {
        LabelledFile[] files = LabelledFiles.Of(All, split, ClassNames, Name);
        int pixels = (int)SampleShape.Count;
        InputBudget.Take(files.LongLength * pixels, Name);
        byte[] images = new byte[files.Length * pixels];
        InputException?[] faults = new InputException?[files.Length];
        Parallel.For(0, files.Length, i =>
        {
            try
            {
                Load(files[i].Path, images.AsSpan(i * pixels, pixels));
            }
            catch (InputException fault)
            {
                faults[i] = fault;
            }
        });
        return new Source(this, split, images, Labels(split, files, faults));
    }

    // Places of the pictures that were read, and their classes.
    private ImmutableArray<(int Place, int Label)> Labels(Split split, LabelledFile[] files, InputException?[] faults)
    {
        if (Array.Find(faults, f => f is not null) is { } first)
        {
            if (!SkipCorrupt)
                throw new InputException(
                    $"{first.Message.TrimEnd('.')}; skip-corrupt: true in {Name}{ImageSetFile.Ending} leaves such files out.",
                    first);
            Note.Say(
                $"{Name}: {faults.Count(f => f is not null)} of {files.Length} files of the {split} split are left out; the "
                    + $"first: {first.Message}");
        }

        ImmutableArray<(int, int)> kept =
            [.. files.Select((f, i) => (Place: i, Label: ClassNames.IndexOf(f.Label))).Where(f => faults[f.Place] is null)];
        return kept.Length > 0 ? kept : throw new InputException($"{Name}: no file of its {split} split can be read.");
    }

    private void Load(string path, Span<byte> result)
    {
        (int height, int width, byte[] pixels) = InputBudget.Apart(() => Picture.Read(path, SampleShape[2]));
        (int rows, int columns) = (height, width);
        if (Fit == PictureFit.Crop && (long)width * SampleShape[0] > (long)height * SampleShape[1])
            columns = Math.Max(1, (int)Math.Round((double)height * SampleShape[1] / SampleShape[0]));
        else if (Fit == PictureFit.Crop)
            rows = Math.Max(1, (int)Math.Round((double)width * SampleShape[0] / SampleShape[1]));
        (int channels, int top, int left) = (SampleShape[2], (height - rows) / 2, (width - columns) / 2);
        float[] part = new float[rows * columns * channels];
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns * channels; x++)
                part[(y * columns * channels) + x] = pixels[((((top + y) * width) + left) * channels) + x];
        }

        float[] resized = Resampling.Resize(part, rows, columns, channels, SampleShape[0], SampleShape[1]);
        for (int i = 0; i < result.Length; i++)
            result[i] = (byte)Math.Clamp(MathF.Round(resized[i]), 0, 255);
    }

    private sealed class Source(ImageSet set, Split split, byte[] images, ImmutableArray<(int Place, int Label)> kept)
        : ImageSource(set, split, kept.Length)
    {
        public override int Label(int index) => kept[index].Label;

        public override void Read(int index, Span<float> pixels)
        {
            ReadOnlySpan<byte> image = images.AsSpan(kept[index].Place * pixels.Length, pixels.Length);
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = image[i] / 255f;
        }
    }
}
