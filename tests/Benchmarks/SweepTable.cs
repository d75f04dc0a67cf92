using System.Globalization;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Yaml;

namespace NpuSim.Benchmarks;

/// <summary>
/// What a point of a design study takes, by part, one thread; processor time, since other processes may run beside.
/// </summary>
internal static class SweepTable
{
    private const int Points = 3000;

    private static Sweep Asked => new(
        ["systolic-int8-16x16"], ["resnet18", "vit-tiny"], ["bp:fp16", "bp:8w8a", "qzo-ff:8w8a", "qzo-ff:16w8a"], ["ft", "lp"],
        ["engine.{rows,columns}=4..64*2", "engine.dataflow=weight-stationary,output-stationary,input-stationary",
            "memory.scratchpad.size=64KiB..4MiB*2",
            "memory.dram.bandwidth=1GB/s..16GB/s*2", "memory.dram.size=4 GiB"], Batches: [1, 2, 4, 8, 16], Random: Points);

    public static void Print(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("npusim-sweep").FullName;
        SweepStore store = SweepStore.Open(folder, _ => { });
        SweepSpace space = SweepSpace.Of(Asked with { Random = 10 });
        new SweepStudy(space, store).Run(1, null, default); // machine code
        output.WriteLine($"{Points} of {space.Combinations} points, ResNet-18 and ViT-tiny");
        output.WriteLine();
        output.WriteLine("| part | µs per point |");
        output.WriteLine("|:--|--:|");
        Row("choose and check the accelerators", () => space = SweepSpace.Of(Asked));
        HardwareProfile[] profiles = [];
        Row("make the profile", () => profiles = [.. space.Points.Select(p => space[p].Profile)]);
        Row("- check its rules, once for each accelerator", () => profiles.Count(p => YamlRecord.Problems(p).Count > 0));
        Row("- identify it, once for each accelerator", () => profiles.Select(SweepStore.Identify).Distinct().Count());
        TaskSteps[] tasks = [];
        Row($"plan, {space.AllTasks.Length} plans", () => tasks = [.. space.AllTasks.Select(TaskSteps.Of)]);
        Row("lay out, one layout for each plan", () => tasks.Sum(t => t.On(profiles[0]).Layout.ArenaBytes));
        (UInt128, SweepPrice)[] prices = [];
        Row("price", () => prices = [.. space.Points.Select((p, i) => ((UInt128)i, tasks[space.TaskOf(p)].Price(profiles[i])))]);
        Row("keep", () => prices.Chunk(256).Select(block => { store.Add(block); return 0; }).Sum());
        Row("read again", () => SweepStore.Open(folder, _ => { }).Count);
        Directory.Delete(folder, recursive: true);

        void Row<T>(string part, Func<T> act)
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            TimeSpan before = process.TotalProcessorTime;
            act();
            process.Refresh();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {part} | {(process.TotalProcessorTime - before).TotalMicroseconds / Points:F0} |"));
        }
    }
}
