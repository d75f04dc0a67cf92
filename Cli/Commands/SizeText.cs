using NpuSim.Yaml;

namespace NpuSim.Cli.Commands;

/// <summary>Sizes on the command line.</summary>
internal static class SizeText
{
    private static readonly Quantity Size = Quantity.All.First(q => q.Suffix == "Bytes");

    /// <summary>The units, as text.</summary>
    public static string Units => string.Join(", ", Size.Symbols);

    /// <summary>Bytes of a number and a unit with or without a blank between them, as "96 KiB"; null for anything else.</summary>
    public static long? Bytes(string text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        if (end == 0)
            return null;
        string number = text[..end], symbol = text[end..].TrimStart(' ');
        bool isNumber = number.Count(c => c == '.') <= 1 && char.IsAsciiDigit(number[0]) && char.IsAsciiDigit(number[^1]);
        return isNumber && Size.Units.Cast<Unit?>().FirstOrDefault(u => u!.Value.Symbol == symbol) is { } unit
            && Quantity.ToDouble(number, unit) is >= 1 and <= 1e15 and var bytes
            ? (long)bytes
            : null;
    }
}
