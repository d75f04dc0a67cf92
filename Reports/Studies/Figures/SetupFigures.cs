using System.Collections.Immutable;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>Figures of what runs once before each few-shot episode.</summary>
internal static class SetupFigures
{
    private static readonly RunPart<SetupResult> Part = new(r => r.Setup, "docs/workloads.md");

    /// <summary>Cycles.</summary>
    public static readonly Figure<SetupResult> Cycles =
        Part.Number("totalCycles", "Episode setup", Measure.Cycles, s => s.Cycles, (s, v) => s with { Cycles = v }) with
        {
            Meaning = "Cycles of what runs once before each few-shot episode.",
        };

    /// <summary>Energy.</summary>
    public static readonly Figure<SetupResult> Energy = Part.Number(
        "energyJoules", "Episode setup energy", Measure.Joules, s => s.EnergyJoules, (s, v) => s with { EnergyJoules = v }) with
    {
        Meaning = "Energy of what runs once before each few-shot episode.",
    };

    /// <summary>Scratch memory.</summary>
    public static readonly Figure<SetupResult> Arena =
        Part.Bytes("arenaBytes", "Episode setup arena", s => s.ArenaBytes, (s, v) => s with { ArenaBytes = v }) with
        {
            Meaning = "Scratch memory of what runs once before each few-shot episode.",
        };

    /// <summary>All of them as results.json holds them.</summary>
    public static readonly JsonRecord<SetupResult> Json = new(new(0, 0, 0), Cycles.Member, Energy.Member, Arena.Member);

    /// <summary>All that CSV holds.</summary>
    public static readonly ImmutableArray<Column<RunResult>> Csv = [Cycles.Column, Energy.Column];
}
