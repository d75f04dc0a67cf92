using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Data;

/// <summary>
/// A set of sounds in one file of 16-bit little-endian samples, plain or gzip, with an index; each is seen as its log-mel
/// spectrogram.
/// </summary>
/// <param name="Name">As workload files call it.</param>
/// <param name="Description">One line for a list.</param>
/// <param name="Audio">File of samples, without ".gz".</param>
/// <param name="Index">File of comma-separated values, see <see cref="RecordingIndex"/>.</param>
/// <param name="LabelColumn">Column of the class.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Features">How sounds become images.</param>
/// <param name="GroupColumn">Column of the speaker or fold.</param>
/// <param name="SplitOf">
/// The split of a recording by its group and by the number of recordings of its class and group before it; null: it is not part
/// of the set.
/// </param>
internal sealed record RecordingSet(
    string Name, string Description, string Audio, string Index, string LabelColumn, int Classes, LogMel Features,
    string GroupColumn, Func<string, int, Split?> SplitOf)
    : ImageSet(Name, Description, Features.Shape, Classes)
{
    private const int MaxBytes = 1 << 28;

    /// <inheritdoc/>
    public override ImmutableArray<string> Files => [Audio, Index];

    /// <inheritdoc/>
    public override ImageSource Open(Split split, string? dataFolder, ulong seed)
    {
        string audioPath = DataFolder.Find(this, dataFolder, Audio), indexPath = DataFolder.Find(this, dataFolder, Index);
        byte[] audio = InputFile.Read(audioPath, stream => PlainOrGzip.Read(
            stream, audioPath, (content, _, _) => PlainOrGzip.TakeAll(content, MaxBytes, audioPath)));
        if (audio.Length > MaxBytes || audio.Length % 2 != 0)
            throw new InputException(
                $"{audioPath}: {audio.Length} bytes; accepted are whole 16-bit samples, at most {MaxBytes} bytes.");
        ImmutableArray<Recording>.Builder chosen = ImmutableArray.CreateBuilder<Recording>();
        ImmutableArray<int>.Builder labels = ImmutableArray.CreateBuilder<int>();
        Dictionary<(string Group, int Label), int> places = [];
        foreach (Recording recording in RecordingIndex.Read(indexPath, audio.Length / 2))
        {
            string group = recording.Columns.GetValueOrDefault(GroupColumn)
                ?? throw new InputException($"{indexPath}: there is no column {GroupColumn} in its first row.");
            int label = Label(recording, indexPath), place = places.GetValueOrDefault((group, label));
            places[(group, label)] = place + 1;
            if (SplitOf(group, place) != split)
                continue;
            chosen.Add(recording);
            labels.Add(label);
        }

        return new Source(this, split, audio, chosen.ToImmutable(), labels.ToImmutable());
    }

    private int Label(Recording recording, string path) =>
        recording.Columns.TryGetValue(LabelColumn, out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int label) && label >= 0 && label < Classes
            ? label
            : throw new InputException(
                $"{path}: {LabelColumn} {InputFile.OneLine(text ?? "missing")}; accepted are 0 to {Classes - 1}.");

    private sealed class Source(
        RecordingSet set, Split split, byte[] audio, ImmutableArray<Recording> recordings, ImmutableArray<int> labels)
        : ImageSource(set, split, recordings.Length)
    {
        public override int Label(int index) => labels[index];

        public override void Read(int index, Span<float> pixels)
        {
            Recording recording = recordings[index];
            float[] samples = new float[recording.Length];
            for (int i = 0; i < samples.Length; i++)
                samples[i] = BinaryPrimitives.ReadInt16LittleEndian(audio.AsSpan((int)(2 * (recording.Start + i)))) / 32768f;
            set.Features.Compute(samples, pixels);
        }
    }
}
