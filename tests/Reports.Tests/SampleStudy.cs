using System.Collections.Immutable;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Tests;

/// <summary>
/// A made-up study of realistic proportions: three profiles × (bp fp32, bp fp16, qzo-ff 16w8a, qzo-ff 8w8a) × (ft, lp), where the
/// 20-bit profile has no host for fp16. Built from integer and rational arithmetic alone, so that it is the same everywhere.
/// </summary>
internal static class SampleStudy
{
    private static readonly string[] Layers = ["conv1", "conv2", "conv3", "fc1", "fc2"];
    private static readonly int[] ActivationBytes = [6272, 6272, 3136, 1568, 640];
    private static readonly int[] WeightCounts = [144, 4608, 18432, 6272, 640];

    public static StudyResult Build() => new(
        1, "npusim 0.1.0", "npusim compare --profiles npu-16x16,npu-16x16-acc20,cortex-m4 --seeds 1,2,3", Workload(), Profiles(),
        [.. Profiles().SelectMany(p => Methods().Select(m => Run(p, m.Method, m.Format, m.Scheme)))],
        new HostTimings(41.25, 2, "AVX-512"));

    /// <summary>A big sweep: the sample's runs again and again under other names.</summary>
    public static StudyResult Large(int profiles, int runsPerProfile)
    {
        (string Method, string Format, string Scheme)[] methods = [.. Methods()];
        ImmutableArray<ProfileSummary> names = [.. Enumerable.Range(0, profiles)
            .Select(i => Profiles()[i % 3] with { Name = $"sweep-{i:D4}" })];
        return Build() with
        {
            Profiles = names,
            Runs =
            [
                .. names.SelectMany(p => Enumerable.Range(0, runsPerProfile)
                    .Select(i => Run(p, methods[i % 8].Method, methods[i % 8].Format,
                        methods[i % 8].Scheme) with { Scheme = $"{methods[i % 8].Scheme}-{i / 8}" })),
            ],
        };
    }

    private static WorkloadSummary Workload() => new(
        "glyphs-cnn", "Drawn glyphs, 28×28: a small CNN adapts from clean to shifted images", "cnn", 30096, 1_204_224, 32, 400,
            2000, 1000,
        [1, 2, 3], "model: cnn\ndata: glyphs\nbatch: 32\nsteps: 400\nseeds: [1, 2, 3]\n");

    private static ImmutableArray<ProfileSummary> Profiles() =>
    [
        Profile("npu-16x16", "Systolic int8 NPU, 16×16, 32-bit wrapping accumulators", 512 * 1024, 500e6, 32),
        Profile("npu-16x16-acc20", "The same with 20-bit accumulators in the array", 256 * 1024, 500e6, 20),
        Profile("cortex-m4", "Cortex-M4 MCU with FPU", 128 * 1024, 168e6, 32),
    ];

    private static ProfileSummary Profile(string name, string description, long scratchpad, double clock, int accumulator) => new(
        name, description, scratchpad, clock,
        $"name: {name}\nclock: {clock / 1e6:F0} MHz\nengine: {{ kind: systolic, rows: 16, columns: 16 }}\nnumerics:\n  "
            + $"accumulator: {accumulator} bit\n"
        + $"memories:\n  scratchpad: {scratchpad / 1024} KiB\n");

    private static IEnumerable<(string Method, string Format, string Scheme)> Methods() =>
        from scheme in new[] { "ft", "lp" }
        from method in new[] { ("bp", "fp32"), ("bp", "fp16"), ("qzo-ff", "16w8a"), ("qzo-ff", "8w8a") }
        select (method.Item1, method.Item2, scheme);

    private static RunResult Run(ProfileSummary profile, string method, string format, string scheme)
    {
        bool narrow = profile.Name.EndsWith("acc20", StringComparison.Ordinal),
            slow = profile.Name.StartsWith("cortex", StringComparison.Ordinal);
        bool runs = !(narrow && format == "fp16");
        long trained = scheme == "ft" ? 30096 : 640;
        return new(
            profile.Name, method, format, scheme, trained,
            runs ? null : "the profile has no host core, and no unit of it computes in fp16",
            Memory(profile, method, format, scheme), runs ? Cost(method, format, scheme, slow) : null,
            runs ? Accuracy(method, format, scheme, narrow) : null, method == "bp" || !runs ? null
                : Numerics(format, scheme, narrow));
    }

    private static MemoryResult Memory(ProfileSummary profile, string method, string format, string scheme)
    {
        int bytes = format switch { "fp32" => 4, "fp16" => 2, _ => 1 },
            weightBytes = format switch { "fp32" => 4, "fp16" or "16w8a" => 2, _ => 1 };
        SortedDictionary<TensorRole, long> roles = new() { [TensorRole.Input] = 784 * 32 * bytes };
        List<long> timeline = [];
        long input = roles[TensorRole.Input], saved = 0, gradients = 0;
        if (method == "bp")
        {
            foreach (int size in scheme == "ft" ? ActivationBytes : ActivationBytes[^2..])
            {
                saved += size * 4L * bytes;
                timeline.Add(input + saved);
            }

            roles[TensorRole.SavedActivation] = saved;
            roles[TensorRole.ActivationGradient] = ActivationBytes[0] * 4L * bytes;
            gradients = (scheme == "ft" ? WeightCounts.Sum() : 640) * weightBytes;
            roles[TensorRole.WeightGradient] = gradients;
            roles[TensorRole.Activation] = 2048 * bytes;
            for (int layer = ActivationBytes.Length; layer >= 0; layer--)
                timeline.Add(input + (saved * layer / 5) + roles[TensorRole.ActivationGradient] + (gradients * (5 - layer) / 5));
        }
        else
        {
            roles[TensorRole.Activation] = ActivationBytes[0] + ActivationBytes[1];
            roles[TensorRole.Perturbation] = (scheme == "ft" ? 18432 : 640) * weightBytes;
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (int size in ActivationBytes)
                    timeline.AddRange([input + size + roles[TensorRole.Perturbation], input + (2 * size)]);
            }
        }

