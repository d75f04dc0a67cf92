using System.Text;

namespace NpuSim.Reports.Text;

/// <summary>Text as HTML, safe both between tags and in quoted attributes.</summary>
internal static class HtmlText
{
    /// <summary>One line of text, made harmless and escaped.</summary>
    public static string Escape(string text) => Encode(PlainText.Line(text));

    /// <summary>Text of several lines, made harmless and escaped.</summary>
    public static string EscapeBlock(string text) => Encode(PlainText.Block(text));

    private static string Encode(string text) => new StringBuilder(text)
        .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;").ToString();
}
