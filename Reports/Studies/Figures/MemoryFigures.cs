using System.Collections.Immutable;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Figures;

/// <summary>Figures of the memory of a training step.</summary>
internal static class MemoryFigures
{
    private static readonly RunPart<MemoryResult> Part = new(r => r.Memory, "docs/timing.md#memory");

    /// <summary>What must be provided.</summary>
    public static readonly Figure<MemoryResult> Arena =
        Part.Bytes("arenaBytes", "Scratch arena", m => m.ArenaBytes, (m, v) => m with { ArenaBytes = v }) with
        {
            Meaning = "Memory laid out for one training step beside the weights, alignment included: what must be provided.",
            Check = ("scratch", "scratch memory, in bytes"),
        };

    /// <summary>The least any layout could need.</summary>
    public static readonly Figure<MemoryResult> PeakLive =
        Part.Bytes("peakLiveBytes", "Peak live", m => m.PeakLiveBytes, (m, v) => m with { PeakLiveBytes = v }) with
        {
            Meaning = "Largest sum of live scratch tensors; no layout can need less.",
            Check = ("peak", "largest sum of live scratch tensors, in bytes"),
        };

    /// <summary>What stays from step to step.</summary>
    public static readonly Figure<MemoryResult> Persistent =
        Part.Bytes("persistentBytes", "Persistent", m => m.PersistentBytes, (m, v) => m with { PersistentBytes = v }) with
        {
            Meaning = "Weights and optimiser state, which stay from step to step.",
            Check = ("persistent", "weights and optimiser state, in bytes"),
        };

    /// <summary>The convention of arXiv 2411.04036.</summary>
    public static readonly Figure<MemoryResult> Paper =
        Part.Bytes("paperBytes", "Paper convention", m => m.PaperBytes, (m, v) => m with { PaperBytes = v }) with
        {
            Meaning = "Scratch as arXiv 2411.04036 counts it: bytes × (trained parameters + 2 Σ outputs of the layers that own "
                + "parameters).",
        };

    /// <summary>Whether the arena fits.</summary>
    public static readonly Figure<MemoryResult> Fits =
        Part.Truth("fitsScratchpad", "Fits scratchpad", m => m.FitsScratchpad, (m, v) => m with { FitsScratchpad = v }) with
        {
            Meaning = "Whether the scratch memory fits the profile's scratchpad.",
            Check = ("fits", "1 when the scratch memory fits the scratchpad, else 0"),
        };

    /// <summary>Where the peak is.</summary>
    public static readonly Figure<MemoryResult> PeakOperation =
        Part.Text("peakOperation", "Peak operation", m => m.PeakOp, (m, v) => m with { PeakOp = v }) with
        {
            Meaning = "The operation during which the peak occurs.",
        };

    /// <summary>Scratch and persistent memory together.</summary>
    public static readonly Figure Total = Part.Derived("Total memory", Measure.Bytes, m => m.TotalBytes()) with
    {
        Meaning = "Scratch memory, weights and optimiser state.",
        Formula = "scratch + persistent",
    };

    /// <summary>Scratch memory by role at the moment of the peak.</summary>
    public static readonly ImmutableArray<Column<RunResult>> AtPeak =
        [.. Roles(isPersistent: false).Select(role => ByRole(role, r => r.Memory.PeakByRole))];

    /// <summary>Persistent memory by role.</summary>
    public static readonly ImmutableArray<Column<RunResult>> Kept =
        [.. Roles(isPersistent: true).Select(role => ByRole(role, r => r.Memory.PersistentByRole))];

    /// <summary>All of them as results.json holds them.</summary>
    public static readonly JsonRecord<MemoryResult> Json = new(
        new(
            0, 0, 0, 0, false, ImmutableSortedDictionary<TensorRole, long>.Empty,
            ImmutableSortedDictionary<TensorRole, long>.Empty,
            "", []),
        Arena.Member, PeakLive.Member, Persistent.Member, Paper.Member, Fits.Member,
        JsonMember<MemoryResult>.Counts<TensorRole>("peakByRoleBytes", m => m.PeakByRole, (m, v) => m with { PeakByRole = v }),
        JsonMember<MemoryResult>.Counts<TensorRole>(
            "persistentByRoleBytes", m => m.PersistentByRole, (m, v) => m with { PersistentByRole = v }),
        PeakOperation.Member,
        JsonMember<MemoryResult>.Counts("timelineBytes", m => m.Timeline, (m, v) => m with { Timeline = v }) with
        {
            Description = "Live scratch bytes during each operation, in order.",
        });

    /// <summary>All that CSV holds.</summary>
    public static readonly ImmutableArray<Column<RunResult>> Csv =
    [
        Arena.Column, PeakLive.Column, Persistent.Column, Paper.Column, Fits.Column, PeakOperation.Column, .. AtPeak, .. Kept,
    ];

    /// <summary>Those that are compared.</summary>
    public static readonly ImmutableArray<Figure> Compared = [Arena, PeakLive, Persistent, Fits];

    private static IEnumerable<TensorRole> Roles(bool isPersistent) => Enum.GetValues<TensorRole>().Where(role =>
        isPersistent == role is TensorRole.FrozenWeight or TensorRole.TrainedWeight or TensorRole.OptimizerState);

    private static Column<RunResult> ByRole(
        TensorRole role, Func<RunResult, ImmutableSortedDictionary<TensorRole, long>> sizes) =>
        new(PlainText.Capital(role.Name()), r => sizes(r).GetValueOrDefault(role), "B", Column<RunResult>.BinaryBytes);
}
