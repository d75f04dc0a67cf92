using NpuSim.Reports.Studies;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Comparison;

/// <summary>Joins several studies into one, so that one report shows them side by side.</summary>
public static class SideBySide
{
    /// <summary>
    /// The profiles and runs of all studies. A profile that two studies share keeps its name where it is the same to the letter
    /// and no run of it appears twice; otherwise the later one is called "NAME (STUDY)".
    /// </summary>
    /// <param name="studies">The studies, each with a short name, as that of its folder.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static StudyResult Join(IReadOnlyList<(string Name, StudyResult Study)> studies)
    {
        if (studies.Count == 0)
            throw new ArgumentException("At least one study is needed.", nameof(studies));
        StudyResult first = studies[0].Study;
        if (studies.Count == 1)
            return first;

        Dictionary<string, ProfileSummary> profiles = [];
        HashSet<(string, string)> known = [];
        List<RunResult> runs = [];
        foreach ((string name, StudyResult study) in studies)
        {
            bool sameWorkload = study.Workload.Yaml == first.Workload.Yaml && study.Workload.Name == first.Workload.Name;
            foreach (ProfileSummary profile in study.Profiles)
            {
                RunResult[] own = [.. study.Runs.Where(r => r.Profile == profile.Name)];
                string called = profile.Name;
                bool shared = sameWorkload && (!profiles.TryGetValue(called, out ProfileSummary? other) || other == profile)
                    && !own.Any(r => known.Contains((called, r.Label())));
                for (int again = 1; !shared && (again == 1 || profiles.ContainsKey(called)); again++)
                    called = again == 1 ? $"{profile.Name} ({name})" : $"{profile.Name} ({name} {again})";
                profiles.TryAdd(called, profile with { Name = called });
                foreach (RunResult run in own)
                {
                    known.Add((called, run.Label()));
                    runs.Add(run with { Profile = called });
                }
            }
        }

        return first with
        {
            Command = string.Join(" ; ", studies.Select(s => s.Study.Command).Distinct()),
            Workload = Workload([.. studies.Select(s => s.Study.Workload).DistinctBy(w => (w.Name, w.Yaml))]),
            Profiles = [.. profiles.Values],
            Runs = [.. runs],
            IsComplete = studies.All(s => s.Study.IsComplete),
        };
    }

    private static WorkloadSummary Workload(WorkloadSummary[] workloads) => workloads.Length == 1
        ? workloads[0]
        : workloads[0] with
        {
            Name = string.Join(" and ", workloads.Select(w => w.Name).Distinct()),
            Description = string.Join("; ", workloads.Select(w => w.Description).Distinct()),
            Seeds = [.. workloads.SelectMany(w => w.Seeds).Distinct()],
            Yaml = string.Join("---\n", workloads.Select(w => w.Yaml)),
        };
}
