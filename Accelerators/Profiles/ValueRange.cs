using System.Globalization;
using System.Text.RegularExpressions;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>
/// Values written as a range: <c>16..40</c>, <c>16..40+4</c>, <c>16KiB..1MiB*2</c>, <c>1GB/s..8GB/s+500MB/s</c>.
/// </summary>
internal static partial class ValueRange
{
    private const int Most = 100_000;

    /// <summary>The values of a range, its ends included where a step meets them; any other text is one value.</summary>
    /// <param name="text">One value or range.</param>
    /// <param name="whole">What faults name.</param>
    /// <exception cref="InputException">It is empty, or a range that ends nowhere.</exception>
    public static IEnumerable<string> Expand(string text, string whole)
    {
        if (text.Length == 0)
            throw new InputException($"'{whole}': a value is missing; accepted is {Knob.Accepted}.");
        if (!text.Contains("..", StringComparison.Ordinal))
            return [text];
        Match match = Range().Match(text);
        if (!match.Success)
            throw new InputException($"'{whole}': '{text}' is no range; accepted is {Knob.Accepted}.");
        string unit = match.Groups["unit"].Value, operation = match.Groups["operation"].Value;
        decimal first = Number("first"), last = Number("last") * In(match.Groups["lastUnit"].Value);
        if (operation.Length == 0 && unit.Length > 0)
            throw new InputException($"'{whole}': '{text}' has no step; accepted is {text}*2 or {text}+1{unit}.");
        decimal step = operation.Length == 0 ? 1 : Number("step") * (operation == "*" ? 1 : In(match.Groups["stepUnit"].Value));
        bool grows = operation == "*" ? step > 1 && first > 0 && match.Groups["stepUnit"].Length == 0 : step > 0;
        if (!grows || last < first)
            throw new InputException(
                $"'{whole}': '{text}' does not grow from its first value to its last; accepted is {Knob.Accepted}.");
        return Values();

        decimal Number(string group) =>
            decimal.TryParse(match.Groups[group].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal n)
            ? n : throw new InputException($"'{whole}': {match.Groups[group].Value} has too many digits.");

        decimal In(string other) => other == unit ? 1 : Ratio(other, unit)
            ?? throw new InputException(
                $"'{whole}': '{text}' mixes {(unit.Length > 0 ? unit : "no unit")} with "
                    + $"{(other.Length > 0 ? other : "no unit")}.");

        IEnumerable<string> Values()
        {
            int count = 0;
            for (decimal value = first; value <= last; value = operation == "*" ? value * step : value + step)
            {
                if (++count > Most)
                    throw new InputException($"'{whole}': '{text}' has more than {Most} values.");
                yield return value.ToString("0.############################", CultureInfo.InvariantCulture)
                    + (unit.Length > 0 ? $" {unit}" : "");
            }
        }
    }

    private static decimal? Ratio(string from, string to)
    {
        foreach (Quantity quantity in Quantity.All)
        {
            Unit? a = Of(quantity, from), b = Of(quantity, to);
            if (a is { } numerator && b is { } denominator)
                return Power(10, numerator.PowerOfTen - denominator.PowerOfTen) * Power(2,
                    numerator.PowerOfTwo - denominator.PowerOfTwo);
        }

        return null;
    }

    private static Unit? Of(Quantity quantity, string symbol) => quantity.Units.Where(u => u.Symbol == symbol)
        .Select(u => (Unit?)u).FirstOrDefault();

    private static decimal Power(decimal number, int exponent)
    {
        decimal power = 1;
        for (int i = 0; i < Math.Abs(exponent); i++)
            power *= number;
        return exponent < 0 ? 1 / power : power;
    }

    [GeneratedRegex(
        @"\A(?<first>-?[0-9]+(\.[0-9]+)?) ?(?<unit>[A-Za-z/]*) ?\.\. ?(?<last>-?[0-9]+(\.[0-9]+)?) ?(?<lastUnit>[A-Za-z/]*)"
        + @"( ?(?<operation>[*+]) ?(?<step>[0-9]+(\.[0-9]+)?) ?(?<stepUnit>[A-Za-z/]*))?\z")]
    private static partial Regex Range();
}
