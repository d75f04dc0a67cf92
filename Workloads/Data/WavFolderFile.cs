using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>Sounds in WAV files.</summary>
/// <param name="Features">How sounds become images.</param>
/// <param name="Classes">Classes in their order; without other folders or a list, the folders of the classes.</param>
/// <param name="Folder">Folder of class folders; the seed shares their files out.</param>
/// <param name="Train">Folder of class folders of the training split.</param>
/// <param name="Test">Folder of class folders of the test split.</param>
/// <param name="List">List of files and labels.</param>
/// <param name="TestShare">Share of each class that the seed puts into the test split; null: 0.2.</param>
/// <param name="Seed">Seed of the split; null: 1.</param>
/// <param name="SkipCorrupt">True: files that cannot be read are counted and left out.</param>
[Yaml("Sounds in WAV files: of a folder with a folder for each class, of two such folders, of a list, or of the folders that "
    + "classes names, of which " +
    "every fifth file, by name, belongs to the test split.", Key = "wav-folder")]
internal sealed record WavFolderFile(
    [Yaml("How sounds become images of [bands, frames, 1].")] LogMel Features,
    [Yaml("Classes in their order; empty: those that are found, by name. Without folder, train or list: the folder of each "
        + "class.",
        Optional = true)] ImmutableArray<string> Classes = default,
    [Yaml("A folder with a folder of files for each class; seed and test-share split them.")] string? Folder = null,
    [Yaml("Instead, such a folder of the training split.")] string? Train = null,
    [Yaml("And one of the test split.")] string? Test = null,
    [Yaml("Instead, a CSV file with the columns file (from its own folder) and label, perhaps split (train or test).")]
    string? List = null,
    [Yaml("Share of each class that is tested on, where the seed splits; null: 0.2.", Min = 0.01, Max = 0.9)]
    double? TestShare = null,
    [Yaml("Seed of the split; null: 1.")] ulong? Seed = null,
    [Yaml("True: files that cannot be read are counted and left out; false: the first one is an error.")] bool SkipCorrupt =
        false) : ImageSetFile, IChecked
{
    private const int TestStride = 5;
    private const double DefaultShare = 0.2;
    private static readonly string[] Endings = [".wav"];

    private bool ByClasses => Folder is null && Train is null && Test is null && List is null;

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        int ways = (Folder is null ? 0 : 1) + (Train is null && Test is null ? 0 : 1) + (List is null ? 0 : 1);
        if (ways > 1)
            yield return new Problem("folder", "accepted is one of folder, train with test, and list");
        if (Train is null != Test is null)
            yield return new Problem(Train is null ? "train" : "test", "train and test are given together");
        if ((ByClasses || !Classes.IsDefaultOrEmpty)
            && (Classes.IsDefault || Classes.Length < 2 || Classes.Distinct().Count() < Classes.Length))
            yield return new Problem("classes", "accepted are at least two folders or classes, none twice");
        if (Folder is null && List is null && (TestShare is not null || Seed is not null))
            yield return new Problem(TestShare is null ? "seed" : "test-share",
                "accepted with folder or list, which a seed splits");
    }

    private protected override ImageSet SetIn(string folder, string name)
    {
        Lazy<ImmutableArray<LabelledFile>> files = new(() => ByClasses ? OfClasses(folder) : LabelledFiles.Shared(
            LabelledFiles.In(folder, Folder, Train, Test, List, Endings), TestShare ?? DefaultShare, Seed ?? 1, name));
        ImmutableArray<string> classes = Classes.IsDefaultOrEmpty ? LabelledFiles.Classes(files.Value) : Classes;
        if (classes.Length < 2)
            throw new InputException($"{name}: {classes.Length} classes with .wav files; at least 2 are needed.");
        return new WavFolderSet(name, "WAV files", classes, files, Features, SkipCorrupt);
    }

    private ImmutableArray<LabelledFile> OfClasses(string folder) => [.. Classes.SelectMany(label =>
    {
        string path = Path.Combine(folder, label);
        string[] all = InputFile.List(path, "*.wav");
        return all.Length < TestStride
            ? throw new InputException($"{path}: {all.Length} WAV files; a class needs at least {TestStride}.")
            : all.Select((file, i) => new LabelledFile(file, label, i % TestStride == TestStride - 1 ? Split.Test : Split.Train));
    })];
}
