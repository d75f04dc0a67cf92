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
    public static void Print(TextWriter output)
    {
        output.WriteLine("| steps | trainings | study, s | journal, bytes | in journal, ms | share of the study |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (int steps in new[] { 20, 400 })
            output.WriteLine(Row(steps));
    }

    private static string Row(int steps)
    {
        Workload workload = WorkloadMethods.Load("glyphs-cnn");
        workload = workload with { Adapt = workload.Adapt with { Steps = steps } };
        ImmutableArray<Method> methods = [.. new[] { "bp:fp32", "bp:fp16", "qzo-ff:16w8a", "qzo-ff:8w8a" }.Select(Method.Parse).Select(workload.Configure)];
        string folder = Directory.CreateTempSubdirectory("npusim-journal-").FullName;
        try
        {
            using RunStore store = RunStore.Open(folder, Console.Error.WriteLine);
            StudyRequest request = new(
                [ShippedProfiles.Find("systolic-int8-16x16")], methods, [TuningScheme.Full, TuningScheme.LastLayer], workload.Seeds, workload.Settings,
                Environment.ProcessorCount)
            { Store = store };
            CompareStudy study = new(request, WorkloadSetup.Open(workload, null, null, CancellationToken.None).Bench);
            System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
            _ = study.Run(null, CancellationToken.None);
            double wall = clock.Elapsed.TotalSeconds, kept = store.Spent.TotalSeconds / request.Threads;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {steps} | {store.Written} | {wall:F2} | {store.Bytes} | {1000 * store.Spent.TotalSeconds:F1} | {100 * kept / wall:F2} % |");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
