using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Cli.Explanations;

/// <summary>Keys of profiles and workloads, as declared or with their value in one of them.</summary>
internal static class Keys
{
    private const string Ending = ".yaml", ProfileKey = "a key of profiles", WorkloadKey = "a key of workloads",
        ProfilePage = "docs/profiles.md", WorkloadPage = "docs/workloads.md";

    private static readonly ImmutableArray<Topic> NoTopics = [];

    /// <summary>Names of profiles and workloads that may stand before a key.</summary>
    public static IEnumerable<string> Owners => [.. ShippedProfiles.Names, .. ShippedWorkloads.Names];

    /// <summary>All keys of profiles and workloads.</summary>
    public static IEnumerable<string> All => YamlRecord.Keys<HardwareProfile>().Concat(YamlRecord.Keys<Workload>()).Distinct();

    /// <summary>All keys of one profile or workload, each behind its name; none where no such is shipped.</summary>
    public static IEnumerable<string> Of(string owner) =>
        (ShippedProfiles.Names.Contains(owner) ? YamlRecord.Keys(ShippedProfiles.Find(owner))
            : ShippedWorkloads.Names.Contains(owner) ? YamlRecord.Keys(WorkloadMethods.Load(owner)) : [])
            .Select(key => $"{owner}.{key}");

    /// <summary>The key that a text names, behind the name or the file of a profile or workload or alone, where both may have it;
    /// empty where it names none.</summary>
    /// <exception cref="InputException">The profile or workload has no such key, or cannot be read.</exception>
    public static ImmutableArray<Topic> Called(string text)
    {
        int end = text.IndexOf(Ending + ".", StringComparison.Ordinal) is var file and >= 0 ? file + Ending.Length
            : text.IndexOf('.', StringComparison.Ordinal);
        (string owner, string path) = end < 0 ? ("", text) : (text[..end], text[(end + 1)..]);
        if (path.Length > 0 && (ShippedProfiles.Names.Contains(owner) || owner.EndsWith(Ending, StringComparison.Ordinal)))
        {
            return IsWorkload(owner)
                ? [In(WorkloadMethods.Load(owner), text, path)] : [In(ShippedProfiles.Find(owner), text, path)];
        }

        if (path.Length > 0 && ShippedWorkloads.Names.Contains(owner))
            return [In(WorkloadMethods.Load(owner), text, path)];
        bool inProfiles = YamlRecord.Keys<HardwareProfile>().Contains(text);
        bool inWorkloads = YamlRecord.Keys<Workload>().Contains(text);
        return
        [
            .. inProfiles ? [Of(YamlRecord.Explain<HardwareProfile>(text), text, ProfileKey, ProfilePage)] : NoTopics,
            .. inWorkloads ? [Of(YamlRecord.Explain<Workload>(text), text, WorkloadKey, WorkloadPage)] : NoTopics,
        ];
    }

    private static Topic In(HardwareProfile profile, string text, string path) => Of(
        YamlRecord.Explain(path, profile), text, ProfileKey, ProfilePage, YamlRecord.Find(profile, path)?.Text,
        profile.SourceOf(path));

    private static Topic In(Workload workload, string text, string path) => Of(
        YamlRecord.Explain(path, workload), text, WorkloadKey, WorkloadPage, YamlRecord.Find(workload, path)?.Text);

    private static Topic Of(
        KeyMeaning key, string text, string what, string page, string? value = null, string? source = null) => new(
        text, key.Kind is null ? what : $"{what}, {key.Kind}", key.Description,
        ("value", key.Keys.IsEmpty ? value : null), ("source", source),
        ("accepted", key.Keys.IsEmpty ? key.Accepts : null), ("default", key.Default),
        ("keys", key.Keys.IsEmpty ? null : string.Join(", ", key.Keys)), ("docs", $"{page}#{key.Section}"));

    // A file of either kind: a workload's top keys are no profile's.
    private static bool IsWorkload(string file) => file.EndsWith(Ending, StringComparison.Ordinal) && File.Exists(file)
        && File.ReadLines(file).Any(l => l.StartsWith("model:", StringComparison.Ordinal));
}
