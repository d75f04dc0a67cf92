using System.Globalization;

namespace NpuSim.Yaml;

/// <summary>One unit of a quantity, as a multiple of the unit in the C# name: 10^PowerOfTen · 2^PowerOfTwo.</summary>
/// <param name="Symbol">As written in YAML.</param>
/// <param name="PowerOfTen">Decimal factor.</param>
/// <param name="PowerOfTwo">Binary factor (KiB: 10).</param>
public readonly record struct Unit(string Symbol, int PowerOfTen = 0, int PowerOfTwo = 0);

/// <summary>A kind of quantity: the ending of the C# names that hold it and the units that YAML may use for it.</summary>
/// <param name="Name">With its article: "a frequency".</param>
/// <param name="Suffix">Ending of a parameter's name, which is also the unit of its value.</param>
/// <param name="Example">A value as a user writes it.</param>
/// <param name="Units">Least first.</param>
public sealed record Quantity(string Name, string Suffix, string Example, params IReadOnlyList<Unit> Units)
{
    /// <summary>All quantities; where one suffix ends another, the longer comes first.</summary>
    public static IReadOnlyList<Quantity> All { get; } =
    [
        new("a bandwidth", "BytesPerSecond", "3.2 GB/s",
            new("B/s"), new("kB/s", 3), new("MB/s", 6), new("GB/s", 9), new("TB/s", 12)),
        new("a size", "Bytes", "512 KiB", new("B"), new("KiB", 0, 10), new("MiB", 0, 20), new("GiB", 0, 30)),
        new("a frequency", "Hz", "800 MHz", new("Hz"), new("kHz", 3), new("MHz", 6), new("GHz", 9)),
        new("an energy per byte", "PicojoulesPerByte", "1.1 pJ/B", new("fJ/B", -3), new("pJ/B"), new("nJ/B", 3)),
        new("an energy per element", "PicojoulesPerElement", "0.5 pJ/element",
            new("fJ/element", -3), new("pJ/element"), new("nJ/element", 3)),
        new("an energy per cycle", "PicojoulesPerCycle", "12 pJ/cycle",
            new("fJ/cycle", -3), new("pJ/cycle"), new("nJ/cycle", 3)),
        new("an energy", "Picojoules", "0.2 pJ",
            new("fJ", -3), new("pJ"), new("nJ", 3), new("uJ", 6), new("mJ", 9), new("J", 12)),
        new("a power", "Watts", "12 mW", new("nW", -9), new("uW", -6), new("mW", -3), new("W")),
        new("a time", "Seconds", "20 ms", new("ns", -9), new("us", -6), new("ms", -3), new("s")),
    ];

    /// <summary>The symbols of its units, least first.</summary>
    public IEnumerable<string> Symbols => Units.Select(u => u.Symbol);

    /// <summary>The quantity that a name ends with, or null.</summary>
    public static Quantity? OfName(string name) => All.FirstOrDefault(q =>
        name.EndsWith(q.Suffix, StringComparison.Ordinal) &&
        (name.Length == q.Suffix.Length || !char.IsAsciiLetterUpper(name[^(q.Suffix.Length + 1)])));

    /// <summary>The number in the unit of the C# name, correctly rounded; null when it is not finite.</summary>
    /// <param name="number">A decimal number, perhaps with an exponent.</param>
    /// <param name="unit">One of this quantity's units.</param>
    public static double? ToDouble(string number, Unit unit)
    {
        string[] parts = number.Split('e', 'E');
        int exponent = 0;
        if (parts.Length == 2 && !int.TryParse(parts[1], out exponent))
            return null;
        if (Math.Abs((long)exponent) > 9999)
            return null;
        double value = double.Parse($"{parts[0]}e{exponent + unit.PowerOfTen}", NumberStyles.Float, CultureInfo.InvariantCulture);
        value = Math.ScaleB(value, unit.PowerOfTwo);
        return double.IsFinite(value) ? value : null;
    }

    /// <summary>The value in the greatest unit that gives at least 1 and loses nothing; it reads back to the same bits.</summary>
    public string Print(double value)
    {
        foreach (Unit unit in Units.Reverse())
        {
            string shortest = value.ToString("R", CultureInfo.InvariantCulture);
            double? scaled = ToDouble(shortest, new Unit("", -unit.PowerOfTen, -unit.PowerOfTwo));
            string text = scaled?.ToString("R", CultureInfo.InvariantCulture) ?? "";
            if (Math.Abs(scaled ?? 0) >= 1 && !text.Contains('E') && ToDouble(text, unit) == value)
                return $"{text} {unit.Symbol}";
        }

        Unit own = Units.First(u => u is { PowerOfTen: 0, PowerOfTwo: 0 });
        return $"{value.ToString("R", CultureInfo.InvariantCulture)} {own.Symbol}";
    }
}
