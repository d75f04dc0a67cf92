using NpuSim.Cli.Terminal;
using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>Checks files one after the other: what is valid goes to standard output, every fault to standard error.</summary>
internal static class Validation
{
    /// <summary>Reads each file.</summary>
    /// <param name="files">Paths.</param>
    /// <param name="read">Reads a file and gives the name of what it describes; throws <see cref="InputException"/> for a
    /// fault.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IEnumerable<string> files, Func<string, string> read)
    {
        int worst = ExitCode.Done;
        foreach (string file in files)
        {
            try
            {
                Console.WriteLine($"{VisibleText.Line(file)}: {read(file)} is valid");
            }
            catch (InputException fault)
            {
                Console.Error.WriteLine(fault is InvalidDocumentException ? fault.Message : VisibleText.Line(fault.Message));
                worst = ExitCode.BadInput;
            }
        }

        return worst;
    }
}
