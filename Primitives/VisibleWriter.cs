using System.Text;

namespace NpuSim;

/// <summary>Writes text to a terminal, pipe or log with every hidden character but line breaks and tabs shown (<see
/// cref="VisibleText"/>).</summary>
/// <param name="inner">Where the text goes; not closed.</param>
public sealed class VisibleWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => inner.Write(VisibleText.Lines(value.ToString()));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(value is null ? null : VisibleText.Lines(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => inner.Write((value is null ? "" : VisibleText.Lines(value)) + "\n");

    /// <inheritdoc/>
    public override void WriteLine() => inner.Write('\n');

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
