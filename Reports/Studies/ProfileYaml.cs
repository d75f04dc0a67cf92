using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Studies;

/// <summary>A profile's YAML as a report shows it: whole, or in big sweeps as what differs from the first profile.</summary>
internal static class ProfileYaml
{
    private const int MostWhole = 40;

    /// <summary>The text for the profile at an index of the study.</summary>
    public static string Text(StudyResult study, int index)
    {
        ProfileSummary first = study.Profiles[0], profile = study.Profiles[index];
        string[] own = profile.Yaml.ReplaceLineEndings("\n").Split('\n'), other = first.Yaml.ReplaceLineEndings("\n").Split('\n');
        if (index < MostWhole || own.Length != other.Length)
            return profile.Yaml;
        IEnumerable<string> changed = own.Zip(other).Index().Where(l => l.Item.First != l.Item.Second)
            .Select(l => $"line {l.Index + 1}: {l.Item.First}\n");
        return $"As profile {first.Name}, but\n{string.Concat(changed)}";
    }
}
