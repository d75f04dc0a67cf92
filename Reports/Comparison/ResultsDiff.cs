using System.Collections.Immutable;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Comparison;

/// <summary>What changed from one study to another. Runs are the same when profile, method, format and scheme are.</summary>
/// <param name="Circumstances">What differs in workload, profiles and program, one sentence each.</param>
/// <param name="Changes">Every figure that differs, in the order of the first study.</param>
/// <param name="Removed">Runs that only the first study has, as "PROFILE, METHOD".</param>
/// <param name="Added">Runs that only the second study has.</param>
public sealed record ResultsDiff(
    ImmutableArray<string> Circumstances, ImmutableArray<Change> Changes, ImmutableArray<string> Removed,
    ImmutableArray<string> Added)
{
    /// <summary>The changes as a table.</summary>
    public static readonly Table<Change> Table = new("What changed",
        new("Profile", c => c.Profile),
        new("Method", c => c.Method),
        new("Figure", c => c.Metric.Name),
        new("Before", c => c.ShowBefore),
        new("After", c => c.ShowAfter),
        new("Change", c => c.Movement));

    /// <summary>True when nothing differs.</summary>
    public bool IsEmpty => Circumstances.IsEmpty && Changes.IsEmpty && Removed.IsEmpty && Added.IsEmpty;

    /// <summary>Compares two studies.</summary>
    public static ResultsDiff Between(StudyResult before, StudyResult after)
    {
        Dictionary<string, RunResult> first = Keyed(before), second = Keyed(after);
        return new(
            [.. CircumstancesOf(before, after)],
            [.. first.Where(r => second.ContainsKey(r.Key)).SelectMany(r => Differences(r.Value, second[r.Key]))],
            [.. first.Keys.Where(k => !second.ContainsKey(k))],
            [.. second.Keys.Where(k => !first.ContainsKey(k))]);
    }

    /// <summary>What identifies a run in a study.</summary>
    internal static string Key(RunResult run) => $"{run.Profile}, {run.Label()}";

    /// <summary>The runs by key; a repeated one gets a number.</summary>
    internal static Dictionary<string, RunResult> Keyed(StudyResult study)
    {
        Dictionary<string, RunResult> runs = [];
        foreach (RunResult run in study.Runs)
        {
            string key = Key(run);
            for (int again = 2; !runs.TryAdd(key, run); again++)
                key = $"{Key(run)} #{again}";
        }

        return runs;
    }

    private static IEnumerable<Change> Differences(RunResult before, RunResult after) =>
        from metric in Metric.All
        where metric.Compares(before, after)
        let change = new Change(before.Profile, before.Label(), metric, metric.Value(before), metric.Value(after))
        where !Nullable.Equals(change.Before, change.After) // NaN equals NaN here
        select change;

    private static IEnumerable<string> CircumstancesOf(StudyResult before, StudyResult after)
    {
        if (before.Tool != after.Tool)
            yield return $"The program was {before.Tool}, now {after.Tool}.";
        if (before.Workload.Name != after.Workload.Name)
            yield return $"The workload was {before.Workload.Name}, now {after.Workload.Name}.";
        else if (before.Workload.Yaml != after.Workload.Yaml)
            yield return $"The workload {after.Workload.Name} has changed.";
        if (!before.Workload.Seeds.SequenceEqual(after.Workload.Seeds))
            yield return $"The seeds were {string.Join(", ", before.Workload.Seeds)}, now "
                + $"{string.Join(", ", after.Workload.Seeds)}.";
        if (before.IsComplete != after.IsComplete)
            yield return after.IsComplete ? "The study was interrupted, now it is complete."
                : "The study was complete, now it was interrupted.";
        Dictionary<string, ProfileSummary> profiles = after.Profiles.DistinctBy(p => p.Name).ToDictionary(p => p.Name);
        foreach (ProfileSummary profile in before.Profiles)
        {
            if (profiles.TryGetValue(profile.Name, out ProfileSummary? now) && now.Yaml != profile.Yaml)
                yield return $"The profile {profile.Name} has changed.";
        }

        Dictionary<string, RunResult> later = Keyed(after);
        foreach ((string key, RunResult run) in Keyed(before))
        {
            if (later.TryGetValue(key, out RunResult? other) && (run.FaultText() ?? other.FaultText()) is not null
                && run.Outcome() != other.Outcome())
                yield return $"{key}: was {run.Outcome()}, now {other.Outcome()}.";
        }
    }
}
