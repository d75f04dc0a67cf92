using System.Globalization;
using System.Text;
using System.Text.Json;
using NpuSim.Reports.JsonForms;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Yaml;

namespace NpuSim.Reports.Json;

/// <summary>The results of a design study: what was asked, what its columns are, and a list of values for each point.</summary>
internal static class SweepJson
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "sweep.json";

    /// <summary>Writes the results in UTF-8 without a byte-order mark.</summary>
    /// <param name="space">The points.</param>
    /// <param name="command">The command line that redoes the study.</param>
    /// <param name="isComplete">True when every point has its figures.</param>
    /// <param name="table">The columns.</param>
    /// <param name="rows">Values of each point, in the order of the columns.</param>
    /// <param name="output">Where to.</param>
    public static void Write(
        SweepSpace space, string command, bool isComplete, Table<object?[]> table, IReadOnlyList<object?[]> rows, Stream output)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(table);
        using (Utf8JsonWriter json = new(output, JsonText.Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 1);
            json.WriteString("tool", $"npusim {typeof(SweepJson).Assembly.GetName().Version!.ToString(3)}");
            json.WriteString("command", command);
            json.WriteString("study", YamlRecord.Print(space.Asked));
            json.WriteBoolean("isComplete", isComplete);
            json.WriteNumber("combinations", space.Combinations);
            json.WriteNumber("leftOut", space.LeftOut);
            json.WriteNumber("impossible", space.Impossible);
            json.WriteNumber("points", space.Points.Length);
            json.WriteStartArray("columns");
            foreach (Column<object?[]> column in table.Columns)
                Write(json, column);
            json.WriteEndArray();
            json.WriteStartArray("rows");
            foreach (object?[] row in rows)
                json.WriteRawValue(Line(row), skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, Column<object?[]> column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Header);
        if (column.Unit is not null)
            json.WriteString("unit", column.Unit);
        if (column.Meaning is not null)
            json.WriteString("meaning", column.Meaning);
        json.WriteEndObject();
    }

    private static string Line(object?[] row)
    {
        StringBuilder line = new("[");
        foreach ((int i, object? value) in row.Index())
        {
            line.Append(i > 0 ? ", " : "").Append(value switch
            {
                null => "null",
                bool truth => truth ? "true" : "false",
                double number when !double.IsFinite(number) => "null",
                double number => number.ToString("R", CultureInfo.InvariantCulture),
                IFormattable whole => whole.ToString(null, CultureInfo.InvariantCulture),
                _ => $"\"{JsonEncodedText.Encode(value.ToString()!, VisibleText.Json)}\"",
            });
        }

        return line.Append(']').ToString();
    }
}
