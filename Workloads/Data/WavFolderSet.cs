using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Data;

/// <summary>
/// A set of sounds in WAV files, in one folder per class; each is seen as its log-mel spectrogram. In the ordinal order of their
/// names, every fifth file of a class belongs to the test split.
/// </summary>
/// <param name="Name">As messages call it.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="ClassFolders">Folder of each class.</param>
/// <param name="Features">How sounds become images.</param>
internal sealed record WavFolderSet(string Name, string Description, ImmutableArray<string> ClassFolders, LogMel Features)
    : ImageSet(Name, Description, Features.Shape, ClassFolders.Length)
{
    private const int TestStride = 5;

    /// <summary>True: files that cannot be read are counted and left out.</summary>
    public bool SkipCorrupt { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Paths(string? dataFolder) => ClassFolders.SelectMany(folder => InputFile.List(folder, "*.wav"));

    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed)
    {
        List<(string Path, int Label)> files = [];
        for (int label = 0; label < ClassFolders.Length; label++)
        {
            string[] all = InputFile.List(ClassFolders[label], "*.wav");
            if (all.Length < TestStride)
                throw new InputException($"{ClassFolders[label]}: {all.Length} WAV files; a class needs at least {TestStride}.");
            files.AddRange(all.Where((_, i) => (i % TestStride == TestStride - 1) == (split == Split.Test)).Select(f => (f, label)));
        }

        InputBudget.Take(files.Count * Features.Shape.Count, sizeof(float), Name);
        float[] images = new float[files.Count * Features.Shape.Count];
        int pixels = (int)Features.Shape.Count;
        List<int> labels = [];
        string? first = null;
        foreach ((string path, int label) in files)
        {
            try
            {
                AudioClip clip = Wav.Read(path);
                if (clip.SampleRateHz != Features.SampleRateHz)
                    throw new InputException($"{path}: {clip.SampleRateHz} Hz; the set {Name} takes {Features.SampleRateHz} Hz.");
                Features.Compute(clip.Samples.Span, images.AsSpan(labels.Count * pixels, pixels));
                labels.Add(label);
            }
            catch (InputException fault) when (SkipCorrupt)
            {
                first ??= fault.Message;
            }
        }

        if (labels.Count == 0)
            throw new InputException($"{Name}: no file of its {split} split can be read.");
        if (first is not null)
            Note.Say($"{Name}: {files.Count - labels.Count} of {files.Count} files of the {split} split are left out; the first: {first}");
        return new Source(this, split, images, [.. labels]);
    }

    private sealed class Source(WavFolderSet set, Split split, float[] images, ImmutableArray<int> labels)
        : ImageSource(set, split, labels.Length)
    {
        public override int Label(int index) => labels[index];

        public override void Read(int index, Span<float> pixels) =>
            images.AsSpan(index * pixels.Length, pixels.Length).CopyTo(pixels);
    }
}
