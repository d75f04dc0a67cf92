using System.Collections.Immutable;
using System.Globalization;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Benchmarks;

/// <summary>What it costs to keep finished trainings: the default study on one profile, journal and checksums included.</summary>
internal static class JournalTable
{
    private const int Pairs = 3;

    public static void Print(TextWriter output)
    {
        output.WriteLine(
            "| steps | trainings | study without, s | with, s | journal, bytes | in journal the first time, ms | then, ms | "
                + "share of the study: first, then |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        output.WriteLine(Row(20, Pairs)); // the first with a journal in a process that has written none yet
        output.WriteLine(Row(400, 1));

    }

    // In turn, so that what else the machine does meets both.
    private static string Row(int steps, int pairs)
    {
        List<(double Wall, double Kept, int Trainings, long Bytes)> with = [], without = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            with.Add(Study(steps, isKept: true));
            without.Add(Study(steps, isKept: false));
        }

        double then = with.Skip(1).Select(w => w.Kept).DefaultIfEmpty(with[0].Kept).Average(), wall = with.Average(w => w.Wall);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {steps} | {with[0].Trainings} | {without.Average(w => w.Wall):F2} | {wall:F2} | {with[0].Bytes} | "
                + $"{1000 * with[0].Kept:F1} | {1000 * then:F1} | {Share(with[0].Kept, with[0].Wall)}, {Share(then, wall)} |");
    }

    // Time in the journal is over all threads.
    private static string Share(double kept, double wall) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * kept / Environment.ProcessorCount / wall:F2} %");

    private static (double Wall, double Kept, int Trainings, long Bytes) Study(int steps, bool isKept)
    {
        Workload workload = WorkloadMethods.Load("glyphs-cnn");
        workload = workload with { Adapt = workload.Adapt with { Steps = steps } };
        ImmutableArray<Method> methods = [.. new[] { "bp:fp32", "bp:fp16", "qzo-ff:16w8a", "qzo-ff:8w8a" }.Select(Method.Parse)
            .Select(workload.Configure)];
        string folder = Directory.CreateTempSubdirectory("npusim-journal-").FullName;
        try
        {
            using RunStore? store = isKept ? RunStore.Open(folder, Console.Error.WriteLine) : null;
            StudyRequest request = new(
                [ShippedProfiles.Find("systolic-int8-16x16")], methods, [TuningScheme.Full, TuningScheme.LastLayer],
                workload.Seeds, workload.Settings,
                Environment.ProcessorCount)
            { Store = store };
            CompareStudy study = new(request, WorkloadSetup.Open(workload, null, null, CancellationToken.None).Bench);
            System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
            _ = study.Run(null, CancellationToken.None);
            store?.Dispose(); // waits for the disk
            return (clock.Elapsed.TotalSeconds, store?.Spent.TotalSeconds ?? 0, store?.Written ?? 0, store?.Bytes ?? 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
