using NUnit.Framework;

namespace NpuSim.Support;

/// <summary>
/// A table of a page of docs/ that the code writes, between two comments: NPUSIM_UPDATE_DOCS=1 writes it anew, else a test holds
/// that it is what the code says.
/// </summary>
public static class GeneratedTable
{
    /// <summary>Holds, or renews, one table.</summary>
    /// <param name="page">Path of the page.</param>
    /// <param name="name">What the comments call the table.</param>
    /// <param name="writer">Who writes it.</param>
    /// <param name="lines">The table.</param>
    public static void Hold(string page, string name, string writer, string lines)
    {
        string begin = $"<!-- {name}: written by {writer} -->", end = $"<!-- end of {name} -->", text = File.ReadAllText(page),
            wanted = $"{begin}\n{lines}\n{end}";
        int from = text.IndexOf(begin, StringComparison.Ordinal), to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.That(from >= 0 && to > from, $"{page} has no place for the table '{name}'.");
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllText(page, text[..from] + wanted + text[(to + end.Length)..]);
        else
            Assert.That(text[from..(to + end.Length)], Is.EqualTo(wanted), "NPUSIM_UPDATE_DOCS=1 writes the table anew.");
    }
}
