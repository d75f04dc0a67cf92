using System.Collections.Immutable;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>Says in sentences what a study found. Every figure in them is one of the study's.</summary>
public static class Findings
{
    /// <summary>A method is as good as the best when its accuracy is at most this much below, as a fraction.</summary>
    public const double CloseEnough = 0.03;

    /// <summary>From this share on, updates that rounded to nothing are a finding, 0..1.</summary>
    public const double ManyRoundedAway = 0.5;

    /// <summary>From this share on, directions with equal losses are a finding, 0..1.</summary>
    public const double ManyTied = 0.1;

    private const int MostNamed = 10;

    /// <summary>All findings, by kind and then in the order of the study.</summary>
    public static ImmutableArray<Finding> Of(StudyResult study)
    {
        ILookup<string, RunResult> runs = study.Runs.ToLookup(r => r.Profile);
        List<Found> findings = [];
        if (!study.IsComplete)
            findings.Add(new(FindingKind.Incomplete, null, "The study was interrupted: runs, or seeds of runs, are missing."));
        foreach (ProfileSummary profile in study.Profiles.Where(p => runs.Contains(p.Name)))
        {
            findings.AddRange(Choice(profile, runs[profile.Name]));
            findings.AddRange(runs[profile.Name].SelectMany(run => Comparison(run, runs[profile.Name])));
            findings.Add(Fit(profile, [.. runs[profile.Name]]));
            findings.AddRange(NotRunnable(runs[profile.Name]));
            findings.AddRange(runs[profile.Name].SelectMany(Faults));
            findings.AddRange(runs[profile.Name].SelectMany(Rounding));
        }

        findings.AddRange(Cycles(study, runs));
        findings.AddRange(Overflow(study));
        return [.. Merge(findings, study.Profiles.Length).OrderBy(f => f.Kind)];
    }

    /// <summary>One sentence for what is the same on several profiles.</summary>
    private static IEnumerable<Finding> Merge(IEnumerable<Found> findings, int all) =>
        from found in findings
        group found by (found.Kind, found.Text) into same
        let profiles = same.Select(f => f.Profile).OfType<string>().Distinct().ToArray()
        let place = profiles.Length == all && all > 2 ? $"all {all} profiles" : List(Few(profiles))
        select new Finding(same.Key.Kind, profiles.Length == 0 ? same.Key.Text : $"On {place}, {same.Key.Text}");

    private static string[] Few(string[] profiles) =>
        profiles.Length <= MostNamed
            ? profiles
            : [.. profiles.Take(MostNamed - 1), $"{profiles.Length - MostNamed + 1} other profiles"];

    /// <summary>
    /// The backpropagation run that a run is compared with, of the same profile and scheme: the first that runs and was trained,
    /// else the first that was trained, else the first; null where there is none.
    /// </summary>
    public static RunResult? Reference(RunResult run, IEnumerable<RunResult> ofProfile)
    {
        RunResult[] candidates = [.. ofProfile.Where(r => r.IsBackpropagation() && r.Scheme == run.Scheme)];
        return candidates.FirstOrDefault(r => r is { NotRunnable: null, Accuracy: not null })
            ?? candidates.FirstOrDefault(r => r.Accuracy is not null)
            ?? candidates.FirstOrDefault();
    }

    private static IEnumerable<Found> Choice(ProfileSummary profile, IEnumerable<RunResult> runs)
    {
        RunResult[] usable = [.. runs.Where(r => r is { NotRunnable: null, Accuracy: not null }
            && double.IsFinite(r.Accuracy.Mean))];
        RunResult[] fitting = [.. usable.Where(r => r.Memory.FitsScratchpad)];
        if (usable.Length < 2)
            yield break;
        if (fitting.Length == 0)
        {
            yield return new(FindingKind.Choice, profile.Name,
                $"no method fits the {Quantity.Bytes(profile.ScratchpadBytes)} scratchpad.");
            yield break;
        }

        RunResult best = fitting.MaxBy(r => r.Accuracy!.Mean)!;
        RunResult least = fitting.Where(r => r.Accuracy!.Mean >= best.Accuracy!.Mean - CloseEnough)
            .MinBy(r => r.Memory.ArenaBytes)!;
        string text = $"the most accurate method that fits the {Quantity.Bytes(profile.ScratchpadBytes)} scratchpad is "
            + $"{best.InSentence()} with {best.Accuracy!.AccuracyPercent()} % in {Quantity.Bytes(best.Memory.ArenaBytes)}";
        text += least == best
            ? "; none within 3 points of it needs less scratch memory."
            : $"; within 3 points of it, {least.InSentence()} needs least scratch memory: {least.Accuracy!.AccuracyPercent()} % "
                + "in "
                + $"{Quantity.Bytes(least.Memory.ArenaBytes)}.";
        yield return new(FindingKind.Choice, profile.Name, text);
    }

