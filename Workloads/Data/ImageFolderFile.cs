using System.Collections.Immutable;
using NpuSim.Workloads.Formats;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>How a picture of another shape becomes one of the set's.</summary>
internal enum PictureFit
{
    /// <summary>The largest middle part of the right proportions is resized.</summary>
    [Yaml("the largest middle part of the right proportions is resized")]
    Crop,

    /// <summary>All of it is resized, whatever its proportions.</summary>
    [Yaml("all of it is resized, whatever its proportions")]
    Stretch,
}

/// <summary>Pictures in PNG and JPEG files.</summary>
/// <param name="Height">Rows that pictures are brought to.</param>
/// <param name="Width">Columns that pictures are brought to.</param>
/// <param name="Folder">Folder of class folders; the seed shares their files out.</param>
/// <param name="Train">Folder of class folders of the training split.</param>
/// <param name="Test">Folder of class folders of the test split.</param>
/// <param name="List">List of files and labels.</param>
/// <param name="Classes">Classes in their order; empty: those that are found, in ordinal order.</param>
/// <param name="Channels">3: colour; 1: grey.</param>
/// <param name="Fit">How pictures of other proportions are brought to the size.</param>
/// <param name="TestShare">Share of each class that the seed puts into the test split.</param>
/// <param name="Seed">Seed of the split.</param>
/// <param name="SkipCorrupt">True: files that cannot be read are counted and left out.</param>
[Yaml("Pictures in PNG and JPEG files: of a folder with a folder for each class, of two such folders, or of a list.",
    Key = "image-folder")]
internal sealed record ImageFolderFile(
    [Yaml("Rows that pictures are brought to.", Min = 1, Max = 4096)] int Height,
    [Yaml("Columns that pictures are brought to.", Min = 1, Max = 4096)] int Width,
    [Yaml("A folder with a folder of files for each class; seed and test-share split them.")] string? Folder = null,
    [Yaml("Instead, such a folder of the training split.")] string? Train = null,
    [Yaml("And one of the test split.")] string? Test = null,
    [Yaml("Instead, a CSV file with the columns file (from its own folder) and label, perhaps split (train or test).")]
    string? List = null,
    [Yaml("Classes in their order; empty: those that are found, by name.",
        Optional = true)] ImmutableArray<string> Classes = default,
    [Yaml("3: red, green and blue; 1: grey.", Min = 1, Max = 3)] int Channels = 3,
    [Yaml("How pictures of other proportions are brought to the size.")] PictureFit Fit = PictureFit.Crop,
    [Yaml("Share of each class that is tested on, where the seed splits.", Min = 0.01, Max = 0.9)] double TestShare = 0.2,
    [Yaml("Seed of the split.")] ulong Seed = 1,
    [Yaml("True: files that cannot be read are counted and left out; false: the first one is an error.")] bool SkipCorrupt =
        false)
    : ImageSetFile, IChecked
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    /// <inheritdoc/>
    public IEnumerable<Problem> Problems()
    {
        int ways = (Folder is null ? 0 : 1) + (Train is null && Test is null ? 0 : 1) + (List is null ? 0 : 1);
        if (ways != 1)
            yield return new Problem("folder", "accepted is one of folder, train with test, and list");
        if (Train is null != Test is null)
            yield return new Problem(Train is null ? "train" : "test", "train and test are given together");
        if (Channels == 2)
            yield return new Problem("channels", "found 2; accepted is 3 or 1");
        if (!Classes.IsDefaultOrEmpty && (Classes.Length < 2 || Classes.Distinct().Count() < Classes.Length))
            yield return new Problem("classes", "accepted are at least two classes, none twice");
    }

    private protected override ImageSet SetIn(string folder, string name)
    {
        ImmutableArray<LabelledFile> files = LabelledFiles.Shared(
            LabelledFiles.In(folder, Folder, Train, Test, List, Endings), TestShare, Seed, name);
        ImmutableArray<string> classes = Classes.IsDefaultOrEmpty ? LabelledFiles.Classes(files) : Classes;
        if (classes.Length < 2)
            throw new InputException(
                $"{name}: {classes.Length} classes with {string.Join(", ", Endings)} files; at least 2 are needed.");
        return new ImageFolderSet(name, "PNG and JPEG files", [Height, Width, Channels], classes, files, Fit, SkipCorrupt);
    }
}
