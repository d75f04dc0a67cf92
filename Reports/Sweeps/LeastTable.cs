using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Reports.Sweeps;

/// <summary>The least values that work, each with its evidence.</summary>
internal static class LeastTable
{
    /// <summary>Its columns.</summary>
    /// <param name="keys">The keys that were asked for.</param>
    public static Table<LeastAnswer> Of(IReadOnlyList<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Table<LeastAnswer> table = new("The least that works",
            new("Given", a => a.Given),
            new($"Least {keys[0]}", a => a.Least?.Value ?? "none"),
            new("Figures there", a => a.Least?.Figures),
            new("Point", a => a.Least is { } least ? SweepTable.Name(least.Row.Id) : null),
            new("Tried", a => $"{a.Trials.Length} of {a.Values}"),
            new("Monotone", a => a.IsMonotone,
                Meaning: "Among the values tried: with every greater one the conditions hold too."),
            new("Evidence", a => string.Join("; ",
                a.Trials.Select(t => $"{t.Value} {(t.Holds ? "holds" : "fails")} ({t.Figures})"))));
        return keys.Count == 1 ? table : table with
        {
            Columns = table.Columns.Insert(2,
                new("On the front", a => a.IsOnFront, Meaning: $"No smaller or equal {keys[1]} needs as little.")),
        };
    }
}
