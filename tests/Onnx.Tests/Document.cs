namespace NpuSim.Onnx.Tests;

/// <summary>Parts of docs/networks.md that the code writes: between "begin NAME" and "end NAME".</summary>
internal static class Document
{
    /// <summary>Compares a part with what it should be; with NPUSIM_UPDATE_DOCS=1 writes it.</summary>
    public static void Check(string name, string expected)
    {
        string path = Path.Combine(Root(), "docs", "networks.md"), text = File.ReadAllText(path);
        string begin = $"<!-- begin {name} -->\n", end = $"<!-- end {name} -->";
        int first = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, last = text.IndexOf(end, StringComparison.Ordinal);
        Assert.That(first >= begin.Length && last >= first, $"docs/networks.md has no part '{name}'");
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllText(path, text[..first] + expected + text[last..]);
        else
            Assert.That(text[first..last], Is.EqualTo(expected), $"part '{name}' of docs/networks.md; NPUSIM_UPDATE_DOCS=1 writes it");
    }

    /// <summary>The folder that holds NpuSim.sln.</summary>
    public static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NpuSim.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("no NpuSim.sln above the tests");
    }
}
