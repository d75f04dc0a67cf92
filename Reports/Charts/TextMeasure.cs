using System.Text;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Charts;

/// <summary>
/// Estimates how wide text will be. No font is at hand when a chart is laid out and the reader's is unknown, so the estimate is
/// on the wide side of the common sans-serif fonts.
/// </summary>
internal static class TextMeasure
{
    /// <summary>Width in pixels at a font size in pixels.</summary>
    public static double Width(string text, double size) => size * text.EnumerateRunes().Sum(Em);

    /// <summary>The text, cut to a width in pixels.</summary>
    public static string Fit(string text, double size, double width)
    {
        if (Width(text, size) <= width)
            return text;
        StringBuilder kept = new();
        double used = size; // of the ellipsis
        foreach (Rune rune in text.EnumerateRunes())
        {
            used += size * Em(rune);
            if (used > width)
                break;
            kept.Append(rune.ToString());
        }

        return kept.Append('…').ToString();
    }

    /// <summary>
    /// The text in lines of at most a width in pixels, broken at spaces; the last of <paramref name="most"/> lines is cut.
    /// </summary>
    public static List<string> Wrap(string text, double size, double width, int most)
    {
        List<string> lines = [];
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && lines.Count < most - 1 && Width(longer, size) > width)
            {
                lines.Add(line);
                longer = word;
            }

            line = longer;
        }

        if (line.Length > 0)
            lines.Add(line);
        return [.. lines.Select(l => Fit(l, size, width))];
    }

    private static double Em(Rune rune) => rune.Value switch
    {
        > 0x2E7F when PlainText.IsWide(rune.Value) => 1,
        'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '|' or '!' or '\'' or ' ' => 0.34,
        'f' or 't' or 'r' or '(' or ')' or '[' or ']' or '-' or '/' => 0.42,
        'm' or 'w' or 'M' or 'W' or '@' or '%' or '…' or '±' or '×' or '−' => 0.92,
        >= 'A' and <= 'Z' => 0.7,
        _ => 0.6,
    };
}
