using System.Globalization;
using NpuSim.Reports.Text;

namespace NpuSim.Reports.Tables;

/// <summary>One column: how to read a value from a row, its unit and how people read it.</summary>
/// <typeparam name="T">Type of a row.</typeparam>
/// <param name="Header">Heading, without the unit.</param>
/// <param name="Value">
/// The exact value: a string, a number, a truth value, or null where there is none. CSV holds it as it is.
/// </param>
/// <param name="Unit">Unit of the exact value, as "B", "%", "J"; null for counts and text.</param>
/// <param name="Format">
/// How a number is shown to people: a .NET format string, <see cref="BinaryBytes"/>, <see cref="MetricPrefix"/> or <see
/// cref="PrefixOnly"/>; null shows text as it is.
/// </param>
/// <param name="Text">What people see instead, where one number does not tell it all, as "73.4 ± 0.6".</param>
/// <param name="Meaning">
/// One sentence for a reader who meets the column for the first time; null where the heading says it.
/// </param>
public sealed record Column<T>(
    string Header, Func<T, object?> Value, string? Unit = null, string? Format = null, Func<T, string>? Text = null,
        string? Meaning = null)
{
    /// <summary>Format of sizes in bytes: "18.2 KiB". The unit then stands in the cell.</summary>
    public const string BinaryBytes = "bytes";

    /// <summary>Format with a metric prefix: "3.12 µJ". The unit then stands in the cell.</summary>
    public const string MetricPrefix = "metric";

    /// <summary>Format with a metric prefix where the unit stands in the heading: "1.24 M".</summary>
    public const string PrefixOnly = "prefix";

    /// <summary>True for columns of numbers, which are aligned right.</summary>
    public bool IsNumeric => Format is not null || Unit is not null;

    /// <summary>Heading for people: with the unit, unless each cell carries it.</summary>
    public string Heading => Unit is null || Format is BinaryBytes or MetricPrefix ? Header : $"{Header} ({Unit})";

    /// <summary>Heading for machines: always with the unit of the exact value.</summary>
    public string ExactHeading => Unit is null ? Header : $"{Header} ({Unit})";

    /// <summary>The same column for rows that hold a row of this one.</summary>
    /// <param name="of">The row that it shows.</param>
    internal Column<TOther> On<TOther>(Func<TOther, T> of) => new(
        Header, r => Value(of(r)), Unit, Format, Text is { } text ? r => text(of(r)) : null, Meaning);

    /// <summary>The cell as people read it; "–" where there is no value.</summary>
    public string Show(T row)
    {
        if (Value(row) is not { } value)
            return Quantity.None;
        if (Text is not null)
            return PlainText.Line(Text(row));
        return value switch
        {
            string text => PlainText.Line(text),
            bool truth => truth ? "yes" : "no",
            double and (double.NaN or double.PositiveInfinity or double.NegativeInfinity) => Quantity.None,
            IFormattable number => Number(number),
            _ => PlainText.Line(value.ToString() ?? ""),
        };
    }

    /// <summary>The cell for machines: every digit, invariant; empty where there is no value.</summary>
    public string Exact(T row) => Value(row) switch
    {
        null => "",
        bool truth => truth ? "yes" : "no",
        double number => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        object other => other.ToString() ?? "",
    };

    private string Number(IFormattable number) => Format switch
    {
        BinaryBytes => Quantity.Bytes(Convert.ToDouble(number, CultureInfo.InvariantCulture)),
        PrefixOnly => Quantity.Metric(Convert.ToDouble(number, CultureInfo.InvariantCulture)),
        MetricPrefix => Quantity.Metric(Convert.ToDouble(number, CultureInfo.InvariantCulture), Unit ?? ""),
        _ => number.ToString(Format, CultureInfo.InvariantCulture),
    };
}
