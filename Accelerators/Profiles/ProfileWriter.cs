using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary><see cref="HardwareProfile"/> → YAML.</summary>
public static class ProfileWriter
{
    /// <summary>The profile with every default written out: same profile, same bytes. The reader gives it back.</summary>
    public static string ToYaml(HardwareProfile profile) => YamlRecord.Print(profile);
}
