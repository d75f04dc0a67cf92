using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Random;
using MemoryDevice = NpuSim.Accelerators.Profiles.Memory;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>
/// Accelerators made up for tests. The clock is 1 MHz, so that bytes per second are millions of bytes per cycle.
/// </summary>
internal static class TestProfiles
{
    public const double Clock = 1e6;

    public static MemoryDevice Memory(long bytes, double bytesPerCycle, int latency = 0, int burst = 1) =>
        new(bytes, bytesPerCycle * Clock, 1, 2, latency, burst);

    /// <summary>
    /// An 8×8 weight-stationary array, 64 KiB of scratchpad at 64 bytes a cycle, DRAM at 1 byte a cycle, no host.
    /// </summary>
    public static HardwareProfile Small { get; } = new(
        "small", "a small array", Clock,
        new SystolicArray(8, 8, Dataflow.WeightStationary),
        new VectorUnit(8, 8, 4, 1, 2, 8, 8, 1, 4, 4, 1),
        Numerics,
        [new(NumberFormat.Int8, NumberFormat.Int8), new(NumberFormat.Int16, NumberFormat.Int8, 0.5)],
        new MemorySystem(Memory(65536, 64), null, null, Memory(1L << 40, 1, 20, 16)),
        null,
        new EnergyModel(1, 2, 4, 0.5, 1e-3),
        ImmutableSortedDictionary<string, string>.Empty);

    public static HostCore Host { get; } = new("core", 4 * Clock, 8, 16, 4, 2 * Clock, 10);

    /// <summary>A profile with every size, speed and engine drawn at random.</summary>
    public static HardwareProfile Random(int seed)
    {
        RandomStream random = new((ulong)seed, "random profiles");
        int Power(int most) => 1 << random.NextInt32(most + 1);
        Engine engine = random.NextInt32(7) switch
        {
            0 => new SystolicArray(1 + random.NextInt32(40), 1 + random.NextInt32(40), Dataflow.WeightStationary,
                random.NextInt32(2) == 0),
            1 => new SystolicArray(1 + random.NextInt32(40), 1 + random.NextInt32(40), Dataflow.InputStationary,
                random.NextInt32(2) == 0),
            2 => new SystolicArray(1 + random.NextInt32(40), 1 + random.NextInt32(40), Dataflow.OutputStationary,
                random.NextInt32(2) == 0),
            3 => new MacArray(128, 1, 2, 8, 8),
            4 => new VectorDsp(Power(6), Power(2), Power(1), random.NextInt32(10)),
            5 => new OuterProductUnit(
                Power(5), Power(5), Power(2), Power(2), Power(2), 0.5 + random.NextInt32(4), random.NextInt32(9),
                random.NextInt32(3)),
            _ => new Microcontroller("none", 1 + random.NextDouble(), 2, 1, 1.5),
        };
        return Small with
        {
            Engine = engine,
            Memory = new MemorySystem(
                Memory(1 + random.NextInt32(Power(20)), 0.1 + (16 * random.NextDouble()), random.NextInt32(4)),
                random.NextInt32(2) == 0 ? null : Memory(4 + random.NextInt32(Power(16)), 0.5 + (64 * random.NextDouble())),
                random.NextInt32(2) == 0 ? null
                    : Memory(Power(24), 0.05 + (4 * random.NextDouble()), random.NextInt32(100), Power(7)),
                Memory(1L << 50, 0.05 + (4 * random.NextDouble()), random.NextInt32(100), Power(7)),
                random.NextInt32(2) == 0),
        };
    }

    /// <summary>A profile whose systolic array has overheads, whose memory has requests and which draws with hardware of its
    /// own.</summary>
    public static HardwareProfile RandomRtl(int seed)
    {
        RandomStream random = new((ulong)seed, "random overheads");
        int rows = 1 + random.NextInt32(20), columns = 1 + random.NextInt32(20);
        Dataflow dataflow = (Dataflow)random.NextInt32(3);
        ArrayOverheads overheads = new(
            random.NextInt32(40), random.NextInt32(2) == 0 ? null : random.NextInt32(40), random.NextInt32(2) == 0,
            1 + (3 * random.NextDouble()),
            random.NextInt32(40) - 10,
            random.NextInt32(2) == 0 ? null
            : new(1 + random.NextInt32(30), random.NextInt32(9), random.NextInt32(5), random.NextInt32(2) == 0),
            random.NextInt32(9), 2 * random.NextDouble(), random.NextInt32(2) == 0,
            random.NextInt32(2) == 0 ? null : new(CommandIssuer.Host, random.NextInt32(60), 1 + random.NextInt32(4)),
            random.NextInt32(2) == 0);
        HardwareProfile profile = Random(seed);
        return profile with
        {
            Engine = new SystolicArray(rows, columns, dataflow, random.NextInt32(4) > 0, overheads),
            Memory = profile.Memory with
            {
                Dma = new(64, 8, 1 + random.NextInt32(20), random.NextInt32(20)),
                CountsReloads = random.NextInt32(2) == 0
            },
            Vector = profile.Vector with { Generator = new(RandomGeneratorKind.Bank, 0.1 + random.NextDouble(), 1) },
            Weights = new(new(random.NextDouble(), random.NextDouble())),
        };
    }

    private static NumericPolicy Numerics => null!; // cost depends on no arithmetic
}
