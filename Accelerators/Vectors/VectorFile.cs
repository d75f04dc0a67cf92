using System.Text.Json;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Vectors;

/// <summary>A file of test vectors, one JSON object per line (docs/vectors.md).</summary>
public static class VectorFile
{
    private const int MaxBytes = 1 << 28;

    /// <summary>Runs every vector of a file, in order. Empty lines are skipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">Called with one line of text for each line that holds no vector; the others still run.</param>
    /// <exception cref="InputException">The file cannot be read or holds no line at all.</exception>
    public static IEnumerable<VectorOutcome> Check(string path, Action<string> malformed)
    {
        string[] lines = TextFile.Read(path, MaxBytes).Split('\n');
        if (lines.All(string.IsNullOrWhiteSpace))
            throw new InputException($"{path}: holds no vectors.");
        for (int i = 0; i < lines.Length; i++)
        {
            if (!string.IsNullOrWhiteSpace(lines[i])
                && Run(lines[i], fault => malformed($"{path}:{i + 1}: {fault}")) is { } outcome)
                yield return outcome;
        }
    }

    private static VectorOutcome? Run(string line, Action<string> malformed)
    {
        try
        {
            using JsonDocument vector = JsonDocument.Parse(line);
            return LayerVector.Run(vector.RootElement);
        }
        catch (InputException fault)
        {
            malformed(fault.Message.ReplaceLineEndings("; "));
        }
        catch (JsonException fault)
        {
            malformed($"this is no JSON object: {fault.Message.ReplaceLineEndings(" ")}");
        }

        return null;
    }
}
