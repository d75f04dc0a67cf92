using System.Globalization;
using System.Text;

namespace NpuSim.Reports.Text;

/// <summary>
/// Names and reasons come from files that anyone may have written; this makes them harmless as text before a format escapes them.
/// </summary>
public static class PlainText
{
    /// <summary>
    /// One line of visible text: line breaks and tabs become spaces; what <see cref="VisibleText"/> calls hidden
    /// becomes U+FFFD: control characters (so terminal escapes too), marks of the direction of reading, broken surrogates.
    /// </summary>
    public static string Line(string text) => Clean(text, keepLineBreaks: false);

    /// <summary>
    /// As <see cref="Line"/>, but with its line breaks (as \n) and with tabs as two spaces: for YAML shown in a report.
    /// </summary>
    public static string Block(string text) => Clean(text.ReplaceLineEndings("\n"), keepLineBreaks: true);

    /// <summary>Columns a terminal needs for the text: 2 for East Asian wide characters, 0 for combining marks, else 1.</summary>
    public static int Columns(string text) => text.EnumerateRunes().Sum(Columns);

    /// <summary>
    /// The text, cut to at most <paramref name="columns"/> terminal columns, with "…" at the end where it was cut.
    /// </summary>
    /// <param name="text">One line.</param>
    /// <param name="columns">At least 1.</param>
    public static string Fit(string text, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (Columns(text) <= columns)
            return text;
        StringBuilder kept = new();
        int used = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (used + Columns(rune) > columns - 1)
                break;
            kept.Append(rune.ToString());
            used += Columns(rune);
        }

        return kept.Append('…').ToString();
    }

    private static int Columns(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    /// <summary>
    /// True for East Asian wide and full-width characters and emoji (ranges of Unicode's EastAsianWidth, rounded to blocks).
    /// </summary>
    public static bool IsWide(int code) =>
        code is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);

    private static string Clean(string text, bool keepLineBreaks)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) // yields U+FFFD for broken surrogates
        {
            clean.Append(rune.Value switch
            {
                '\n' when keepLineBreaks => "\n",
                '\t' when keepLineBreaks => "  ",
                '\n' or '\r' or '\t' or 0x85 or 0x2028 or 0x2029 => " ",
                int code when VisibleText.IsHidden(code) => "\uFFFD",
                _ => rune.ToString(),
            });
        }

        return clean.ToString();
    }

    /// <summary>With its first letter a capital.</summary>
    /// <param name="text">At least one letter.</param>
    public static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
