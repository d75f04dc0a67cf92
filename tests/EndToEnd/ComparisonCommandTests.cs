using System.Xml.Linq;
using NpuSim.EndToEnd.Running;
using NpuSim.Reports.Json;
using NpuSim.Simulator.Studies;

namespace NpuSim.EndToEnd;

/// <summary>npusim report, diff and check: what is done with results of earlier studies.</summary>
public sealed class ComparisonCommandTests : CommandTests
{
    private byte[] results = [];

    [OneTimeSetUp]
    public void RunOnce()
    {
        MakeFolder();
        results = Npusim.Run(
            "compare", "-w", Write("small.yaml", SmallWorkload.Yaml), "-p", "systolic-int8-16x16", "-m", "bp:fp32",
            "qzo-ff:16w8a", "-s",
            "lp", "--out", "earlier", "--json").Succeeded().OutputBytes;
        RemoveFolder();
    }

    [Test]
    public void Report_makes_every_file_of_a_study_from_its_results()
    {
        Keep("earlier", Study);
        Outcome run = Npusim.Run("report", "earlier", "--out", "again").Succeeded();
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Does.StartWith("1 study, 2 runs on 1 profiles\nwritten: again/report.html"));
            Assert.That(File.ReadAllBytes(In("again", "results.json")), Is.EqualTo(results));
            Assert.That(File.ReadAllText(In("again", "report.html")), Does.Contain("<svg").And.Contain("qzo-ff 16w8a"));
            Assert.That(File.Exists(In("again", "report.md")) && File.Exists(In("again", "results.csv")));
        });
    }

    [Test]
    public void Report_shows_several_studies_side_by_side_under_the_names_of_their_folders()
    {
        Keep("monday", Study);
        Keep("tuesday", MoreCycles(Study));
        Npusim.Run("report", "monday", "tuesday/results.json", "--out", "both").Succeeded();
        StudyResult both = ResultsJson.ReadFile(In("both"));
        Assert.Multiple(() =>
        {
            Assert.That(both.Profiles.Select(p => p.Name),
                Is.EqualTo(new[] { "systolic-int8-16x16", "systolic-int8-16x16 (tuesday)" }));
            Assert.That(both.Runs, Has.Length.EqualTo(4));
            Assert.That(File.ReadAllText(In("both", "report.html")), Does.Contain("systolic-int8-16x16 (tuesday)"));
        });
    }

    [Test]
    public void Report_replaces_earlier_results_only_where_asked()
    {
        Keep("earlier", Study);
        Keep("later", MoreCycles(Study));
        byte[] before = File.ReadAllBytes(In("earlier", "results.json"));
        Refused(Npusim.Run("report", "later", "--out", "earlier"), "earlier: holds results already");
        Assert.That(File.ReadAllBytes(In("earlier", "results.json")), Is.EqualTo(before));
        Npusim.Run("report", "later", "--out", "earlier", "--overwrite").Succeeded();
        Assert.That( // but for the hashes of the files beside it, which are new ones
            Results.WithoutHost(File.ReadAllBytes(In("earlier", "results.json"))),
                Is.EqualTo(Results.WithoutHost(File.ReadAllBytes(In("later", "results.json")))));
    }

    [Test]
    public void Diff_of_a_study_with_itself_says_so()
    {
        Keep("earlier", Study);
        Assert.That(Npusim.Run("diff", "earlier", "earlier/results.json").Succeeded().Output, Is.EqualTo("nothing changed\n"));
    }

    [Test]
    public void Diff_lists_figures_and_runs_that_changed_and_still_ends_with_0()
    {
        Keep("earlier", Study);
        StudyResult fewer = MoreCycles(Study);
        Keep("later", fewer with { Runs = fewer.Runs[..1], Tool = "npusim 9.9.9" });
        string[] lines = Npusim.Run("diff", "earlier", "later").Succeeded().Output.Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.StartWith("The program was npusim ").And.EndWith(", now npusim 9.9.9."));
            Assert.That(lines[1], Is.EqualTo("only before: systolic-int8-16x16, qzo-ff 16w8a lp"));
            Assert.That(lines, Has.One.Matches<string?>(l => l!.Contains(" cycles ") && l.EndsWith("(+10.00 %)")));
            Assert.That(lines, Has.All.Length.LessThanOrEqualTo(100));
        });
    }

    [TestCase("", 1)]
    [TestCase("--tolerance cycles=9.9%", 1)]
    [TestCase("--tolerance cycles=10.1%", 0)]
    [TestCase("--tolerance accuracy=0.5 --tolerance cycles=11%", 0)]
    [TestCase("-t cycles=11% -t cycles=1%", 1)] // the later one counts
    public void Check_ends_with_1_where_a_figure_moved_further_than_its_tolerance(string tolerances, int code)
    {
        Keep("earlier", Study);
        Keep("later", MoreCycles(Study));
        Outcome run = Npusim.Run(
            ["check", "later/results.json", "--baseline", "earlier/results.json",
                .. tolerances.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        string[] moved = [.. run.Output.Split('\n').Where(l => l.Contains(": cycles "))];
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(code), run.Output);
            Assert.That(run.Error, Is.Empty);
            Assert.That(moved, Has.Length.EqualTo(2 * code));
            Assert.That(moved, Has.All.StartsWith("systolic-int8-16x16, ").And.All.Contain("+10.00 %").And.All.Contain(
                "(allowed: cycles="));
            Assert.That(run.Output, Does.Match(code == 0 ? @"^(\d+) of \1 figures hold\n$" : @"\n\d+ of \d+ figures hold\n$"));
        });
    }

    [Test]
    public void Check_names_a_missing_run_once_and_what_else_differs()
    {
        Keep("earlier", Study);
        Keep("later", Study with { Runs = Study.Runs[..1], Workload = Study.Workload with { Name = "other" } });
        Outcome run = Npusim.Run("check", "later", "-b", "earlier");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Does.StartWith(
                "systolic-int8-16x16, qzo-ff 16w8a lp: the run is missing\nnote: The workload was small, now other.\n"));
        });
    }

    [Test]
    public void Check_writes_a_test_case_per_figure_for_continuous_integration()
    {
        Keep("earlier", Study);
        Keep("later", MoreCycles(Study));
        Outcome run = Npusim.Run("check", "later", "-b", "earlier", "--junit", "made/check.xml");
        XElement root = XDocument.Load(In("made", "check.xml")).Root!;
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That((int)root.Attribute("failures")!, Is.EqualTo(2));
            Assert.That(
                root.Descendants("testcase").Where(c => c.Element("failure") is not null)
                .Select(c => (string?)c.Attribute("name")),
                Is.EqualTo(new[] { "cycles", "cycles" }));
            Assert.That(
                run.Output,
                Does.Contain(
                    $"{root.Descendants("testcase").Count() - 2} of {root.Descendants("testcase").Count()} figures hold"));
        });
    }

    [TestCase("report --out made", "study", "npusim report --help")]
    [TestCase("report earlier", "--out", "npusim report --help")]
    [TestCase("report none --out made", "none: no such file", "results.json")]
    [TestCase("report . --out made", "no such file", "results.json")]
    [TestCase("report torn.json --out made", "torn.json:1:", "results.json of a study")]
    [TestCase("report newer.json --out made", "newer.json: schemaVersion is 2", "reads 1")]
    [TestCase("diff earlier", "after", "npusim diff --help")]
    [TestCase("diff earlier none", "none: no such file", "results.json")]
    [TestCase("check earlier", "--baseline", "npusim check --help")]
    [TestCase("check none -b earlier", "none: no such file", "results.json")]
    [TestCase("check earlier -b earlier -t speed=1", "there is no figure \"speed\"", "accuracy, ")]
    [TestCase("check earlier -b earlier -t cycles", "\"cycles\"", "FIGURE=PERCENT%")]
    [TestCase("check earlier -b empty.json", "has no runs", "accepted")]
    [TestCase("check earlier -b earlier --junit /dev/null/made", "/dev/null/made", "cannot be written")]
    public void Wrong_input_is_refused_in_one_line(string line, string cause, string accepted)
    {
        Keep("earlier", Study);
        Write("torn.json", "{ \"schemaVersion\": 1, ");
        Write("newer.json", "{ \"schemaVersion\": 2 }");
        using (FileStream empty = File.Create(In("empty.json")))
            ResultsJson.Write(Study with { Runs = [] }, empty);
        Refused(Npusim.Run(line.Split(' ')), cause, accepted);
    }

    private StudyResult Study => ResultsJson.Read(new MemoryStream(results));

    // By 10 %.
    private static StudyResult MoreCycles(StudyResult study) => study with
    {
        Runs = [.. study.Runs.Select(r => r with { Cost = r.Cost! with { Cycles = 1.1 * r.Cost.Cycles } })],
    };

    private void Keep(string folder, StudyResult study)
    {
        Directory.CreateDirectory(In(folder));
        using FileStream file = File.Create(In(folder, "results.json"));
        ResultsJson.Write(study, file);
    }

    private void Refused(Outcome run, params string[] parts)
    {
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2), run.Error);
            Assert.That(run.OutputBytes, Is.Empty);
            Assert.That(run.Error, Does.StartWith("npusim: ").And.Not.StartWith("npusim: internal").And.EndsWith("\n"));
            Assert.That(run.Error.Count(c => c == '\n'), Is.EqualTo(1), run.Error);
            foreach (string part in parts)
                Assert.That(run.Error, Does.Contain(part));
            Assert.That(Directory.Exists(In("made")), Is.False, "no folder is left behind");
        });
    }
}
