using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace NpuSim;

/// <summary>
/// Text that shows all it is made of. Names come from files and arguments that anyone may have written: control characters would
/// command a terminal, marks of direction would turn what is read, invisible ones would make two names look the same.
/// </summary>
public static class VisibleText
{
    /// <summary>JSON with letters of all scripts as they are and every hidden character as \uXXXX, which reads back the
    /// same.</summary>
    public static JavaScriptEncoder Json { get; } = MakeEncoder();

    /// <summary>
    /// True for controls, for line and paragraph separators, for marks that set or turn the direction of reading, for characters
    /// without width other than joiners, for tags, for what is no character and for broken surrogates (as U+FFFD of a rune is
    /// not).
    /// </summary>
    public static bool IsHidden(int code) =>
        code is < 0x20 or (>= 0x7F and < 0xA0) or 0xAD or 0x061C or 0x180E or 0x200B or 0x200E or 0x200F
        or (>= 0x2028 and <= 0x202E) or (>= 0x2060 and <= 0x206F) or (>= 0xD800 and <= 0xDFFF) or 0xFEFF or (
            >= 0xFFF9 and <= 0xFFFB)
        or 0xFFFE or 0xFFFF or (>= 0xE0000 and <= 0xE007F);

    /// <summary>The text on one line: every hidden character, line breaks too, as \uXXXX.</summary>
    public static string Line(string text) => Escape(text, keepsLines: false);

    /// <summary>Text of several lines: every hidden character but \n and tabs as \uXXXX; line ends become \n.</summary>
    public static string Lines(string text) => Escape(text, keepsLines: true);

    private static string Escape(string text, bool keepsLines)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (keepsLines && text.Contains('\r', StringComparison.Ordinal))
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!NeedsEscape(text, keepsLines))
            return text;
        StringBuilder shown = new(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            int code = pair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            if (!IsHidden(code) || (keepsLines && code is '\n' or '\t'))
                shown.Append(text, i, pair ? 2 : 1);
            else
                shown.Append(code > 0xFFFF ? $"\\U{code:X8}" : $"\\u{code:X4}");
            i += pair ? 1 : 0;
        }

        return shown.ToString();
    }

    // Tags and broken pairs are above U+D7FF as any surrogate is: those texts take the slow way.
    private static bool NeedsEscape(string text, bool keepsLines)
    {
        foreach (char c in text)
        {
            if (IsHidden(c) && !(keepsLines && c is '\n' or '\t'))
                return true;
        }

        return false;
    }

    private static JavaScriptEncoder MakeEncoder()
    {
        TextEncoderSettings settings = new(UnicodeRanges.All);
        settings.ForbidCharacters([.. Enumerable.Range(0, 0x10000).Where(c => !char.IsSurrogate((char)c) && IsHidden(c))
            .Select(c => (char)c)]);
        return JavaScriptEncoder.Create(settings);
    }
}