    private static IEnumerable<Found> Comparison(RunResult run, IEnumerable<RunResult> ofProfile)
    {
        if (run.IsBackpropagation() || Reference(run, ofProfile) is not { } reference)
            yield break;
        string text = $"{run.InSentence()} needs {Quantity.Bytes(run.Memory.ArenaBytes)} of scratch memory where "
            + $"BP {reference.Format} needs {Quantity.Bytes(reference.Memory.ArenaBytes)} "
            + $"({Times(run.Memory.ArenaBytes, reference.Memory.ArenaBytes, "less", "more")}";
        text += reference.NotRunnable is null ? ")" : "; it does not run there)";
        if (run.Accuracy is { } own && reference.Accuracy is { } other)
            text += $" and ends {Points(own, other)} ({own.AccuracyPercent()} % against {other.AccuracyPercent()} "
                + $"%{Before(own)})";
        yield return new(FindingKind.Comparison, run.Profile, text + ".");
    }

    /// <summary>One sentence per method and scheme over all profiles on which both it and backpropagation run.</summary>
    private static IEnumerable<Found> Cycles(StudyResult study, ILookup<string, RunResult> runs) =>
        from run in study.Runs
        where !run.IsBackpropagation() && run.Cost is not null
        let reference = Reference(run, runs[run.Profile])
        where reference?.Cost is not null
        group (Run: run, Reference: reference) by (Run: run.InSentence(), Reference: reference.Format) into same
        let parts = same.Select(s => $"{Times(s.Run.Cost!.Cycles, s.Reference.Cost!.Cycles, "fewer", "more")} on {s.Run.Profile} "
            + $"({Quantity.Metric(s.Run.Cost.Cycles)} against {Quantity.Metric(s.Reference.Cost.Cycles)})")
        select new Found(
            FindingKind.Cycles, null,
            $"Cycles of one step of {same.Key.Run} against BP {same.Key.Reference}: {List(Few([.. parts]))}.");

    private static Found Fit(ProfileSummary profile, RunResult[] runs)
    {
        string size = Quantity.Bytes(profile.ScratchpadBytes);
        string[] over = [.. runs.Where(r => !r.Memory.FitsScratchpad)
            .Select(r => $"{r.InSentence()} with {Quantity.Bytes(r.Memory.ArenaBytes)}")];
        return new(FindingKind.Fit, profile.Name, over.Length switch
        {
            0 => $"every method fits the {size} scratchpad.",
            > 8 => $"{over.Length} of {runs.Length} methods do not fit the {size} scratchpad.",
            _ => $"{List(over)} {(over.Length == 1 ? "does" : "do")} not fit the {size} scratchpad.",
        });
    }

    private static IEnumerable<Found> NotRunnable(IEnumerable<RunResult> runs) =>
        from run in runs
        where run.NotRunnable is not null
        group run by (run.Profile, run.NotRunnable) into same
        select new Found(
            FindingKind.NotRunnable, same.Key.Profile,
            $"{List([.. same.Take(8).Select(r => r.InSentence())])}{(same.Count() > 8 ? " and others" : "")} "
            + $"{(same.Count() == 1 ? "does" : "do")} not run: {same.Key.NotRunnable!.TrimEnd('.')}.");

    private static IEnumerable<Found> Faults(RunResult run) =>
        run.FaultReasons().Select(reason =>
            new Found(FindingKind.Fault, run.Profile, $"{run.InSentence()}, {reason.TrimEnd('.')}."));

