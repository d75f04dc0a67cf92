using System.Collections.Immutable;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Plans;

/// <summary>A stretch of time on one track of a plan: a unit that computes, waits or restages, or a port with bytes.</summary>
/// <param name="Track">Index in <see cref="Tracks"/>.</param>
/// <param name="Name">The operation, or what is waited for.</param>
/// <param name="Category">"compute", "stall", "restage" or "transfer".</param>
/// <param name="From">Start, in cycles of the step.</param>
/// <param name="To">End, later than the start.</param>
/// <param name="Waits">The memory that is waited for; null unless stalled.</param>
/// <param name="Port">The bytes that pass; null on the track of a unit.</param>
internal sealed record PlanSpan(string Name, string Category, int Track, double From, double To, string? Waits, PortUse? Port)
{
    /// <summary>Engine, vector unit and host, then every memory and link.</summary>
    public static ImmutableArray<string> Tracks { get; } =
        [.. Enum.GetValues<Unit>().Select(u => u.ToString().ToLowerInvariant()), .. PortUse.Names];

    /// <summary>The spans of an operation that starts at a cycle; those of its unit follow each other and add up to it.</summary>
    public static IEnumerable<PlanSpan> Of(PlannedRun run, OpCost op, double at)
    {
        PortUse[] ports = [.. PortUse.Of(op, run.Reading.Profile)];
        string? waits = ports.Where(p => p.Memory is not "accumulators").MaxBy(p => p.Cycles)?.Memory;
        int unit = (int)op.Unit, units = Enum.GetValues<Unit>().Length;
        double next = at + op.ComputeCycles, end = at + op.Cycles;
        double stalled = op.RestageCycles > 0 ? next + op.ExposedTransferCycles : end;
        IEnumerable<PlanSpan> spans =
        [
            new(op.Name, "compute", unit, at, next, null, null), new($"wait: {waits}", "stall", unit, next, stalled, waits, null),
            new("restage", "restage", unit, stalled, end, null, null),
            .. ports.Select(p => new PlanSpan(
                op.Name, "transfer", units + PortUse.Names.IndexOf(p.Memory), at, at + p.Cycles, null, p)),
        ];
        return spans.Where(s => s.To > s.From);
    }
}
