using System.Collections.Immutable;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies.Decisions;

/// <summary>How verdicts are found, and how they are shown without colour.</summary>
internal static class Verdicts
{
    /// <summary>A training learns when it ends this much above where it began and above what the seeds spread, as a
    /// fraction.</summary>
    public const double LeastGain = 0.005;

    /// <summary>All of them with their sign on terminals, their word and what they mean.</summary>
    public static readonly ImmutableArray<(Verdict Verdict, char Sign, string Word, string Meaning)> All =
    [
        (Verdict.Best, '*', "best", "the most accurate that runs, fits and learns"),
        (Verdict.TradeOff, '+', "trade-off", "less accurate than the best, but better in another figure"),
        (Verdict.Dominated, '-', "dominated",
            "another that runs, fits and learns is at least as good in accuracy, scratch, time and energy, and better in one"),
        (Verdict.LearnsNothing, '0', "learns nothing", "training does not raise its accuracy by more than half a point and more "
            + "than the seeds spread"),
        (Verdict.DoesNotFit, '!', "does not fit", "its scratch memory exceeds the profile's scratchpad"),
        (Verdict.DoesNotRun, 'x', "does not run", "the profile cannot run it at all"),
        (Verdict.NoAccuracy, '?', "no accuracy", "nothing was trained to the end"),
    ];

    /// <summary>The word for a verdict.</summary>
    public static string Word(this Verdict verdict) => All.First(v => v.Verdict == verdict).Word;

    /// <summary>The sign for a verdict.</summary>
    public static char Sign(this Verdict verdict) => All.First(v => v.Verdict == verdict).Sign;

    /// <summary>Whether training made a run better.</summary>
    public static bool Learns(this RunResult run) => run.Accuracy is { } a && double.IsFinite(a.Mean)
        && (a.ZeroShotMean() is not { } before || a.Mean - before > Math.Max(LeastGain, a.Spread));

    /// <summary>The verdict on each of the runs of one profile in one scheme, in their order.</summary>
    public static ImmutableArray<Verdict> Of(IReadOnlyList<RunResult> runs)
    {
        RunResult[] usable = [.. runs.Where(r => Alone(r) is null)];
        RunResult? best = usable.OrderByDescending(r => r.Accuracy!.Mean).ThenBy(r => r.Memory.ArenaBytes).FirstOrDefault();
        return
        [
            .. runs.Select(run => Alone(run) ?? (ReferenceEquals(run, best) ? Verdict.Best
                : usable.Any(other => Dominates(other, run)) ? Verdict.Dominated : Verdict.TradeOff)),
        ];
    }

    // The verdict that needs no other run; null where it depends on them.
    private static Verdict? Alone(RunResult run) =>
        run.NotRunnable is not null || run.Cost is null ? Verdict.DoesNotRun
        : run.Accuracy is not { } accuracy || !double.IsFinite(accuracy.Mean) ? Verdict.NoAccuracy
        : !run.Memory.FitsScratchpad ? Verdict.DoesNotFit
        : !run.Learns() ? Verdict.LearnsNothing
        : null;

    private static bool Dominates(RunResult a, RunResult b)
    {
        ReadOnlySpan<int> signs =
        [
            a.Accuracy!.Mean.CompareTo(b.Accuracy!.Mean), b.Memory.ArenaBytes.CompareTo(a.Memory.ArenaBytes),
            b.Cost!.Cycles.CompareTo(a.Cost!.Cycles), b.Cost.EnergyJoules.CompareTo(a.Cost.EnergyJoules),
        ];
        return !signs.ContainsAnyInRange(int.MinValue, -1) && signs.ContainsAnyInRange(1, int.MaxValue);
    }
}
