using System.CommandLine;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Cli.Commands;

/// <summary>The option --set: keys of profiles that have other values than in their files.</summary>
internal static class SetOption
{
    /// <summary>A new one.</summary>
    public static Option<string[]> Create() => new("--set")
    {
        Description = "Keys of the profile set to other values, as engine.rows=8 memory.scratchpad.size=64KiB.",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>A profile by name or path, with keys set.</summary>
    /// <exception cref="InputException">There is none, a key does not take its value, or the keys do not go together.</exception>
    public static HardwareProfile Find(string nameOrPath, string[]? settings)
    {
        HardwareProfile profile = ShippedProfiles.Find(nameOrPath);
        return settings is null or [] ? profile
            : ProfileSetting.Require(ProfileSetting.On(profile, settings.Select(Knob.Parse).SelectMany(Single)));
    }

    private static IEnumerable<ProfileSetting> Single(Knob knob) => knob.Values.Length == 1 ? knob.At(0)
        : throw new InputException($"--set {knob}: accepted is one value for each key; npusim study sweep varies them.");
}
