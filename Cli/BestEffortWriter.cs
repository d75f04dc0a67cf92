using System.Text;

namespace NpuSim.Cli;

/// <summary>Standard error: what cannot be written there (closed, a full disk, a terminal that is gone) is dropped, and the work
/// goes on.</summary>
/// <param name="inner">Where the text goes; not closed.</param>
internal sealed class BestEffortWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
