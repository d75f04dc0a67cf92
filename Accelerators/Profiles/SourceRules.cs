using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>Every constant of a profile has a source: its own key in <c>sources</c>, or that of a group around it.</summary>
internal static class SourceRules
{
    private const string Citation = "a citation, or the word assumed and why";

    public static IEnumerable<Problem> Problems(HardwareProfile profile)
    {
        string[] constants = [.. YamlRecord.Leaves(profile).Where(IsConstant)];
        string[] groups = [.. constants.SelectMany(Around).Distinct()];
        foreach ((string path, string source) in profile.Sources)
        {
            if (!groups.Contains(path))
            {
                yield return new Problem($"sources.{path}",
                    $"this profile has no such key{Suggestion.For(path, groups)}; accepted are paths like engine.rows");
            }

            if (string.IsNullOrWhiteSpace(source))
                yield return new Problem($"sources.{path}", $"the source is empty; accepted is {Citation}");
        }

        string[] bare = [.. constants.Where(p => profile.SourceOf(p) is null)];
        // One problem for the widest group without any source, not one for each key in it.
        bool HasNone(string group) => constants.Where(c => IsIn(c, group)).All(bare.Contains);
        foreach (string path in bare.Select(p => Around(p).Last(HasNone)).Distinct())
            yield return new Problem(path, $"no source; accepted is {Citation}, under sources.{path}");
    }

    private static bool IsConstant(string path) => path is not ("name" or "description") && !IsIn(path, "sources");

    /// <summary>The path itself and every group around it, the widest last.</summary>
    private static IEnumerable<string> Around(string path)
    {
        for (string at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOfAny(['.', '[']))])
            yield return at;
    }

    private static bool IsIn(string path, string group) =>
        path.StartsWith(group, StringComparison.Ordinal) && (path.Length == group.Length || path[group.Length] is '.' or '[');
}
