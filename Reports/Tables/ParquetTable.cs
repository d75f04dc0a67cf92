using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace NpuSim.Reports.Tables;

/// <summary>
/// Writes tables as Apache Parquet: one row group, a column of whole numbers, numbers, truth values or text each, which may lack
/// values.
/// </summary>
internal static class ParquetTable
{
    /// <summary>Writes rows.</summary>
    /// <param name="table">The columns; names carry the unit, as in CSV.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="output">Where to; must be seekable.</param>
    public static void Write<T>(Table<T> table, IReadOnlyList<T> rows, Stream output) => WriteAsync(table, rows, output)
        .GetAwaiter().GetResult();

    private static async Task WriteAsync<T>(Table<T> table, IReadOnlyList<T> rows, Stream output)
    {
        (DataField Field, object?[] Values)[] columns = [.. table.Columns.Select(c => Typed(c, rows))];
        ParquetSchema schema = new(columns.Select(c => (Field)c.Field));
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, output);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        foreach ((DataField field, object?[] values) in columns)
        {
            await (field switch
            {
                DataField<long?> => group.WriteAsync(field,
                    Numbers(values, v => Convert.ToInt64(v, CultureInfo.InvariantCulture))),
                DataField<double?> => group.WriteAsync(field,
                    Numbers(values, v => Convert.ToDouble(v, CultureInfo.InvariantCulture))),
                DataField<bool?> => group.WriteAsync(field, Numbers(values, v => (bool)v)),
                _ => group.WriteAsync(field, [.. values.Select(v => (string)v!)]),
            });
        }

        group.CompleteValidate();
    }

    private static ReadOnlyMemory<TValue?> Numbers<TValue>(object?[] values, Func<object, TValue> convert) where TValue
        : struct =>
        values.Select(v => v is null ? (TValue?)null : convert(v)).ToArray();

    private static (DataField Field, object?[] Values) Typed<T>(Column<T> column, IReadOnlyList<T> rows)
    {
        object?[] values = [.. rows.Select(column.Value)];
        bool All(Func<object, bool> isOf) => values.All(v => v is null || isOf(v)) && values.Any(v => v is not null);
        string name = column.ExactHeading;
        return All(v => v is int or long) ? (new DataField<long?>(name), values)
            : All(v => v is int or long or double) ? (new DataField<double?>(name), values)
            : All(v => v is bool) ? (new DataField<bool?>(name), values)
            : (new DataField<string>(name),
                [.. values.Select(v => v is null or string ? v : FormattableString.Invariant($"{v}"))]);
    }
}
