using System.Collections.Immutable;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>One figure of a reference and ours.</summary>
/// <param name="Name">Which row it is.</param>
/// <param name="Ours">Cycles of the cost model.</param>
/// <param name="Theirs">Cycles of the reference.</param>
/// <param name="IsFitted">True: constants of the profile were fitted on it.</param>
internal sealed record ReferenceRow(string Name, double Ours, double Theirs, bool IsFitted = false)
{
    public double Error => Math.Abs((Ours / Theirs) - 1);
}

/// <summary>A line of the table in docs/timing.md.</summary>
/// <param name="Name">Reference.</param>
/// <param name="Kind">Silicon, RTL, emulator or estimator.</param>
/// <param name="Rows">Its rows.</param>
internal sealed record Reference(string Name, string Kind, IReadOnlyList<ReferenceRow> Rows)
{
    /// <summary>Shipped profiles that it checks.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    public double Median => (Sorted[(Rows.Count - 1) / 2] + Sorted[Rows.Count / 2]) / 2;

    public double Worst => Sorted[^1];

    private double[] Sorted => [.. Rows.Select(r => r.Error).Order()];
}