        long peak = roles.Values.Sum(), arena = (peak + 1023) / 1024 * 1024;
        timeline[timeline.Count / 2] = peak;
        long frozen = scheme == "ft" ? 0 : 29456 * weightBytes, trained = (scheme == "ft" ? 30096 : 640) * weightBytes;
        SortedDictionary<TensorRole,
            long> persistent = new() { [TensorRole.FrozenWeight] = frozen, [TensorRole.TrainedWeight] = trained };
        return new(
            arena, peak, frozen + trained, peak * 11 / 10, arena <= profile.ScratchpadBytes, roles.ToImmutableSortedDictionary(),
            persistent.ToImmutableSortedDictionary(), method == "bp" ? "conv2.backward" : "conv1", [.. timeline]);
    }

    private static CostResult Cost(string method, string format, string scheme, bool slow)
    {
        double unit = (slow ? 40 : 1) * (
            format switch { "fp32" => 900_000.0, "fp16" => 500_000, "16w8a" => 120_000, _ => 60_000 });
        SortedDictionary<Phase, double> phases = method == "bp"
            ? new() { [Phase.Forward] = 4 * unit, [Phase.Backward] = (scheme == "ft" ? 8 : 1) * unit, [Phase.Update] = unit / 4 }
            : new()
            {
                [Phase.Perturb] = (scheme == "ft" ? 2 : 0.25) * unit,
                [Phase.ForwardPlus] = 4 * unit,
                [Phase.ForwardMinus] = 4 * unit,
                [Phase.Update] = (scheme == "ft" ? 1 : 0.125) * unit,
            };
        double cycles = phases.Values.Sum();
        return new(
            cycles, cycles * 0.875, cycles * 0.125, cycles * 3.2e-11, (long)(cycles * 8), (long)(cycles / 2),
                phases.ToImmutableSortedDictionary(),
            method == "bp" ? 0.0625 : 0.53125,
            [.. Layers.Select((layer, i) => new LayerCost(layer, cycles / (i == 4 ? 16 : 2 << i), 1_000_000L >> i, 1024 << i))])
        {
            MovedByMemory = ImmutableSortedDictionary<Place, long>.Empty.Add(Place.Weights, 4096)
                .Add(Place.Dram, (long)(cycles / 2)),
        };
    }

    private static AccuracyResult Accuracy(string method, string format, string scheme, bool narrow)
    {
        double top = (method, format, scheme) switch
        {
            ("bp", "fp32", "ft") => 0.775,
            ("bp", "fp16", "ft") => 0.773,
            ("bp", "fp32", _) => 0.763,
            ("bp", _, _) => 0.762,
            (_, "16w8a", "ft") => 0.737,
            (_, "16w8a", _) => 0.745,
            (_, _, "ft") => 0.231,
            _ => 0.248,
        };
        if (narrow && method != "bp")
            top -= 0.094;
        double speed = method == "bp" ? 0.05 : 0.0125, floor = 2.1 * (1 - top);
        ImmutableArray<int> steps = [.. Enumerable.Range(1, 40).Select(i => 10 * i)];
        return new(
            [0.217, 0.219, 0.214], [top - 0.006, top + 0.004, top + 0.002],
            [
                .. Enumerable.Range(0, 3).Select(seed => steps.Select(step =>
                    floor + ((2.6 - floor) / (1 + (speed * step)))
                        + (((((step * 37 / 10) + (seed * 53)) % 101) - 50) / 800.0)).ToImmutableArray()),
            ],
            steps)
        {
            CurveSteps = [0, 25, 50, 100, 200, 400],
            Curve =
            [
                .. Enumerable.Range(0, 3).Select(seed => ImmutableArray.Create(0, 25, 50, 100, 200, 400).Select(step =>
                    top - ((top - 0.217) / (1 + (speed * step))) + (seed / 500.0)).ToImmutableArray()),
            ],
        };
    }

    private static NumericsResult Numerics(string format, string scheme, bool narrow) => new(
        [
            .. Layers.Skip(scheme == "ft" ? 0 : 4).Select((layer, i) =>
                new EpsilonSteps($"{layer}.weight", format == "16w8a" ? 3.0517578125e-05 : 0.0078125, format == "16w8a" ? 33 - i
                    : 0)),
        ],
        format == "16w8a" ? 0.031 : 0.984, format == "16w8a" ? 0.004 : 0.912,
        [.. Layers.Select((layer, i) =>
            new LayerOverflow(layer, 250_000_000L >> i, narrow ? 3_400_000L >> (2 * i) : 0, 1200L * (i + 1)))]);
}
