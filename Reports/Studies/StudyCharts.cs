using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>
/// The charts of a study: those over all profiles first, then those of each profile, in the order of the study.
/// </summary>
internal static class StudyCharts
{
    /// <summary>Profiles that get charts of their own; a sweep over more of them has the others in its tables.</summary>
    public const int MostProfiles = 12;

    /// <summary>Builds them all.</summary>
    public static ImmutableArray<StudyChart> Of(StudyResult study)
    {
        ImmutableArray<StudyChart>.Builder charts = ImmutableArray.CreateBuilder<StudyChart>();
        if (study.Runs.IsEmpty)
            return [];
        charts.AddRange(Overview(study, "scratch-memory", MemoryCharts.Scratch));
        if (study.Runs.Any(r => r.Accuracy is not null))
            charts.AddRange(Overview(study, "accuracy", rows => AccuracyCharts.Accuracy(study, rows)));
        charts.AddRange(Overview(study, "total-memory", MemoryCharts.Total));
        foreach ((int index, ProfileSummary profile) in study.Profiles.Take(MostProfiles).Index())
            charts.AddRange(OfProfile(study, profile, $"{index + 1}-{Slug.Of(profile.Name)}"));
        return charts.ToImmutable();
    }

    /// <summary>
    /// Those that are shown first, in the order in which they answer: scratch memory, accuracy against it, where cycles go,
    /// memory during a step and training loss, these on the profile with most to compare; then where accumulators overflowed
    /// most.
    /// </summary>
    public static ImmutableArray<StudyChart> First(StudyResult study, ImmutableArray<StudyChart> charts)
    {
        string? shown = study.Profiles.Take(MostProfiles)
            .MaxBy(p => ParetoChart.Points(study.Runs.Where(r => r.Profile == p.Name)).Length)?.Name;
        string? worst = study.Runs.Where(r => r.Numerics is { } n && n.Overflowed() > 0)
            .MaxBy(r => r.Numerics!.OverflowShare())?.Profile;
        return
        [
            .. new[]
            {
                charts.FirstOrDefault(c => c.Profile is null), First("pareto", shown), First("cycles", shown),
                First("timeline", shown), First("loss", shown), First("overflow", worst),
            }.OfType<StudyChart>(),
        ];

        StudyChart? First(string kind, string? profile) => profile is null ? null : charts.FirstOrDefault(c =>
            c.Profile == profile && c.Name.StartsWith(kind + "-", StringComparison.Ordinal));
    }

    private static IEnumerable<StudyChart> OfProfile(StudyResult study, ProfileSummary profile, string slug)
    {
        RunResult[] runs = [.. study.Runs.Where(r => r.Profile == profile.Name).Take(RunRows.MostRuns)];
        MethodColors colors = new(study);
        if (runs.Any(r => r.Cost is not null))
            yield return new($"cycles-{slug}", profile.Name, CostCharts.Cycles(profile, runs));
        if (runs.Any(r => r.Cost is { Cycles: > 0, Layers.IsEmpty: false }))
            yield return new($"layers-{slug}", profile.Name, CostCharts.Layers(profile, runs));
        if (RooflineChart.Build(profile, runs, colors) is { } roofline)
            yield return new($"roofline-{slug}", profile.Name, roofline);
        if (ParetoChart.Points(runs).Length > 1)
            yield return new($"pareto-{slug}", profile.Name, ParetoChart.Build(profile, runs));
        foreach ((int index, IGrouping<string, RunResult> scheme) in runs.GroupBy(r => r.Scheme).Index())
        {
            string name = $"{slug}-{index + 1}-{Slug.Of(scheme.Key)}";
            RunResult[] some = [.. scheme.Take(RunRows.MostLines)];
            if (some.Any(r => r.Memory.Timeline.Length > 1))
                yield return new($"timeline-{name}", profile.Name, MemoryCharts.Timeline(profile, scheme.Key, some, colors));
            if (some.Any(r => r.Accuracy is { LossSteps.Length: > 1 }))
                yield return new($"loss-{name}", profile.Name, AccuracyCharts.Loss(profile, scheme.Key, some, colors));
        }

        if (runs.Any(r => r.Numerics is { } n && n.Overflowed() > 0))
            yield return new($"overflow-{slug}", profile.Name, CostCharts.Overflow(profile, runs));
    }

    private static IEnumerable<StudyChart> Overview(StudyResult study, string name, Func<RunRows, Chart> build) =>
        RunRows.Pages(study).Select((rows, page) => new StudyChart(page == 0 ? name : $"{name}-{page + 1}", null, build(rows)));
}
