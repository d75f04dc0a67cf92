using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using NpuSim.Files;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Training;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// What the trainings of a study came to, kept in a folder: a record of each finished one in a journal, found again by all
/// that decides its values,
/// and the states of those under way. A study that ends early goes on from there.
/// </summary>
public sealed class RunStore : IDisposable
{
    /// <summary>Name of the folder beside the results.</summary>
    public const string FolderName = "journal";

    private const string FileName = "runs.jsonl", StateEnding = ".safetensors";
    private const int MostNotes = 5;

    private readonly string folder;
    private readonly Journal journal;
    private readonly ConcurrentDictionary<string, RunRecord> records = [];
    private readonly ImmutableArray<RunRecord> earlier;
    private readonly ConcurrentDictionary<string, bool> interrupted = [];
    private readonly Action<string> note;
    private int written, failedStates;
    private long ticks;

    private RunStore(string folder, Journal journal, Action<string> note)
    {
        (this.folder, this.journal, this.note) = (folder, journal, note);
        earlier = [.. journal.Records.Select(RunRecord.Parse).OfType<RunRecord>()];
        foreach (RunRecord record in earlier)
        {
            records[record.Identity] = record;
            if (FileOf(record.Identity, "") is { } state && File.Exists(state))
                Attempt(state, Disk.Current.Delete); // its process ended between the record and this
        }

        int lost = journal.Damaged + journal.Records.Length - earlier.Length;
        if (lost > 0)
            note($"{Path.Combine(folder, FileName)}: {lost} {(lost == 1 ? "record is" : "records are")} not whole and not used");
    }

    /// <summary>Time after which the state of a training under way is kept anew.</summary>
    public TimeSpan StateInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Finished trainings in the journal.</summary>
    public int Finished => records.Count;

    /// <summary>Trainings that were recorded by this process.</summary>
    public int Written => written;

    /// <summary>Trainings whose state was kept when they were cancelled.</summary>
    public int Interrupted => interrupted.Count;

