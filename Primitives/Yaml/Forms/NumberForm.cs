using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NpuSim.Yaml.Nodes;

namespace NpuSim.Yaml.Forms;

/// <summary>A number without unit: int, long, ulong or double.</summary>
internal sealed partial class NumberForm(Type type, Bounds bounds) : Form
{
    private bool IsWhole => type != typeof(double);

    public override string Accepts
    {
        get
        {
            string noun = IsWhole ? "a whole number" : "a number";
            string limits = bounds.InWords();
            return limits.Length == 0 ? noun : $"{noun}, {limits}";
        }
    }

    public override bool TryRead(Node node, string path, Reading reading, out object? value)
    {
        value = null;
        if (node is ScalarNode { Plain: true } scalar && (IsWhole ? Whole() : Decimal()).IsMatch(scalar.Text))
        {
            if (!IsWhole)
                value = Quantity.ToDouble(scalar.Text, default);
            else if (Fit(scalar.Text) is { } whole)
                value = Convert.ChangeType(whole, type);
        }

        return (value is not null && bounds.Allow(Convert.ToDouble(value))) || Refuse(node, path, reading, out value);
    }

    public override Printed Print(object value) =>
        Printed.Inline(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));

    public override IEnumerable<Problem> Check(object value, string path)
    {
        if (!bounds.Allow(Convert.ToDouble(value)))
            yield return new Problem(path, $"found {Print(value).Lines[0]}; accepted is {Accepts}");
    }

    public override JsonObject Schema(Definitions definitions)
    {
        var schema = new JsonObject { ["type"] = IsWhole ? "integer" : "number" };
        if (!double.IsNaN(bounds.Min))
            schema["minimum"] = bounds.Min;
        if (!double.IsNaN(bounds.Above))
            schema["exclusiveMinimum"] = bounds.Above;
        if (!double.IsNaN(bounds.Max))
            schema["maximum"] = bounds.Max;
        return schema;
    }

    /// <summary>The number, or null when the C# type cannot hold it.</summary>
    private decimal? Fit(string text)
    {
        (decimal least, decimal greatest) = type == typeof(int) ? (int.MinValue, int.MaxValue)
            : type == typeof(long) ? (long.MinValue, long.MaxValue) : (0m, ulong.MaxValue);
        bool fits = decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal whole);
        return fits && whole >= least && whole <= greatest ? whole : null;
    }

    [GeneratedRegex(@"\A-?[0-9]+\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\A-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\z")]
    private static partial Regex Decimal();
}
