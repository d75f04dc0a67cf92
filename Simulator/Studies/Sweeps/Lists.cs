using System.Collections.Immutable;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>Lists that a document may leave out.</summary>
internal static class Lists
{
    /// <summary>The list; empty where there is none.</summary>
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> list) => list.IsDefault ? [] : list;
}
