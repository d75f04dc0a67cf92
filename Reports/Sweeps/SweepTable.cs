using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Yaml;

namespace NpuSim.Reports.Sweeps;

/// <summary>The points of a design study as a table: what each is, then its figures.</summary>
internal static class SweepTable
{
    /// <summary>The columns of a study: a key of the profile has one where some point sets it.</summary>
    public static Table<SweepRow> Of(SweepSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        ImmutableArray<string> goals = space.Asked.Goals;
        SweepPoint first = space[space.Points[0]];
        Dictionary<SweepTask, string> methods = space.AllTasks.ToDictionary(t => t, t => t.Method.ToString());
        return new("Points",
        [
            new("Point", r => Name(r.Id), Meaning: "A hash of all that decides the figures."),
            new("Profile", r => r.Point.Base.Name),
            .. space.Paths.Select(p => Key(first.Profile, p)),
            new("Network", r => r.Point.Task.Network.Name),
            new("Batch", r => r.Point.Task.Batch, Format: "D"),
            new("Method", r => methods[r.Point.Task]),
            new("Scheme", r => r.Point.Task.SchemeName),
            new("Values", Source,
                Meaning: "Where the accuracy comes from: trained, the trainings of a point that provably gives the same run, or "
                    + "nothing was trained."),
            new("Accuracy before", r => 100 * r.Values?.ZeroShot, "%", "F1",
                Meaning: "Before any training, in the arithmetic of the method."),
            new("Accuracy", r => 100 * r.Values?.Accuracy?.Mean, "%", "F1", Meaning: "Mean over the seeds."),
            new("Spread", r => 100 * r.Values?.Accuracy?.Spread, "%", "F1", Meaning: "Sample standard deviation over the seeds."),
            new("Overflowed", r => 100 * r.Values?.OverflowedShare, "%", "F3",
                Meaning: "Accumulations whose partial sum left the accumulator."),
            new("Diverged", r => r.Values?.Diverged, Format: "D",
                Meaning: "Seeds that diverged, over which no accuracy is taken."),
            .. goals.IsDefaultOrEmpty ? Enumerable.Empty<Column<SweepRow>>()
                : [new("On the front", r => r.IsOnFront,
                    Meaning: $"No point of its network and batch is as good in all of {string.Join(", ", goals)} and better in "
                        + $"one.")],
            new("Trained parameters", r => r.Price.TrainedParameters, Format: "D"),
            new("Scratch", r => r.Price.ArenaBytes, "B", Column<SweepRow>.BinaryBytes,
                Meaning: "Scratch memory as it is laid out."),
            new("Peak live", r => r.Price.PeakLiveBytes, "B", Column<SweepRow>.BinaryBytes, Meaning: "No layout needs less."),
            new("Persistent", r => r.Price.PersistentBytes, "B", Column<SweepRow>.BinaryBytes,
                Meaning: "Weights and optimiser state."),
            new("Fits", r => r.Price.FitsScratchpad, Meaning: "Whether the scratch memory fits the scratchpad."),
            new("Area", r => AreaEstimate.SquareMillimetres(r.Point.Profile), "mm²", "F3",
                Meaning: "An estimate at 45 nm of multipliers, adders, registers, scratchpad and accumulator memory alone."),
            new("Cycles", r => r.Price.Cost?.Cycles, Format: Column<SweepRow>.PrefixOnly),
            new("Compute cycles", r => r.Price.Cost?.ComputeCycles, Format: Column<SweepRow>.PrefixOnly),
            new("Waiting cycles", r => r.Price.Cost?.ExposedTransferCycles, Format: Column<SweepRow>.PrefixOnly),
            new("Time", r => r.Price.Cost?.Seconds, "s", Column<SweepRow>.MetricPrefix),
            new("Energy", r => r.Price.Cost?.EnergyJoules, "J", Column<SweepRow>.MetricPrefix),
            new("Scratchpad traffic", r => r.Price.Cost?.ScratchpadTrafficBytes, "B", Column<SweepRow>.BinaryBytes),
            new("Off-chip traffic", r => r.Price.Cost?.DramTrafficBytes, "B", Column<SweepRow>.BinaryBytes),
            new("Utilization", r => r.Price.Cost?.Utilization, Format: "P1"),
            new("Not runnable", r => r.Price.NotRunnable, Meaning: "Why the accelerator cannot run it."),
        ]);
    }

    /// <summary>The values of every row, in the order of the columns: what several writers read.</summary>
    public static ImmutableArray<object?[]> Cells(Table<SweepRow> table, IEnumerable<SweepRow> rows) =>
        [.. rows.Select(r => table.Columns.Select(c => c.Value(r)).ToArray())];

    /// <summary>The same columns over <see cref="Cells"/>.</summary>
    public static Table<object?[]> OverCells(Table<SweepRow> table) =>
        new(table.Title, [.. table.Columns.Select((c, i) =>
            new Column<object?[]>(c.Header, cells => cells[i], c.Unit, c.Format, Meaning: c.Meaning))]);

    /// <summary>A point's identity as people and files call it.</summary>
    public static string Name(UInt128 id) => $"{id:x32}"[..16];

    private static string Source(SweepRow row) => row.Values is not { } values ? "cost only" : values.Of == row.Id ? "trained"
        : $"equal to {Name(values.Of)}";

    private static Column<SweepRow> Key(HardwareProfile profile, string path)
    {
        Leaf? first = YamlRecord.Find(profile, path);
        string? unit = first?.Unit, plain = first?.Number is null ? null : "G";
        return new(path, r => YamlRecord.Find(r.Point.Profile, path) is not { Value: not null } leaf ? null
            : leaf.Number is not null ? leaf.Value : leaf.Text, unit,
            unit == "B" ? Column<SweepRow>.BinaryBytes : unit is "B/s" or "Hz" or "W" ? Column<SweepRow>.MetricPrefix : plain);
    }
}
