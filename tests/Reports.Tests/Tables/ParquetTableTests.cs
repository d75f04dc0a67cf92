using DuckDB.NET.Data;
using NpuSim.Reports.Tables;

namespace NpuSim.Reports.Tests.Tables;

public sealed class ParquetTableTests
{
    private static readonly object?[][] Rows =
    [
        ["a", 1, 1.5, true, null, 1L << 60, 2],
        ["=b, \"c\"\n", -7, null, false, null, 3L, 0.1],
        [null, 0, -1e-300, null, null, 0L, 1e300],
    ];

    private static readonly Table<object?[]> Table = new("Mixed",
        [.. "text,whole,real,truth,nothing,long,mixed".Split(',')
            .Select((name, i) => new Column<object?[]>(name, r => r[i], name == "real" ? "B" : null))]);

    [Test]
    public void DuckDb_reads_every_value_with_its_type()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("npusim-parquet").FullName, "t.parquet");
        using (FileStream output = File.Create(file))
            ParquetTable.Write(Table, Rows, output);
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"select * from read_parquet('{file}')";
        using DuckDBDataReader reader = command.ExecuteReader();
        Assert.That(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName),
            Is.EqualTo(Table.Columns.Select(c => c.ExactHeading)));
        Assert.That(Enumerable.Range(0, reader.FieldCount).Select(reader.GetFieldType), Is.EqualTo(
            new[] { typeof(string), typeof(long), typeof(double), typeof(bool), typeof(string), typeof(long), typeof(double) }));
        foreach (object?[] row in Rows)
        {
            Assert.That(reader.Read(), Is.True);
            for (int i = 0; i < row.Length; i++)
                Assert.That(reader.IsDBNull(i) ? null : reader.GetValue(i), Is.EqualTo(row[i]), Table.Columns[i].Header);
        }

        Assert.That(reader.Read(), Is.False);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Test]
    public void The_same_rows_give_the_same_bytes()
    {
        byte[] Bytes()
        {
            using MemoryStream output = new();
            ParquetTable.Write(Table, Rows, output);
            return output.ToArray();
        }

        byte[] first = Bytes();
        Assert.That(Bytes(), Is.EqualTo(first));
    }
}
