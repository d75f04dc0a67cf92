using System.Globalization;
using System.Text;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Html;
using NpuSim.Reports.Markdown;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tests.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests;

[TestFixture]
internal sealed class ReportSetTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("npusim-reports-");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [Test]
    public void The_html_report_is_the_checked_in_one() => Snapshot.Matches("report.html", Html(SampleStudy.Build()));

    [Test]
    public void The_markdown_report_is_the_checked_in_one() => Snapshot.Matches("report.md", Markdown(SampleStudy.Build()));

    [Test]
    public void Chart_files_are_the_checked_in_ones()
    {
        foreach (StudyChart chart in StudyCharts.Of(SampleStudy.Build()).Where(c =>
            c.Name is "scratch-memory" or "pareto-1-npu-16x16"))
            Snapshot.Matches(chart.Name + ".svg", SvgExporter.ExportToString(chart.Model));
    }

    [Test]
    public void All_files_are_written_and_nothing_else()
    {
        StudyResult study = SampleStudy.Build();
        ReportSet.Write(study, _folder);
        string[] files = [.. _folder.EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_folder.FullName, f.FullName).Replace('\\', '/'))];
        string[] charts = [.. StudyCharts.Of(study).Select(c => $"charts/{c.Name}.svg")];
        Assert.That(files, Is.EquivalentTo(new[] { "results.json", "results.csv", "report.md", "report.html" }.Concat(charts)));
    }

    [Test]
    public void The_csv_file_begins_with_a_byte_order_mark_so_that_spreadsheets_read_utf8()
    {
        ReportSet.Write(SampleStudy.Build(), _folder);
        Assert.That(File.ReadAllBytes(Path.Combine(_folder.FullName, "results.csv"))[..3],
            Is.EqualTo(new byte[] { 0xEF, 0xBB, 0xBF }));
    }

    [Test]
    public void Same_results_same_bytes_and_host_timings_change_only_two_files()
    {
        StudyResult study = SampleStudy.Build();
        Dictionary<string, string> first = Written(study), again = Written(study),
            elsewhere = Written(study with { Host = new HostTimings(1, 1, "scalar") });
        Assert.That(again, Is.EqualTo(first));
        Assert.That(first.Keys.Where(f => elsewhere[f] != first[f]), Is.EquivalentTo(new[] { "results.json", "report.html" }));
    }

    [Test]
    public void Same_results_same_bytes_in_any_culture()
    {
        StudyResult study = SampleStudy.Build();
        Dictionary<string, string> here = Written(study);
        CultureInfo before = CultureInfo.CurrentCulture, other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = ",";
        other.NumberFormat.NumberGroupSeparator = ".";
        other.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.That(1.5.ToString(), Is.EqualTo("1,5"));
            Assert.That(Written(study), Is.EqualTo(here));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void A_folder_that_holds_results_is_refused_unless_overwriting_is_asked_for()
    {
        ReportSet.Write(SampleStudy.Build(), _folder);
        File.WriteAllText(Path.Combine(_folder.FullName, "charts", "old.svg"), "old");
        Assert.That(() => ReportSet.Write(SampleStudy.Build(), _folder),
            Throws.InstanceOf<InputException>().With.Message.Contains("holds results already"));
        Assert.That(() => ReportSet.Write(SampleStudy.Build(), _folder, overwrite: true), Throws.Nothing);
        Assert.That(File.Exists(Path.Combine(_folder.FullName, "charts", "old.svg")), Is.False);
    }

    [Test]
    public void A_folder_that_cannot_be_written_is_refused_in_one_line()
    {
        string file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        foreach (string folder in new[] { file, Path.Combine(file, "below") })
        {
            Assert.That(() => ReportSet.Write(SampleStudy.Build(), new DirectoryInfo(folder)),
                Throws.InstanceOf<InputException>().With.Message.Contains("file").And.Message.Not.Contains("\n"));
        }
    }

    [Test]
    public void Hostile_names_show_as_text_everywhere()
    {
        StudyResult study = Hostile();
        ReportSet.Write(study, _folder);
        string html = File.ReadAllText(Path.Combine(_folder.FullName, "report.html")),
            markdown = File.ReadAllText(Path.Combine(_folder.FullName, "report.md"));
        Assert.Multiple(() =>
        {
            Assert.That(Occurrences(html, "<script"), Is.EqualTo(1));
            Assert.That(html, Does.Not.Contain("<img").And.Contain("&lt;script&gt;alert(1)&lt;/script&gt;").And.Contain("加速器"));
            Assert.That(markdown.Replace("```", "", StringComparison.Ordinal), Does.Contain("&lt;script&gt;").And.Contain("加速器"));
            Assert.That(html + markdown, Does.Not.Contain("\u001b").And.Not.Contain("\u202E"));
        });
        foreach (string chart in Directory.GetFiles(Path.Combine(_folder.FullName, "charts")))
            Assert.That(() => System.Xml.Linq.XDocument.Parse(File.ReadAllText(chart)), Throws.Nothing, chart);
    }

    [TestCase(20, 50)]
    [TestCase(1000, 1)]
    [TestCase(1, 1000)]
    public void A_thousand_runs_give_a_report_below_5_MB(int profiles, int runsPerProfile)
    {
        StudyResult study = SampleStudy.Large(profiles, runsPerProfile);
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        ReportSet.Write(study, _folder);
        long html = new FileInfo(Path.Combine(_folder.FullName, "report.html")).Length,
            markdown = new FileInfo(Path.Combine(_folder.FullName, "report.md")).Length;
        TestContext.Out.WriteLine(
            $"{profiles} × {runsPerProfile}: {watch.Elapsed.TotalSeconds:F2} s, report.html {html / 1e6:F2} MB, report.md "
                + $"{markdown / 1e6:F2} MB");
        Assert.That(html, Is.LessThan(5_000_000));
        Assert.That(markdown, Is.LessThan(5_000_000));
    }

    [Test]
    public void A_study_without_runs_still_gives_a_report()
    {
        StudyResult study = SampleStudy.Build() with { Runs = [], Profiles = [] };
        Assert.That(Html(study), Does.Contain("Appendix"));
        Assert.That(Markdown(study), Does.Contain("Appendix"));
    }

    /// <summary>The sample with every name replaced by something that could break a format.</summary>
    internal static StudyResult Hostile()
    {
        StudyResult study = SampleStudy.Build();
        string[] names = TableWriterTests.Hostile;
        return study with
        {
            Command = "npusim compare --out \"<b>\" && echo '</code><script>'",
            Workload = study.Workload with
            {
                Name = names[0],
                Description = names[^1],
                Yaml = "a: |\n  ```\n  <script>x</script>\n"
            },
            Profiles = [.. study.Profiles.Select((p, i) => p with { Name = Name(i), Description = names[i + 3] })],
            Runs =
            [
                .. study.Runs.Select((r, i) => r with
                {
                    Profile = Name(i / 8), Format = names[i % names.Length], NotRunnable = r.NotRunnable is null ? null
                        : names[^2],
                    Memory = r.Memory with { PeakOp = names[^1] },
                    Numerics = r.Numerics is not { } n ? null
                        : n with { Layers = [.. n.Layers.Select((l, k) => l with { Layer = names[k] })] },
                }),
            ],
        };

        string Name(int i) => i switch { 0 => names[0], 1 => names[10] + names[5], _ => names[11] };
    }

    private Dictionary<string, string> Written(StudyResult study)
    {
        ReportSet.Write(study, _folder, overwrite: true);
        return _folder.EnumerateFiles("*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(_folder.FullName, f.FullName),
                f => Convert.ToHexString(File.ReadAllBytes(f.FullName)));
    }

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    internal static string Html(StudyResult study)
    {
        using StringWriter writer = new(new StringBuilder());
        ReportHtml.Write(study, writer);
        return writer.ToString();
    }

    private static string Markdown(StudyResult study)
    {
        using StringWriter writer = new(new StringBuilder());
        ReportMarkdown.Write(study, writer);
        return writer.ToString();
    }
}
