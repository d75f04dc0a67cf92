using System.Collections.Immutable;
using NpuSim.Yaml;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>What one knob does to one figure, all else averaged.</summary>
/// <param name="Network">The network.</param>
/// <param name="Figure">A goal of the study.</param>
/// <param name="Knob">A key of the profile (the first of several that change together), or profile, batch, method or
/// scheme.</param>
/// <param name="Levels">How many values it has.</param>
/// <param name="Ratio">Geometric mean of the figure at its worst value over that at its best.</param>
/// <param name="Share">Share of the variance of the logarithm of the figure that its value alone explains, 0..1.</param>
public sealed record KnobEffect(string Network, string Figure, string Knob, int Levels, double Ratio, double Share);

/// <summary>
/// Which knob matters. On a whole grid every value of a knob meets the same values of all others, so that the means over them
/// compare, and the
/// variance of the means is the knob's own part of the whole; the rest is what knobs do together.
/// </summary>
public static class KnobEffects
{
    /// <summary>
    /// Every knob's effect on every goal, the largest share first; nothing for a network whose points are no whole grid of
    /// positive figures.
    /// </summary>
    /// <param name="space">The study.</param>
    /// <param name="rows">Its points.</param>
    public static ImmutableArray<KnobEffect> Of(SweepSpace space, IReadOnlyList<SweepRow> rows)
    {
        ArgumentNullException.ThrowIfNull(space);
        (string Name, Func<SweepRow, string> Level)[] knobs =
        [
            ("profile", r => r.Point.Base.Name),
            .. space.Knobs.Select(k =>
                (k.Paths[0], (Func<SweepRow, string>)(r => YamlRecord.Find(r.Point.Profile, k.Paths[0])?.Text ?? ""))),
            ("batch", r => $"{r.Point.Task.Batch}"), ("method", r => r.Point.Task.Method.ToString()),
                ("scheme", r => r.Point.Task.SchemeName),
        ];
        return
        [
            .. from network in rows.GroupBy(r => r.Point.Task.Network.Name)
               from figure in space.Asked.Goals.OrEmpty()
               from effect in Of(network.Key, figure, [.. network], knobs)
               select effect,
        ];
    }

    private static IEnumerable<KnobEffect> Of(string network, string figure, SweepRow[] rows,
        (string Name, Func<SweepRow, string> Level)[] knobs)
    {
        double?[] values = [.. rows.Select(r => ParetoFront.Value(r, figure))];
        string[][] levels = [.. knobs.Select(k => rows.Select(k.Level).ToArray())];
        int[] counts = [.. levels.Select(l => l.Distinct().Count())];
        if (values.Any(v => v is not > 0) || counts.Aggregate(1L, (n, c) => n * c) != rows.Length)
            return [];
        double[] logs = [.. values.Select(v => Math.Log(v!.Value))];
        double mean = logs.Average(), variance = logs.Average(l => (l - mean) * (l - mean));
        return Enumerable.Range(0, knobs.Length).Where(k => counts[k] > 1).Select(k =>
        {
            double[] means = [.. logs.Zip(levels[k]).GroupBy(p => p.Second).Select(g => g.Average(p => p.First))];
            double own = means.Average(m => (m - mean) * (m - mean));
            return new KnobEffect(network, figure, knobs[k].Name, counts[k], Math.Exp(means.Max() - means.Min()), variance > 0
                ? own / variance : 0);
        }).OrderByDescending(e => e.Share).ThenBy(e => e.Knob, StringComparer.Ordinal);
    }
}
