using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>One key of a profile set to a value of its own.</summary>
/// <param name="Path">As <c>engine.rows</c>, <c>formats[0].rate</c> or a whole group, <c>memory.dram</c>.</param>
/// <param name="Value">As YAML: <c>16</c>, <c>64 KiB</c>, <c>null</c>.</param>
public sealed record ProfileSetting(string Path, string Value)
{
    /// <summary>
    /// The profile with this key set. Its sources no longer speak of the key: the value is marked as assumed. Rules between keys
    /// are checked by
    /// <see cref="Require"/>, once all are set.
    /// </summary>
    /// <param name="profile">The profile.</param>
    /// <exception cref="InputException">It has no such key, or the key does not take the value.</exception>
    public HardwareProfile On(HardwareProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (Path is "name" or "description" || IsIn(Path, "sources"))
            throw new InputException($"{this}: accepted are keys that decide what the accelerator does.");
        HardwareProfile changed = YamlRecord.With(profile, Path, Value);
        var sources = changed.Sources.RemoveRange(changed.Sources.Keys.Where(k => IsIn(k, Path)));
        return changed with
        {
            Sources = Value is "null" or "~" or "[]" ? sources
            : sources.SetItem(Path, $"assumed: set to {Value} here")
        };
    }

    /// <summary>The profile with all of these keys set.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="settings">The keys.</param>
    /// <exception cref="InputException">A key is none of the profile's or does not take its value.</exception>
    public static HardwareProfile On(HardwareProfile profile, IEnumerable<ProfileSetting> settings) =>
        settings.Aggregate(profile, (changed, setting) => setting.On(changed));

    /// <summary>The profile, where its keys go together.</summary>
    /// <param name="profile">The profile.</param>
    /// <exception cref="InputException">They do not; the message has the first rule that it breaks.</exception>
    public static HardwareProfile Require(HardwareProfile profile) => YamlRecord.Problems(profile) is [var first, ..]
        ? throw new InputException($"{profile.Name}: {first}.")
        : profile;

    /// <summary>As <c>engine.rows=16</c>.</summary>
    public override string ToString() => $"{Path}={Value}";

    private static bool IsIn(string path, string group) =>
        path.StartsWith(group, StringComparison.Ordinal) && (path.Length == group.Length || path[group.Length] is '.' or '[');
}
