using System.CommandLine;
using NpuSim.Reports;

namespace NpuSim.Cli.Terminal;

/// <summary>The folder that the option --out names, and what may be done with one that is in use.</summary>
internal sealed class OutputFolder
{
    /// <summary>Makes the options.</summary>
    /// <param name="name">Name of the folder where none is given.</param>
    /// <param name="holds">What the folder will hold.</param>
    public OutputFolder(string name, string holds) => Folder = new("--out", "-o")
    {
        Description = $"Folder of {holds}.",
        DefaultValueFactory = _ => name,
    };

    public Option<string> Folder { get; }

    public Option<bool> Overwrite { get; } =
        new("--overwrite") { Description = "Begin anew and replace what an earlier study left in the folder." };

    public Option<bool> Resume { get; } = new("--resume")
    {
        Description =
            "Go on with the finished trainings that the folder holds, to the bytes of a study that was never interrupted.",
    };

    /// <summary>Opens the folder.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="results">Name of the file that tells that it holds results.</param>
    /// <exception cref="InputException">The name is empty, both options are given, or the folder cannot be used.</exception>
    public StudyFolder Open(ParseResult parsed, string results) =>
        StudyFolder.Open(Of(parsed.GetValue(Folder)!), Use(parsed, Overwrite, Resume), results);

    /// <summary>The folder of that name.</summary>
    /// <exception cref="InputException">The name is empty.</exception>
    public static DirectoryInfo Of(string name) =>
        name.Length > 0 ? new DirectoryInfo(name) : throw new InputException("--out '': accepted is the name of a folder.");

    /// <summary>What two options allow.</summary>
    /// <exception cref="InputException">Both are given.</exception>
    public static FolderUse Use(ParseResult parsed, Option<bool> overwrite, Option<bool> resume) =>
        (parsed.GetValue(overwrite), parsed.GetValue(resume)) switch
        {
            (true, true) => throw new InputException("--overwrite and --resume are given both; accepted is one of them."),
            (true, _) => FolderUse.Overwrite,
            (_, true) => FolderUse.Resume,
            _ => FolderUse.New,
        };
}
