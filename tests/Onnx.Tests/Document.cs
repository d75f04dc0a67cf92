namespace NpuSim.Onnx.Tests;

/// <summary>Parts of docs/networks.md that the code writes: between "begin NAME" and "end NAME".</summary>
internal static class Document
{
    /// <summary>Compares a part with what it should be; with NPUSIM_UPDATE_DOCS=1 writes it.</summary>
    public static void Check(string name, string expected)
    {
        string path = Repository.At("docs", "networks.md"), text = File.ReadAllText(path);
        string begin = $"<!-- begin {name} -->\n", end = $"<!-- end {name} -->";
        int first = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length,
            last = text.IndexOf(end, StringComparison.Ordinal);
        Assert.That(first >= begin.Length && last >= first, $"docs/networks.md has no part '{name}'");
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllText(path, text[..first] + expected + text[last..]);
        else
            Assert.That(text[first..last], Is.EqualTo(expected),
                $"part '{name}' of docs/networks.md; NPUSIM_UPDATE_DOCS=1 writes it");
    }
}
