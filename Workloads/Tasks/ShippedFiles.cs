using System.Reflection;

namespace NpuSim.Workloads.Tasks;

/// <summary>The files of the folder Shipped, which are resources of this assembly under their own names.</summary>
internal static class ShippedFiles
{
    private static readonly Assembly Assembly = typeof(ShippedFiles).Assembly;

    /// <summary>Names with this ending, in ordinal order.</summary>
    public static IEnumerable<string> Names(string ending) =>
        Assembly.GetManifestResourceNames().Where(name => name.EndsWith(ending, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>Opens one; the stream is seekable.</summary>
    public static Stream Open(string name) =>
        Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"there is no shipped file {name}.", nameof(name));
}
