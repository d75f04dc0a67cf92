using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>A number with a unit, kept in the unit of its C# name: double, long or int.</summary>
internal sealed partial class QuantityForm(Quantity quantity, Type type, Bounds bounds) : Form
{
    /// <summary>The unit of the values in C#.</summary>
    public string Symbol => quantity.Units.First(u => u is { PowerOfTen: 0, PowerOfTwo: 0 }).Symbol;

    private string Units => string.Join(", ", quantity.Symbols);

    private string Limits => bounds.InWords(quantity.Print);

    public override string Accepts =>
        $"{quantity.Name} such as {quantity.Example}" + (Limits.Length == 0 ? "" : $", {Limits}");

    public override bool TryRead(Node node, string path, Reading reading, out object? value)
    {
        value = null;
        // U+00B5 and U+03BC both stand for micro.
        string text = node is ScalarNode scalar ? scalar.Text.Replace('µ', 'u').Replace('μ', 'u') : "";
        if (Number().Match(text) is not { Success: true } match)
            return Refuse(node, path, reading, out value);
        string number = match.Groups[1].Value;
        string symbol = match.Groups[2].Value;
        if (quantity.Units.FirstOrDefault(u => u.Symbol == symbol) is not { Symbol: not null } unit)
        {
            string what = symbol.Length == 0
                ? $"{node.Noun} lacks its unit"
                : $"{Reading.Quote(symbol)} is not a unit of {quantity.Name}{Suggestion.For(symbol, quantity.Symbols)}";
            reading.Fault(node.At, path, $"{what}; accepted are {Units}, as in {quantity.Example}");
            return false;
        }

        if (type == typeof(double))
            value = Quantity.ToDouble(number, unit);
        else if (Whole(number, unit) is { } whole)
            value = Convert.ChangeType(whole, type);
        if (value is null && type != typeof(double))
        {
            reading.Fault(node.At, path, $"{node.Noun} is no whole number of {quantity.Units[0].Symbol}; accepted is {Accepts}");
            return false;
        }

        return (value is not null && bounds.Allow(Convert.ToDouble(value))) || Refuse(node, path, reading, out value);
    }

    public override Printed Print(object value) =>
        Printed.Inline(value is double real ? quantity.Print(real) : Print(Convert.ToInt64(value)));

    public override IEnumerable<Problem> Check(object value, string path)
    {
        if (!bounds.Allow(Convert.ToDouble(value)))
            yield return new Problem(path, $"found '{Print(value).Lines[0]}'; accepted is {Accepts}");
    }

    public override JsonObject Schema(Definitions definitions)
    {
        string symbols = string.Join('|', quantity.Symbols.Select(Regex.Escape));
        return new JsonObject { ["type"] = "string", ["pattern"] = $"^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)? ?({symbols})$" };
    }

    /// <summary>The greatest unit of which this is a whole multiple.</summary>
    private string Print(long value)
    {
        Unit unit = quantity.Units.Last(u => value % Factor(u) == 0 && (value != 0 || Factor(u) == 1));
        return $"{value / (long)Factor(unit)} {unit.Symbol}";
    }

    private long? Whole(string number, Unit unit)
    {
        if (!decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value))
            return null;
        decimal limit = type == typeof(int) ? int.MaxValue : long.MaxValue;
        if (Math.Abs(value) > limit / Factor(unit) || decimal.Truncate(value * Factor(unit)) != value * Factor(unit))
            return null;
        return (long)(value * Factor(unit));
    }

    private static decimal Factor(Unit unit) => (decimal)Math.ScaleB(Math.Pow(10, unit.PowerOfTen), unit.PowerOfTwo);

    [GeneratedRegex(@"\A(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?) ?([A-Za-z%/]*)\z")]
    private static partial Regex Number();
}
