using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Reports.Tests.Durability;

/// <summary>A study of eight trainings as <c>npusim compare</c> runs it: two methods, two schemes, two seeds, of a few
/// milliseconds each.</summary>
internal static class SmallStudy
{
    public const int Trainings = 8, Steps = 12;

    private static readonly Model Model = new("tiny", [2, 2, 1], 2, batch =>
    {
        GraphBuilder g = new();
        Value images = g.Input("images", [batch, 2, 2, 1]), labels = g.Input("labels", [batch]);
        Value flat = g.Apply("flat", new Reshape([batch, 4]), images);
        Value first = g.Apply("first", new Linear(), flat, g.Parameter("first.weight", [6, 4]), g.Parameter("first.bias", [6]));
        Value logits = g.Apply("head", new Linear(), g.Apply("relu", new Relu(), first), g.Parameter("head.weight", [2, 6]),
            g.Parameter("head.bias", [2]));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, labels));
        return g.Build();
    });

    /// <summary>Runs it in a folder and publishes; gives the notes.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="use">What may be done with it.</param>
    /// <param name="cancelAfter">Training steps after which it is cancelled.</param>
    /// <param name="states">Whether states are kept after every step.</param>
    /// <param name="seeds">Number of seeds.</param>
    /// <param name="rate">Learning rate.</param>
    public static string[] Run(string folder, FolderUse use, int cancelAfter = int.MaxValue, bool states = false, int seeds = 2,
        double rate = 0.1)
    {
        List<string> notes = [];
        using StudyFolder place = StudyFolder.Open(new DirectoryInfo(folder), use);
        using RunStore opened = place.OpenStore(notes.Add);
        StudyResult result = Result(opened, cancelAfter, states, seeds, rate);
        ReportSet.Write(result, place);
        return [.. notes];
    }

    /// <summary>The files of a folder but for the journal, by name: results.json without what the machine adds, report.html
    /// without timings.</summary>
    public static SortedDictionary<string, string> Files(string folder)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            if (!name.StartsWith(RunStore.FolderName + "/", StringComparison.Ordinal))
                files[name] = File.ReadAllText(path);
        }

        return files;
    }

    private static StudyResult Result(RunStore store, int cancelAfter, bool states, int seeds, double rate)
    {
        TrainingBench bench = new(Model, Initialization.Weights(Model.Build(4), 3), Data(24, 1), Data(12, 2), 4, 1);
        StudyRequest request = new(
            [ShippedProfiles.Find("systolic-int8-16x16")], [Method.Parse("bp:fp32"), Method.Parse("qzo-ff:16w8a")],
            [TuningScheme.Full, TuningScheme.LastLayer],
            [.. Enumerable.Range(1, seeds).Select(i => (ulong)i)],
                (_, _) => new TrainingSettings(Steps, rate, Decay.Linear, 0.01), Threads: 1)
        { Store = states ? Eager(store) : store };
        using CancellationTokenSource stop = new();
        int done = 0;
        if (cancelAfter == 0)
            stop.Cancel();
        StudyRuns runs = new CompareStudy(request, bench).Run(() =>
        {
            if (Interlocked.Increment(ref done) == cancelAfter)
                stop.Cancel();
        }, stop.Token);
        Assert.That(runs.Defects, Is.Empty);
        HardwareProfile profile = request.Profiles[0];
        return new(
            1, "npusim", "npusim compare", new("tiny", "", "tiny", 0, 0, 4, Steps, 24, 12, request.Seeds, ""),
            [new(profile.Name, profile.Description, profile.Memory.Scratchpad.SizeBytes, profile.ClockHz, "")], runs.Runs,
            new HostTimings(0, 1, "test"))
        { IsComplete = runs.IsComplete };
    }

    private static RunStore Eager(RunStore store)
    {
        store.StateInterval = TimeSpan.Zero;
        return store;
    }

    private static Dataset Data(int count, int shift) => new(
        [2, 2, 1], 2, [.. Enumerable.Range(0, count * 4).Select(i => (((i * 7) + shift) % 11) / 11f)],
        [.. Enumerable.Range(0, count).Select(i => ((i / 2) + shift) % 2)]);
}
