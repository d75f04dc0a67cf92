using System.Collections.Immutable;

namespace NpuSim.Workloads.Tasks;

/// <summary>The workload files inside this program.</summary>
public static class ShippedWorkloads
{
    private const string Ending = ".yaml";

    /// <summary>The workload of <c>npusim compare</c> where none is named.</summary>
    public const string Default = "glyphs-cnn";

    /// <summary>Their names, in ordinal order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. ShippedFiles.Names(Ending).Select(file => file[..^Ending.Length])];

    /// <summary>The YAML text of one.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static string Text(string name)
    {
        using StreamReader reader = new(ShippedFiles.Open(name + Ending));
        return reader.ReadToEnd();
    }
}
