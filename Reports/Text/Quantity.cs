using System.Globalization;

namespace NpuSim.Reports.Text;

/// <summary>Numbers as people read them, the same in every culture: three significant digits and a prefix.</summary>
public static class Quantity
{
    private static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    private static readonly string[] Metrics = ["p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E"];

    /// <summary>What stands for a number that does not exist.</summary>
    public const string None = "–";

    /// <summary>A size in bytes, as "512 B" or "18.2 KiB" (1 KiB = 1024 B).</summary>
    public static string Bytes(double bytes) => Prefixed(bytes, 1024, 0, Binary, "", Digits);

    /// <summary>A size in bytes for an axis: as <see cref="Bytes"/> without trailing zeros, as "64 KiB".</summary>
    public static string TickBytes(double bytes) => Prefixed(bytes, 1024, 0, Binary, "", Trimmed);

    /// <summary>A number with a metric prefix and its unit, as "1.24 M" or "3.12 µJ".</summary>
    public static string Metric(double value, string unit = "") => Prefixed(value, 1000, 4, Metrics, unit, Digits);

    /// <summary>As <see cref="Metric"/> without trailing zeros, for an axis, as "2 M".</summary>
    public static string TickMetric(double value, string unit = "") => Prefixed(value, 1000, 4, Metrics, unit, Trimmed);

    /// <summary>A fraction 0..1 in percent with one decimal and no sign, as "73.4".</summary>
    public static string Percent(double fraction) => Fixed(100 * fraction, 1);

    /// <summary>
    /// A share 0..1 in percent where the small ones matter: two significant digits below 1 %, "0 %" only for none, "100 %" only
    /// for all.
    /// </summary>
    public static string Share(double share) => share switch
    {
        double.NaN => None,
        0 or 1 => (share * 100).ToString("F0", CultureInfo.InvariantCulture) + " %",
        < 0.0001 => "< 0.01 %",
        < 0.01 => Fixed(100 * share, 2) + " %",
        > 0.999 => "> 99.9 %",
        _ => Fixed(100 * share, 1) + " %",
    };

    /// <summary>How many times <paramref name="a"/> is of <paramref name="b"/>, as "17×" or "1.3×".</summary>
    public static string Ratio(double a, double b) => b == 0 ? "∞×" : (a / b) switch
    {
        >= 9.95 and var many => Fixed(many, 0) + "×",
        < 0.095 and var few => Fixed(few, 3) + "×",
        < 0.95 and var few => Fixed(few, 2) + "×",
        var some => Fixed(some, 1) + "×",
    };

    /// <summary>A count with commas between thousands, as "30,096".</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with a fixed count of decimals; never "-0.0".</summary>
    public static string Fixed(double value, int decimals)
    {
        if (!double.IsFinite(value))
            return None;
        string text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.StartsWith('-') && text.AsSpan(1).IndexOfAnyExcept('0', '.') < 0 ? text[1..] : text;
    }

    private static string Prefixed(double value, int step, int zero, string[] prefixes, string unit, Func<double, string> digits)
    {
        if (!double.IsFinite(value))
            return None;
        int prefix = zero;
        double scaled = value;
        if (value != 0)
        {
            while (Math.Abs(scaled) >= step && prefix < prefixes.Length - 1)
                (scaled, prefix) = (scaled / step, prefix + 1);
            while (Math.Abs(scaled) < 1 && prefix > 0 && zero > 0)
                (scaled, prefix) = (scaled * step, prefix - 1);
        }

        string text = prefix == zero && value == Math.Floor(value) ? value.ToString("F0", CultureInfo.InvariantCulture)
            : digits(scaled);
        if (text == step.ToString(CultureInfo.InvariantCulture) && prefix < prefixes.Length - 1) // 1023.9 KiB is 1.00 MiB
            (text, prefix) = (digits(1), prefix + 1);
        return $"{text} {prefixes[prefix]}{unit}".TrimEnd();
    }

    private static string Digits(double value) => Fixed(value, Math.Abs(value) switch { >= 99.95 => 0, >= 9.995 => 1, _ => 2 });

    private static string Trimmed(double value) =>
        Digits(value) is var text && text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
}
