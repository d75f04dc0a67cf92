using System.Buffers;

namespace NpuSim.Reports.Text;

/// <summary>Words of the commands that are proposed or repeated.</summary>
public static class ShellWord
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,:/=+@%");

    /// <summary>A word as a POSIX shell reads it back: quoted unless it is plain, and where it is empty.</summary>
    /// <param name="text">The word; line breaks and quotes may be in it.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Plain) ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
