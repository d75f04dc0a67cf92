using System.CommandLine;
using NpuSim.Reports;
using NpuSim.Simulator.Studies;

namespace NpuSim.Cli.Terminal;

/// <summary>Trainings that are kept while a command runs, and what it says of them at the end.</summary>
internal sealed class TrainingJournal : IDisposable
{
    private readonly StudyFolder? folder;

    private TrainingJournal(StudyFolder? folder, RunStore store) => (this.folder, Store) = (folder, store);

    public RunStore Store { get; }

    /// <summary>Options for commands without a folder of results: --journal, --overwrite and --resume.</summary>
    public sealed class Options(Option<string?> folder, Option<bool> overwrite, Option<bool> resume)
    {
        /// <summary>New ones.</summary>
        public Options()
            : this(
                new("--journal")
                {
                    Description =
                    "Folder that keeps finished trainings, so that the command can be gone on with."
                },
                new("--overwrite") { Description = "Begin anew where --journal holds finished trainings." },
                new("--resume") { Description = "Go on with the finished trainings that --journal holds." })
        {
        }

        public Option<string?> Folder => folder;

        public Option<bool> Overwrite => overwrite;

        public Option<bool> Resume => resume;

        /// <summary>Opens the folder; null where none is named.</summary>
        /// <exception cref="InputException">The options do not go together, or the folder cannot be used.</exception>
        public TrainingJournal? Open(ParseResult parsed)
        {
            FolderUse use = OutputFolder.Use(parsed, Overwrite, Resume);
            if (parsed.GetValue(Folder) is not { } name)
                return use == FolderUse.New ? null
                    : throw new InputException(
                        $"{(use == FolderUse.Resume ? "--resume" : "--overwrite")} needs --journal FOLDER.");
            if (name.Length == 0)
                throw new InputException("--journal '': accepted is the name of a folder.");
            StudyFolder folder = StudyFolder.Open(new DirectoryInfo(name), use, results: null);
            return new(folder, folder.OpenStore(Note));
        }
    }

    /// <summary>Of a folder of results, which stays open.</summary>
    public static TrainingJournal In(StudyFolder folder) => new(null, folder.OpenStore(Note));

    /// <summary>Says on standard error what an interrupted command kept and how it goes on.</summary>
    /// <param name="folder">The folder as the user named it.</param>
    /// <returns>The exit code.</returns>
    public int Interrupted(string folder)
    {
        string states = Store.Interrupted == 0
            ? "" : $" and the state{(Store.Interrupted == 1 ? "" : "s")} of {Store.Interrupted} under way";
        Console.Error.WriteLine(
            $"npusim: interrupted; {Store.Finished} finished training{(Store.Finished == 1 ? "" : "s")}{states} "
                + $"{(Store.Finished == 1 && states.Length == 0 ? "is" : "are")} kept in "
            + $"{Path.Combine(folder, RunStore.FolderName)}: the same command with --resume goes on.");
        return Interruption.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Store.Dispose();
        folder?.Dispose();
    }

    private static void Note(string line) => Console.Error.WriteLine($"npusim: note: {line}");
}
