using System.Globalization;
using CsvHelper;
using DuckDB.NET.Data;
using NpuSim.Reports.Sweeps;
using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Reports.Tests.Sweeps;

public sealed class SweepSetTests
{
    private static readonly Sweep Asked = new(
        ["systolic-int8-16x16"], ["cnn-small", "vit-small"], ["bp:8w8a", "qzo-ff:8w8a", "bp:fp16"], ["ft"],
        ["engine.{rows,columns}=4,8,16", "memory.scratchpad.size=16KiB..256KiB*4",
            "engine.dataflow=weight-stationary,input-stationary"],
        Where: ["area <= 3"], Goals: ["energy", "cycles", "area"]);

    private string folder = "";

    [OneTimeSetUp]
    public void Write()
    {
        folder = Directory.CreateTempSubdirectory("npusim-sweep").FullName;
        SweepStudy study = new(SweepSpace.Of(Asked), SweepStore.Open(folder, Assert.Fail));
        study.Run(2, null, default);
        SweepSet.Write(study, "npusim study sweep", folder);
    }

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void DuckDb_reads_from_points_parquet_what_points_csv_says_to_the_last_digit()
    {
        using StreamReader text = new(Path.Combine(folder, "points.csv"));
        using CsvReader csv = new(text, CultureInfo.InvariantCulture);
        csv.Read();
        csv.ReadHeader();
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"select * from read_parquet('{Path.Combine(folder, "points.parquet")}')";
        using DuckDBDataReader reader = command.ExecuteReader();
        Assert.That(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName), Is.EqualTo(csv.HeaderRecord));
        int rows = 0;
        while (csv.Read())
        {
            Assert.That(reader.Read(), Is.True);
            for (int i = 0; i < reader.FieldCount; i++)
                Assert.That(reader.IsDBNull(i) ? "" : Exact(reader.GetValue(i)), Is.EqualTo(csv.GetField(i)), reader.GetName(i));
            rows++;
        }

        Assert.That(reader.Read(), Is.False);
        Assert.That(rows, Is.InRange(20, 108));

        static string Exact(object value) => value switch
        {
            bool truth => truth ? "yes" : "no",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    [Test]
    public void The_report_folds_commands_shows_sizes_with_units_and_holds_what_the_front_has_in_common()
    {
        string html = File.ReadAllText(Path.Combine(folder, "report.html"));
        Assert.Multiple(() =>
        {
            Assert.That(html, Does.Contain(">16.0 KiB</td>").Or.Contain(">16 KiB</td>"));
            Assert.That(html, Does.Contain("id=\"axes-1\"").And.Contains("Nearest behind the front").And.Contains("Area (mm²)"));
        });
    }
}