    private static IEnumerable<Found> Rounding(RunResult run)
    {
        if (run.Numerics is not { } numerics)
            yield break;
        List<string> facts = [];
        int still = numerics.UnperturbedTensors(), all = numerics.Epsilon.Length;
        if (still > 0)
            facts.Add($"ε rounds to 0 steps in {Tensors(still, all)} never perturbed");
        if (numerics.RoundedAwayShare >= ManyRoundedAway)
            facts.Add($"{Quantity.Share(numerics.RoundedAwayShare)} of the non-zero weight updates rounded to nothing");
        if (numerics.TiedLossShare >= ManyTied)
            facts.Add($"{Quantity.Share(numerics.TiedLossShare)} of the directions gave two equal losses");
        if (facts.Count == 0)
            yield break;
        string moved = run.Accuracy is { } accuracy && accuracy.ZeroShotMean() is { } zero
            ? $"; accuracy went from {Quantity.Percent(zero)} % to {accuracy.AccuracyPercent()} %"
            : "";
        yield return new(FindingKind.Rounding, run.Profile, $"with {run.InSentence()}, {string.Join(", and ", facts)}{moved}.");
    }

    private static IEnumerable<Found> Overflow(StudyResult study)
    {
        RunResult[] counted = [.. study.Runs.Where(r => r.Numerics is not null)];
        RunResult[] overflowed = [.. counted.Where(r => r.Numerics!.Overflowed() > 0)];
        if (counted.Length > 0 && overflowed.Length == 0)
            yield return new(FindingKind.Overflow, null, "No accumulation overflowed in any fixed-point run.");
        ILookup<string, RunResult> clean = counted.Where(r => r.Numerics!.Overflowed() == 0 && r.Accuracy is not null).ToLookup(
            r => r.Label());
        foreach (RunResult run in overflowed)
        {
            LayerOverflow worst = run.Numerics!.Layers.MaxBy(l => l.OverflowShare())!;
            string text = $"with {run.InSentence()}, {Quantity.Share(run.Numerics.OverflowShare())} of the accumulations left "
                + "the "
                + $"accumulator, most in {worst.Layer} ({Quantity.Share(worst.OverflowShare())})";
            if (run.Accuracy is { } accuracy)
            {
                text += $"; it ends at {accuracy.AccuracyPercent()} %";
                if (clean[run.Label()].FirstOrDefault() is { } other)
                    text += $", on {other.Profile}, where none did, at {other.Accuracy!.AccuracyPercent()} %";
            }

            yield return new(FindingKind.Overflow, run.Profile, text + ".");
        }
    }

    private static string Points(AccuracyResult own, AccuracyResult other)
    {
        double points = 100 * (own.Mean - other.Mean),
            spread = 100 * Math.Sqrt((own.Spread * own.Spread) + (other.Spread * other.Spread));
        if (!double.IsFinite(points))
            return "without an accuracy to compare";
        string text = Math.Abs(points) < 0.05 ? "level"
            : $"{Quantity.Fixed(Math.Abs(points), 1)} points {(points < 0 ? "lower" : "higher")}";
        return Math.Abs(points) >= 0.05 && Math.Abs(points) <= spread ? text + ", no more than the seeds spread" : text;
    }

    private static string Before(AccuracyResult accuracy) =>
        accuracy.ZeroShotMean() is { } zero ? $"; {Quantity.Percent(zero)} % before training" : "";

    private static string Times(double own, double other, string less, string more) => (own / other) switch
    {
        > 0.95 and < 1.05 => "about the same",
        <= 0.95 => $"{Quantity.Ratio(other, own)} {less}",
        _ => $"{Quantity.Ratio(own, other)} {more}",
    };

    private static string Tensors(int still, int all) => (still, all) switch
    {
        (_, 1) => "the only trained tensor, which is",
        (1, _) => $"1 of {all} trained tensors, which is",
        _ => $"{(still == all ? $"all {all}" : $"{still} of {all}")} trained tensors, which are",
    };

    private static string List(string[] parts) => parts.Length < 2
        ? string.Concat(parts)
        : $"{string.Join(", ", parts.Take(parts.Length - 1))} and {parts[^1]}";

    /// <param name="Kind">What it is about.</param>
    /// <param name="Profile">The profile it holds on; null: all.</param>
    /// <param name="Text">The sentence after "On PROFILE, ".</param>
    private readonly record struct Found(FindingKind Kind, string? Profile, string Text);
}
