using System.Collections.Immutable;
using NpuSim.Workloads.Formats;

namespace NpuSim.Workloads.Tasks;

/// <summary>The weight files inside this program.</summary>
internal static class ShippedWeights
{
    /// <summary>Their names, with ".safetensors", in ordinal order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. ShippedFiles.Names(".safetensors")];

    /// <summary>The weights of one.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static Weights Load(string name)
    {
        using Stream stream = ShippedFiles.Open(name);
        return Safetensors.Read(stream, name);
    }
}
