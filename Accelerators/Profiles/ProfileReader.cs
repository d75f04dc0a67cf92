using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>YAML → <see cref="HardwareProfile"/>.</summary>
public static class ProfileReader
{
    /// <summary>The profile that a text describes.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="fileName">Name that faults carry.</param>
    /// <exception cref="InvalidDocumentException">The text has faults; it lists all of them.</exception>
    public static HardwareProfile Read(string text, string fileName) => YamlRecord.Read<HardwareProfile>(text, fileName);

    /// <summary>The profile that a file describes.</summary>
    /// <exception cref="InputException">The file cannot be read, or has faults.</exception>
    public static HardwareProfile ReadFile(string path) => YamlRecord.ReadFile<HardwareProfile>(path);
}
