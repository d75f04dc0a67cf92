namespace NpuSim.Cli;

/// <summary>The folder that the option --out names.</summary>
internal static class OutputFolder
{
    /// <summary>The folder of that name.</summary>
    /// <exception cref="InputException">The name is empty.</exception>
    public static DirectoryInfo Of(string name) =>
        name.Length > 0 ? new DirectoryInfo(name) : throw new InputException("--out '': accepted is the name of a folder.");
}
