using System.Collections.Immutable;
using NpuSim.Files;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Data;

/// <summary>A set of sounds in WAV files; each is seen as its log-mel spectrogram.</summary>
/// <param name="Name">As messages call it.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="ClassNames">The classes in their order.</param>
/// <param name="All">Every file with its class and split, found when first asked for; files of other classes are an
/// error.</param>
/// <param name="Features">How sounds become images.</param>
/// <param name="SkipCorrupt">True: files that cannot be read are counted and left out.</param>
internal sealed record WavFolderSet(
    string Name, string Description, ImmutableArray<string> ClassNames, Lazy<ImmutableArray<LabelledFile>> All, LogMel Features,
    bool SkipCorrupt) : ImageSet(Name, Description, Features.Shape, ClassNames.Length)
{
    /// <inheritdoc/>
    public override IEnumerable<string> Paths(string? dataFolder) => All.Value.Select(f => f.Path);

    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed)
    {
        LabelledFile[] files = LabelledFiles.Of(All.Value, split, ClassNames, Name);
        InputBudget.Take(files.LongLength * Features.Shape.Count, sizeof(float), Name);
        float[] images = new float[files.Length * Features.Shape.Count];
        int pixels = (int)Features.Shape.Count;
        List<int> labels = [];
        string? first = null;
        foreach ((string path, string label, _) in files)
        {
            try
            {
                AudioClip clip = Wav.Read(path);
                if (clip.SampleRateHz != Features.SampleRateHz)
                    throw new InputException($"{path}: {clip.SampleRateHz} Hz; the set {Name} takes {Features.SampleRateHz} Hz.");
                Features.Compute(clip.Samples.Span, images.AsSpan(labels.Count * pixels, pixels));
                labels.Add(ClassNames.IndexOf(label));
            }
            catch (InputException fault) when (SkipCorrupt)
            {
                first ??= fault.Message;
            }
        }

        if (labels.Count == 0)
            throw new InputException($"{Name}: no file of its {split} split can be read.");
        if (first is not null)
            Note.Say(
                $"{Name}: {files.Length - labels.Count} of {files.Length} files of the {split} split are left out; the first: "
                    + $"{first}");
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
