using System.Globalization;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Benchmarks;

/// <summary>What it takes to plan a training step and to read its memory, cycles and energy, one thread.</summary>
internal static class PlanTable
{
    private const int Profiles = 1000;

    public static void Print(TextWriter output)
    {
        output.WriteLine($"| network, all weights | method | plan, ms | memory, ms | cycles, ms | {Profiles} profiles, s |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (string model in new[] { "resnet18", "vit-tiny" })
        {
            foreach (string method in new[] { "bp:fp16", "qzo-ff:8w8a" })
                output.WriteLine(Row(model, method));
        }
    }

    /// <summary>Networks of many operations, each planned, laid out and priced once: what grows faster than their length
    /// shows.</summary>
    public static void PrintChains(TextWriter output)
    {
        output.WriteLine("| operations of the network | method | plan, ms | memory, ms | cycles, ms |");
        output.WriteLine("|---|---|---|---|---|");
        HardwareProfile profile = Large(ShippedProfiles.Find("systolic-int8-16x16"));
        foreach (int length in new[] { 100, 1000, 2000, 5000 })
        {
            foreach (string name in new[] { "bp:8w8a", "qzo-ff:8w8a" })
            {
                Graph graph = Chain(length);
                Plan plan = null!;
                Simulator.Memory.Step step = null!;
                double[] parts =
                [
                    Once(() => plan = StepPlanner.TrainingStep(graph, Method.Parse(name), TuningScheme.Full.Select(graph))),
                    Once(() => step = Simulator.Memory.Step.Of(profile, plan)),
                    Once(() => _ = CostModel.Price(step, profile)),
                ];
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {length} | {name} | {parts[0]:F1} | {parts[1]:F1} | {parts[2]:F1} |"));
            }
        }

        static double Once(Action act)
        {
            double begin = Stopwatch.Now(true);
            act();
            return (Stopwatch.Now(true) - begin) * 1e3;
        }
    }

    private static Graph Chain(int length)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [64, 16]), labels = g.Input("labels", [64]);
        for (int i = 0; i < length / 2; i++)
        {
            x = g.Apply($"linear{i}", new Linear(), x, g.Parameter($"linear{i}.weight", [16, 16]));
            x = g.Apply($"relu{i}", new Relu(), x);
        }

        g.Output("logits", x);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), x, labels));
        return g.Build();
    }

    private static string Row(string model, string name)
    {
        Graph graph = BatchNormFolding.Fold(ModelCatalog.Find(model).Build(1));
        Method method = Method.Parse(name);
        HardwareProfile profile = Large(ShippedProfiles.Find("systolic-int8-16x16"));
        Plan plan = Step();
        MemoryLayout layout = MemoryPlanner.Lay(plan, profile.Memory.AlignmentBytes);
        double planned = Stopwatch.BestSeconds(() => plan = Step());
        double laid = Stopwatch.BestSeconds(() => layout = MemoryPlanner.Lay(Step(), profile.Memory.AlignmentBytes)) - planned;
        double priced = Stopwatch.BestSeconds(() => _ = CostModel.Price(new Simulator.Memory.Step(plan, layout), profile));
        double begin = Stopwatch.Now(true);
        foreach (HardwareProfile other in Enumerable.Range(0, Profiles).Select(i => Variant(profile, i)))
            _ = PlanReading.Of(Simulator.Memory.Step.Of(other, plan), other);
        double sweep = Stopwatch.Now(true) - begin;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {model} | {name} | {planned * 1e3:F1} | {laid * 1e3:F1} | {priced * 1e3:F1} | {sweep:F1} |");

        Plan Step() => StepPlanner.TrainingStep(graph, method, TuningScheme.Full.Select(graph));
    }

    // Scratchpads of 64 KiB to 6 MiB with bandwidths of 1 to 10 GB/s, all different.
    private static HardwareProfile Variant(HardwareProfile profile, int i) => profile with
    {
        Memory = profile.Memory with
        {
            Scratchpad = profile.Memory.Scratchpad with { SizeBytes = 65536L * (1 + (i % 100)) },
            Dram = profile.Memory.Dram! with { BytesPerSecond = 1e9 * (1 + (i / 100)) },
        },
    };

    private static HardwareProfile Large(HardwareProfile profile) =>
        profile with { Memory = profile.Memory with { Dram = profile.Memory.Dram! with { SizeBytes = 1L << 32 } } };
}
