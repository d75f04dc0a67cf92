using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using NpuSim.Files;
using NpuSim.Random;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Data;

/// <summary>A file and what it shows.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">Its class by name.</param>
/// <param name="Split">Its part of the set; null: a seed decides.</param>
internal readonly record struct LabelledFile(string Path, string Label, Split? Split);

/// <summary>Finds the files of a set: in folders that bear the names of classes, or in a list.</summary>
internal static class LabelledFiles
{
    private const int MostListBytes = 16 << 20, RowBytes = 256;

    /// <summary>The files of a set that is given as a folder, as two of them, or as a list.</summary>
    /// <param name="root">Folder that the paths start from.</param>
    /// <param name="folder">A folder of class folders; a seed decides their splits.</param>
    /// <param name="train">Instead, such a folder of the training split,</param>
    /// <param name="test">and one of the test split.</param>
    /// <param name="list">Instead, a list, see <see cref="InList"/>.</param>
    /// <param name="endings">Endings of the files that count in folders, as ".png".</param>
    /// <exception cref="InputException">A folder or the list is missing or damaged.</exception>
    public static IEnumerable<LabelledFile> In(
        string root, string? folder, string? train, string? test, string? list, IReadOnlyCollection<string> endings) =>
        list is not null ? InList(Path.Combine(root, list))
        : folder is not null ? InFolders(Path.Combine(root, folder), null, endings)
        : InFolders(Path.Combine(root, train!), Split.Train, endings)
            .Concat(InFolders(Path.Combine(root, test!), Split.Test, endings));

    /// <summary>The classes that files bear, in ordinal order.</summary>
    public static ImmutableArray<string> Classes(IEnumerable<LabelledFile> files) =>
        [.. files.Select(f => f.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The files of a split, in their order.</summary>
    /// <param name="files">Those of the set.</param>
    /// <param name="split">The split.</param>
    /// <param name="classes">The classes of the set.</param>
    /// <param name="name">The set, for messages.</param>
    /// <exception cref="InputException">One has another class, or there are none.</exception>
    public static LabelledFile[] Of(IEnumerable<LabelledFile> files, Split split, ImmutableArray<string> classes, string name)
    {
        LabelledFile[] chosen = [.. files.Where(f => f.Split == split)];
        if (Array.Find(chosen, f => !classes.Contains(f.Label)) is { Path: not null } stray)
            throw new InputException(
                $"{stray.Path}: its class is '{InputFile.OneLine(stray.Label)}'; {name} has {string.Join(", ", classes)}.");
        return chosen.Length > 0 ? chosen : throw new InputException($"{name}: no files belong to its {split} split.");
    }

    /// <summary>The files of a folder whose folders are classes, in ordinal order.</summary>
    /// <param name="folder">The folder of folders.</param>
    /// <param name="split">The part of the set that it holds; null: a seed decides.</param>
    /// <param name="endings">Endings of the files that count, as ".png".</param>
    /// <exception cref="InputException">There is no such folder, or none in it.</exception>
    public static IEnumerable<LabelledFile> InFolders(string folder, Split? split, IReadOnlyCollection<string> endings)
    {
        string[] classes = InputFile.Folders(folder);
        if (classes.Length == 0)
            throw new InputException($"{folder}: it has no folders; accepted is one with a folder of files for each class.");
        return classes.SelectMany(inner => InputFile.List(inner, "*")
            .Where(file => endings.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .Select(file => new LabelledFile(file, Path.GetFileName(inner), split)));
    }

    /// <summary>The files that a list of comma-separated values names: columns "file" and "label", perhaps "split" (train or
    /// test).</summary>
    /// <param name="path">The list; files are named from its folder.</param>
    /// <exception cref="InputException">It is missing or damaged, lacks a column, or has another split.</exception>
    public static ImmutableArray<LabelledFile> InList(string path) => InputFile.Read(path, stream =>
    {
        if (stream.Length > MostListBytes)
            throw new InputException($"{path}: too long: {stream.Length} bytes; at most {MostListBytes} are read.");
        try
        {
            using StreamReader text = new(stream);
            using CsvReader csv = new(text,
                new CsvConfiguration(CultureInfo.InvariantCulture) { DetectColumnCountChanges = true });
            return Rows(csv, path).ToImmutableArray();
        }
        catch (CsvHelperException fault)
        {
            throw new InputException(
                $"{path}: no comma-separated values with one width: {InputFile.OneLine(fault.Message.Split('\n')[0].TrimEnd())}",
                    fault);
        }
    });

    /// <summary>Shares files out: those without a split of their own by a seed, class by class.</summary>
    /// <param name="files">The files in a fixed order.</param>
    /// <param name="testShare">Share of each class that is tested on, at least one file and not all.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="name">The set, for messages.</param>
    /// <exception cref="InputException">A class has fewer than two files to share out.</exception>
    public static ImmutableArray<LabelledFile> Shared(IEnumerable<LabelledFile> files, double testShare, ulong seed, string name)
    {
        List<LabelledFile> all = [];
        foreach (IGrouping<string, LabelledFile> members in files.GroupBy(f => f.Label, StringComparer.Ordinal))
        {
            all.AddRange(members.Where(f => f.Split is not null));
            LabelledFile[] open = [.. members.Where(f => f.Split is null)];
            if (open.Length == 1)
                throw new InputException(
                    $"{name}: class '{InputFile.OneLine(members.Key)}' has one file; at least two are shared out.");
            new RandomStream(seed, $"split of {members.Key}").Shuffle<LabelledFile>(open);
            int tests = open.Length == 0 ? 0 : Math.Clamp((int)Math.Round(open.Length * testShare), 1, open.Length - 1);
            all.AddRange(open.Select((file, i) => file with { Split = i < tests ? Split.Test : Split.Train }));
        }

        return [.. all.OrderBy(f => f.Path, StringComparer.Ordinal)];
    }

    private static IEnumerable<LabelledFile> Rows(CsvReader csv, string path)
    {
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        foreach (string needed in new[] { "file", "label" })
        {
            if (!header.Contains(needed))
                throw new InputException($"{path}: there is no column {needed} in its first row.");
        }

        string folder = Path.GetDirectoryName(path) ?? "";
        while (csv.Read())
        {
            InputBudget.Take(RowBytes, path);
            string file = csv.GetField("file") ?? "", label = csv.GetField("label") ?? "";
            Split? split = !header.Contains("split") ? null : csv.GetField("split") switch
            {
                "train" => Split.Train,
                "test" => Split.Test,
                var other => throw new InputException(
                    $"{path}: row {csv.Context.Parser!.Row}: split '{InputFile.OneLine(other ?? "")}'; accepted is train or "
                        + $"test."),
            };
            if (file.Length == 0 || label.Length == 0 || file.Contains('\0'))
                throw new InputException($"{path}: row {csv.Context.Parser!.Row}: file and label are both needed.");
            yield return new LabelledFile(Path.Combine(folder, file), label, split);
        }
    }
}
