using System.Text;
using CsvHelper;
using NpuSim.Reports.Html;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Tables;

[TestFixture]
internal sealed class TableWriterTests
{
    internal static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "a\"b'c", "a,b;c", "two\nlines\r\nhere", "=1+2", "  =HYPERLINK(\"http://x\")", "-cmd", "@x",
            "|pipe|", "*bold* _it_ [l](u)",
        "加速器设计师的神经网络处理器", new string('x', 500), "\u001b[31mred\u0007", "\u202Ertl", "\ud800", "\"><img src=x onerror=alert(1)>",
            "</title>&amp;",
    ];

    private static readonly Table<string> Names = new("Names", new Column<string>("Name", n => n),
        new Column<string>("Length", n => n.Length, "B", "F0"));

    [Test]
    public void The_main_table_as_markdown() =>
        Snapshot.Matches("summary.md", Written(w => MarkdownTable.Write(RunTables.Summary, SampleStudy.Build().Runs, w)));

    [Test]
    public void All_figures_as_csv() =>
        Snapshot.Matches("results.csv", Written(w => CsvTable.Write(RunTables.Everything, SampleStudy.Build().Runs, w)));

    [Test]
    public void The_terminal_table_as_text() =>
        Snapshot.Matches("terminal.txt", Written(w => TextTable.Write(RunTables.Terminal, SampleStudy.Build().Runs, w)));

    [Test]
    public void A_table_too_wide_for_the_terminal_goes_on_in_further_blocks()
    {
        RunResult[] runs = [.. SampleStudy.Build().Runs.Take(4)];
        Snapshot.Matches("memory.txt", Written(w => TextTable.Write(RunTables.WithProfile(RunTables.Memory).For(runs), runs, w)));
    }

    [Test]
    public void A_terminal_table_never_exceeds_its_width([Values(40, 60, 80, 100)] int width)
    {
        RunResult[] runs = [.. SampleStudy.Build().Runs.Select((r, i) => r with { Profile = Hostile[i % Hostile.Length] })];
        string[] lines = Written(w => TextTable.Write(RunTables.Terminal, runs, w, width)).Split('\n');
        Assert.That(lines.Select(PlainText.Columns), Is.All.LessThanOrEqualTo(width));
        Assert.That(lines.Length % (runs.Length + 3), Is.Zero, "Each block: headings, rule, rows, end.");
    }

    [Test]
    public void A_csv_reader_gets_each_name_on_one_visible_line_and_no_formula()
    {
        string csv = Written(w => CsvTable.Write(Names, Hostile[..^3], w));
        using CsvReader reader = new(new StringReader(csv), System.Globalization.CultureInfo.InvariantCulture);
        reader.Read();
        reader.ReadHeader();
        foreach (string name in Hostile[..^3])
        {
            Assert.That(reader.Read(), Is.True);
            string cell = reader.GetField(0)!;
            Assert.That(cell, Is.EqualTo(CsvTable.Inert(PlainText.Line(name))));
            Assert.That(cell.Any(c => VisibleText.IsHidden(c)), Is.False);
            Assert.That(cell.TrimStart()[0], Is.Not.AnyOf('=', '+', '-', '@'));
            Assert.That(reader.GetField<int>(1), Is.EqualTo(name.Length));
        }
    }

    [Test]
    public void Negative_numbers_stay_numbers_in_csv() =>
        Assert.That(Written(w =>
            CsvTable.Write(new Table<double>("", new Column<double>("x", x => x, "J", "F1")), [-1.5, double.NaN], w)),
            Is.EqualTo("x (J)\n-1.5\n\"\"\n").Or.EqualTo("x (J)\n-1.5\n\n"));

    [Test]
    public void Markdown_rows_stay_rows_whatever_the_names()
    {
        string[] lines = Written(w => MarkdownTable.Write(Names, Hostile, w)).TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(Hostile.Length + 2));
        Assert.That(lines.Select(l => l.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')), Is.All.EqualTo(3));
        Assert.That(lines, Has.None.Contains("<").And.None.Contains("http://"));
    }

    [Test]
    public void Html_shows_names_as_text()
    {
        string html = Written(w => HtmlTable.Write(Names, Hostile, w));
        Assert.That(html, Does.Not.Contain("<script").And.Not.Contain("<img").And.Contain(
            "&lt;script&gt;alert(1)&lt;/script&gt;").And.Contain("加速器"));
        Assert.That(html, Does.Not.Contain("\u001b").And.Not.Contain("\u202E"));
    }

    [Test]
    public void Missing_values_are_a_dash_for_people_and_empty_for_machines()
    {
        Column<string> column = new("x", _ => null, "B", "bytes");
        Assert.That((column.Show("a"), column.Exact("a")), Is.EqualTo(("–", "")));
    }

    private static string Written(Action<TextWriter> write)
    {
        StringBuilder text = new();
        using StringWriter writer = new(text);
        write(writer);
        return text.ToString();
    }
}
