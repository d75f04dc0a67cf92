using System.Collections.Immutable;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>Figures of the cost of a training step.</summary>
internal static class CostFigures
{
    private static readonly RunPart<CostResult> Part = new(r => r.Cost, "docs/timing.md");

    /// <summary>Cycles.</summary>
    public static readonly Figure<CostResult> Cycles =
        Part.Number("totalCycles", "Cycles", Measure.Cycles, c => c.Cycles, (c, v) => c with { Cycles = v }) with
        {
            IsUnitInTitle = true,
            Meaning = "Cycles of one training step, waiting for memory included; – where the method does not run.",
            Formula = "computing + waiting for memory, summed over the operations of the plan",
            Check = ("cycles", "cycles of one step"),
        };

    /// <summary>Cycles of computing.</summary>
    public static readonly Figure<CostResult> Compute =
        Part.Number("computeCycles", "Compute", Measure.Cycles, c => c.ComputeCycles, (c, v) => c with { ComputeCycles = v }) with
        {
            Meaning = "Cycles in which engine, vector unit or host compute.",
        };

    /// <summary>Cycles of waiting.</summary>
    public static readonly Figure<CostResult> Waiting = Part.Number(
        "exposedTransferCycles", "Exposed transfer", Measure.Cycles,
        c => c.ExposedTransferCycles, (c, v) => c with { ExposedTransferCycles = v }) with
    {
        Meaning = "Cycles of transfers that no computation hides.",
    };

    /// <summary>Energy.</summary>
    public static readonly Figure<CostResult> Energy =
        Part.Number("energyJoules", "Energy", Measure.Joules, c => c.EnergyJoules, (c, v) => c with { EnergyJoules = v }) with
        {
            Meaning = "Energy of one training step.",
            Formula = "Σ MACs, vector elements, random draws and bytes of each memory times the profile's energy of each, + host "
                + "cycles times its energy, + leakage times time",
            Docs = "docs/timing.md#energy",
            Check = ("energy", "energy of one step, in joules"),
        };

    /// <summary>Traffic of the scratchpad.</summary>
    public static readonly Figure<CostResult> Scratchpad = Part.Bytes(
        "scratchpadTrafficBytes", "Scratchpad traffic",
        c => c.ScratchpadTrafficBytes, (c, v) => c with { ScratchpadTrafficBytes = v }) with
    {
        Meaning = "Bytes read from and written to the scratchpad.",
    };

    /// <summary>Traffic of off-chip memory.</summary>
    public static readonly Figure<CostResult> Dram = Part.Bytes(
        "dramTrafficBytes", "DRAM traffic", c => c.DramTrafficBytes, (c, v) => c with { DramTrafficBytes = v }) with
    {
        Meaning = "Bytes read from and written to off-chip memory.",
        Check = ("dram", "off-chip traffic of one step, in bytes"),
    };

    /// <summary>Bytes moved outside the scratchpad, of all memories.</summary>
    public static readonly Figure Moved = Part.Derived("Bytes moved", Measure.Bytes, c => c.MovedByMemory?.Values.Sum()) with
    {
        Meaning = "Bytes that one training step moves from and to memories outside the scratchpad: weight memory and "
            + "off-chip memory.",
        Check = ("moved", "bytes that one step moves outside the scratchpad"),
        IsUnknownTo = r => r.Cost is { MovedByMemory: null },
    };

    /// <summary>Use of the engine.</summary>
    public static readonly Figure<CostResult> Utilization = Part.Number(
        "utilizationFraction", "Utilization", Measure.Fraction, c => c.Utilization, (c, v) => c with { Utilization = v }) with
    {
        Meaning = "MACs done per MAC the engine could have done in these cycles.",
        Formula = "MACs of the engine / (cycles · peak MACs per cycle)",
        Check = ("utilization", "use of the engine, in points"),
    };

    /// <summary>Cycles of each phase.</summary>
    public static readonly ImmutableArray<Column<RunResult>> ByPhase =
    [
        .. Enum.GetValues<Phase>().Select(phase => new Column<RunResult>(
            PlainText.Capital(phase.Name()), r => r.Cost?.CyclesByPhase.GetValueOrDefault(phase), "cycle",
            Column<RunResult>.PrefixOnly)),
    ];

    /// <summary>All of them as results.json holds them.</summary>
    public static readonly JsonRecord<CostResult> Json = new(
        new(0, 0, 0, 0, 0, 0, ImmutableSortedDictionary<Phase, double>.Empty, 0, []),
        Cycles.Member, Compute.Member, Waiting.Member, Energy.Member, Scratchpad.Member, Dram.Member,
        JsonMember<CostResult>.Counts<Place>(
            "movedByMemoryBytes", c => c.MovedByMemory!, (c, v) => c with { MovedByMemory = v }) with
        {
            Description = Moved.Meaning + " Files of earlier versions lack it.",
            IsThere = c => c.MovedByMemory is not null,
        },
        JsonMember<CostResult>.Numbers<Phase>("byPhaseCycles", c => c.CyclesByPhase, (c, v) => c with { CyclesByPhase = v }),
        Utilization.Member,
        JsonMember<CostResult>.Each("layers", Layer(), c => c.Layers, (c, v) => c with { Layers = v }) with
        {
            Description = "The same by layer, all phases together, in the order in which the step comes to them.",
        });

    /// <summary>All that CSV holds.</summary>
    public static readonly ImmutableArray<Column<RunResult>> Csv =
    [
        Cycles.Column, Compute.Column, Waiting.Column, .. ByPhase, Energy.Column, Scratchpad.Column, Dram.Column,
        Utilization.Column, Moved.Column,
    ];

    /// <summary>The table of a report.</summary>
    public static readonly ImmutableArray<Column<RunResult>> Table =
    [
        .. ByPhase, Cycles.Column, Utilization.Column, Waiting.Column with { Header = "Waiting for memory", Unit = null },
        Energy.Column, Scratchpad.Column, Dram.Column, Moved.Column,
    ];

    /// <summary>Those that are compared.</summary>
    public static readonly ImmutableArray<Figure> Compared = [Cycles, Energy, Dram, Moved, Utilization];

    private static JsonRecord<LayerCost> Layer() => new(
        new("", 0, 0, 0),
        JsonMember<LayerCost>.Text("layer", l => l.Layer, (l, v) => l with { Layer = v }),
        JsonMember<LayerCost>.Number("totalCycles", l => l.Cycles, (l, v) => l with { Cycles = v }),
        JsonMember<LayerCost>.Count("macs", l => l.Macs, (l, v) => l with { Macs = v }),
        JsonMember<LayerCost>.Number("dramTrafficBytes", l => l.DramTrafficBytes, (l, v) => l with { DramTrafficBytes = v }));
}
