using System.Collections.Immutable;
using NpuSim.Workloads.Data.Corruptions;

namespace NpuSim.Simulator.Studies;

/// <summary>One method in one scheme at one severity, over all corruptions of a study.</summary>
/// <param name="Scheme">Which parameters train.</param>
/// <param name="Severity">Severity, 1..5.</param>
/// <param name="Method">Method and format, as "qzo-ff:16w8a".</param>
/// <param name="ZeroShot">Mean accuracy before any training, 0..1; null where nothing trained.</param>
/// <param name="Final">Mean accuracy after the last step, 0..1; null where nothing trained.</param>
/// <param name="Spread">Root mean square, over the corruptions, of the sample standard deviation over the seeds; null
/// likewise.</param>
/// <param name="Gap">Mean of what it ends below the study's first method in the same scheme; negative where above; null for that
/// method itself.</param>
/// <param name="LargestGap">The largest of these gaps; null likewise.</param>
/// <param name="LargestAt">The corruption of the largest gap; null likewise.</param>
public sealed record CorruptionMean(
    string Scheme, int Severity, string Method, double? ZeroShot, double? Final, double? Spread, double? Gap, double? LargestGap,
    CorruptionKind? LargestAt)
{
    /// <summary>Means of a study, by scheme and rising severity; schemes and methods in the order in which the runs have
    /// them.</summary>
    /// <param name="runs">The runs of a study.</param>
    public static ImmutableArray<CorruptionMean> Of(ImmutableArray<CorruptedRun> runs) =>
    [
        .. runs.GroupBy(r => r.Run.Scheme)
            .SelectMany(scheme => scheme.GroupBy(r => r.Severity).OrderBy(severity => severity.Key))
            .SelectMany(cell => cell.GroupBy(r => Name(r.Run)).Select(method => Of([.. method], [.. cell]))),
    ];

    /// <summary>What a run ends below the study's first method for the same corruption and scheme, 0..1; null for that method and
    /// without accuracies.</summary>
    /// <param name="run">One of <paramref name="runs"/>.</param>
    /// <param name="runs">The runs of a study.</param>
    public static double? GapOf(CorruptedRun run, ImmutableArray<CorruptedRun> runs)
    {
        CorruptedRun first = runs.First(r => r.Kind == run.Kind && r.Severity == run.Severity && r.Run.Scheme == run.Run.Scheme);
        return ReferenceEquals(first, run) ? null : first.Run.Accuracy?.Mean - run.Run.Accuracy?.Mean;
    }

    /// <summary>A run's method as a user names it.</summary>
    public static string Name(RunResult run) => $"{run.Method}:{run.Format}";

    private static CorruptionMean Of(ImmutableArray<CorruptedRun> method, ImmutableArray<CorruptedRun> cell)
    {
        ImmutableArray<(double? Gap, CorruptionKind Kind)> gaps = [.. method.Select(r => (GapOf(r, cell), r.Kind))];
        (double? Gap, CorruptionKind Kind) largest = gaps.MaxBy(g => g.Gap ?? double.NegativeInfinity);
        double? variance = method.Average(r => r.Run.Accuracy is { } a ? a.Spread * a.Spread : null);
        return new(
            method[0].Run.Scheme, method[0].Severity, Name(method[0].Run),
            method.Average(r => r.Run.Accuracy?.ZeroShot.Average()), method.Average(r => r.Run.Accuracy?.Mean),
            variance is { } v ? Math.Sqrt(v) : null, gaps.Average(g => g.Gap), largest.Gap, largest.Gap is null
            ? null : largest.Kind);
    }
}
