namespace NpuSim.Fuzz;

/// <summary>A command line and the files that it finds in its folder.</summary>
/// <param name="Name">What was mutated, as "onnx".</param>
/// <param name="Arguments">Arguments of npusim; files are named relative to the folder.</param>
/// <param name="Files">Content by name.</param>
internal sealed record FuzzCase(string Name, string[] Arguments, IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>Writes the files into an empty folder.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] content) in Files)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }
}