    /// <summary>Time that keeping took so far, over all threads.</summary>
    public TimeSpan Spent => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref ticks));

    /// <summary>Bytes of the journal.</summary>
    public long Bytes => journal.Bytes;

    /// <summary>Whether a folder of results has a journal.</summary>
    public static bool IsIn(string results) => File.Exists(Path.Combine(results, FolderName, FileName))
        || (Directory.Exists(Path.Combine(results, FolderName))
            && Directory.EnumerateFiles(Path.Combine(results, FolderName)).Any(IsKept));

    /// <summary>Opens the store beside results; nothing is made before there is something to keep.</summary>
    /// <param name="results">Folder of the results, which this process has locked.</param>
    /// <param name="note">Is told what a user should know, a line each time.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static RunStore Open(string results, Action<string> note)
    {
        string folder = Path.Combine(results, FolderName);
        _ = Task.Run(RunRecord.Prepare);
        return new(folder, Journal.Open(Path.Combine(folder, FileName)), note);
    }

    /// <summary>Removes what a store holds.</summary>
    /// <param name="results">Folder of the results, which this process has locked.</param>
    /// <exception cref="InputException">It cannot be removed.</exception>
    public static void Clear(string results) => Attempt(Path.Combine(results, FolderName), folder =>
    {
        if (!Directory.Exists(folder))
            return;
        foreach (string file in Directory.GetFiles(folder).Where(f => Path.GetFileName(f) == FileName || IsKept(f)))
            Disk.Current.Delete(file);
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Disk.Current.DeleteFolder(folder);
    });

    // A state, or the record of a training that has a file of its own.
    private static bool IsKept(string file) =>
        file.EndsWith(StateEnding, StringComparison.Ordinal) || file.EndsWith(".json", StringComparison.Ordinal);

    /// <summary>A file of the store for what belongs to a training beside its record.</summary>
    /// <param name="identity">What decides its values.</param>
    /// <param name="kind">What it holds, as ".way".</param>
    public string FileOf(string identity, string kind) => Path.Combine(folder, RunIdentity.Hash(identity) + kind + StateEnding);

    /// <summary>Whether a training is finished.</summary>
    public bool Has(string identity) => records.ContainsKey(identity);

    /// <summary>What a training came to; null where it is not finished.</summary>
    internal RunRecord? Find(string identity) => records.GetValueOrDefault(identity);

    /// <summary>Tells of earlier trainings of the same names that were other ones, and in what.</summary>
    /// <param name="wanted">The trainings of the study, each with its identity.</param>
    public void Compare(IEnumerable<(RunName Name, string Identity)> wanted)
    {
        ILookup<RunName, RunRecord> named = earlier.ToLookup(r => new RunName(r.Run, r.Seed));
        var other = wanted.Where(w => !Has(w.Identity) && named[w.Name].Any())
            .Select(w => (w.Name, Difference: RunIdentity.Difference(named[w.Name].Last().Identity, w.Identity)!.Value))
            .GroupBy(o => o.Difference.There.StartsWith("seed", StringComparison.Ordinal) ? default : o.Difference).ToArray();
        foreach (var same in other.Take(MostNotes))
        {
            note($"{same.Count()} finished {(same.Count() == 1 ? "training does" : "trainings do")} not match and "
                + $"{(same.Count() == 1 ? "is" : "are")} done anew "
                + $"({same.First().Name}{(same.Count() > 1 ? ", …" : "")}): '{same.Key.There}' there, '{same.Key.Here}' here");
        }
    }

    /// <summary>The outcome of a training: as recorded, or by training now, from the state that was kept where there is
    /// one.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="identity">What decides its values (<see cref="RunIdentity"/>).</param>
    /// <param name="train">Trains.</param>
    /// <param name="cancellation">What cancels the training: its state is kept then.</param>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public (TrainingCurve Curve, NumericsResult? Numerics) Run(
        RunName name, string identity, Func<Checkpoints, (TrainingCurve Curve, NumericsResult? Numerics)> train,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(train);
        if (records.TryGetValue(identity, out RunRecord? known))
            return known.ToOutcome();
        string file = FileOf(identity, "");
        Stopwatch since = Stopwatch.StartNew();
        TrainingState? from = StateIn(file, identity);
        bool isKept = from is not null;
        (TrainingCurve curve, NumericsResult? numerics) = train(new Checkpoints(0, Keep, from, IsDue: IsDue));
        Timed(() =>
        {
            Record(RunRecord.Of(name, identity, curve, numerics));
            if (isKept)
                Attempt(file, Disk.Current.Delete);
        });
        return (curve, numerics);

        bool IsDue() => since.Elapsed > StateInterval;

        // At the end of a training, or of an episode, the trainer offers its state too.
        void Keep(TrainingState state)
        {
            if (!IsDue() && !cancellation.IsCancellationRequested)
                return;
            Timed(() =>
            {
                try
                {
                    CheckpointFile.Write(file, identity, state);
                    isKept = true;
                    if (cancellation.IsCancellationRequested)
                        interrupted[identity] = true;
                }
                catch (InputException fault)
                {
                    if (Interlocked.Increment(ref failedStates) == 1)
                        note($"the state of {name} is not kept: {fault.Message}");
                }
            });
            since.Restart();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => journal.Dispose();

    private void Record(RunRecord record)
    {
        try
        {
            if (!Directory.Exists(folder))
                Attempt(folder, Disk.Current.CreateFolder);
            journal.Append(record.ToLine());
        }
        catch (InputException fault)
        {
            throw new JournalException(fault.Message, fault);
        }

        records[record.Identity] = record;
        Interlocked.Increment(ref written);
    }

    private TrainingState? StateIn(string file, string identity)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            return CheckpointFile.Read(file, identity);
        }
        catch (InputException fault)
        {
            note($"{fault.Message} That training begins anew.");
            return null;
        }
    }

    private void Timed(Action act)
    {
        long start = Stopwatch.GetTimestamp();
        act();
        Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - start);
    }

    private static void Attempt(string path, Action<string> act)
    {
        try
        {
            act(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be written: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }
}
