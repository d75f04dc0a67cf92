using System.CommandLine;
using NpuSim.Files;

namespace NpuSim.Cli.Terminal;

/// <summary>A file that an option names: one that is there already is replaced only where --overwrite says so.</summary>
internal static class OutputFile
{
    /// <summary>The option --overwrite.</summary>
    public static Option<bool> Overwrite() => new("--overwrite") { Description = "Replace the file if it exists." };

    /// <summary>Refuses a file that is there, before the work, and always what is no ordinary file.</summary>
    /// <exception cref="InputException">It is.</exception>
    public static void Require(string path, bool overwrite)
    {
        OrdinaryFile.RequireReplaceable(path);
        if (!overwrite && Path.Exists(path))
            throw Exists(path);
    }

    /// <summary>Writes the file in one piece.</summary>
    /// <exception cref="InputException">It is there already, perhaps since a moment, or cannot be written.</exception>
    public static void Write(string path, bool overwrite, Action<Stream> write)
    {
        if (overwrite)
            AtomicFile.Write(path, write);
        else if (!AtomicFile.WriteNew(path, write))
            throw Exists(path);
    }

    private static InputException Exists(string path) =>
        new($"{path}: exists already; choose another name, or --overwrite replaces it.");
}
