using System.Collections.Immutable;
using System.Text;
using System.Xml.Linq;
using NpuSim.Reports.Comparison;
using NpuSim.Reports.Tests.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Comparison;

[TestFixture]
internal sealed class ComparisonTests
{
    [Test]
    public void A_study_does_not_differ_from_itself() =>
        Assert.That(ResultsDiff.Between(SampleStudy.Build(), SampleStudy.Build()).IsEmpty, Is.True);

    [Test]
    public void A_diff_lists_each_figure_that_changed_and_runs_that_came_and_went()
    {
        StudyResult before = SampleStudy.Build();
        RunResult run = before.Runs[0];
        StudyResult after = before with
        {
            Tool = "npusim 0.2.0",
            Runs = before.Runs.SetItem(0,
                run with { Memory = run.Memory with { ArenaBytes = 308224, FitsScratchpad = true } }).RemoveAt(5)
                .Add(run with { Format = "fp8" }),
        };
        ResultsDiff diff = ResultsDiff.Between(before, after);
        Assert.Multiple(() =>
        {
            Assert.That(diff.Changes.Select(c => c.ToString()), Is.EqualTo(new[]
            {
                "npu-16x16, bp fp32 ft: scratch 602 KiB → 301 KiB, −308 k (−50.00 %)",
                "npu-16x16, bp fp32 ft: fits no → yes, +1",
            }));
            Assert.That(diff.Removed, Is.EqualTo(new[] { "npu-16x16, bp fp16 lp" }));
            Assert.That(diff.Added, Is.EqualTo(new[] { "npu-16x16, bp fp8 ft" }));
            Assert.That(diff.Circumstances, Is.EqualTo(new[] { "The program was npusim 0.1.0, now npusim 0.2.0." }));
        });
    }

    [TestCase("accuracy=0.5", 0.50, true)]
    [TestCase("accuracy=0.5", -0.49, true)]
    [TestCase("accuracy=0.5", -0.51, false)]
    [TestCase("accuracy=1%", 0.77, true)] // 1 % of 77.5 points
    [TestCase("accuracy=1%", 0.78, false)]
    [TestCase("cycles=5%", 0.01, false)] // a tolerance for another figure
    public void Accuracy_may_move_as_far_as_its_tolerance_says(string tolerance, double points, bool holds)
    {
        StudyResult baseline = SampleStudy.Build();
        RunResult run = baseline.Runs[0];
        AccuracyResult moved = run.Accuracy! with { Final = [.. run.Accuracy.Final.Select(a => a + (points / 100))] };
        StudyResult study = baseline with { Runs = baseline.Runs.SetItem(0, run with { Accuracy = moved }) };
        ImmutableArray<CheckedFigure> figures = Baseline.Check(study, baseline,
            [Tolerance.Parse(tolerance), Tolerance.Parse("spread=0.001")]);
        Assert.That(figures.All(f => f.Holds), Is.EqualTo(holds));
    }

    [Test]
    public void A_run_that_vanished_fails_the_check_and_a_new_one_does_not()
    {
        StudyResult whole = SampleStudy.Build(), part = whole with { Runs = whole.Runs[1..] };
        Assert.That(Baseline.Check(part, whole, []).Where(f => !f.Holds).Select(f => f.Fault),
            Is.All.EqualTo("npu-16x16, bp fp32 ft: the run is missing").And.Not.Empty);
        Assert.That(Baseline.Check(whole, part, []).All(f => f.Holds), Is.True);
    }

    [Test]
    public void A_method_that_no_longer_runs_fails_the_check()
    {
        StudyResult baseline = SampleStudy.Build();
        StudyResult study = baseline with
        {
            Runs = baseline.Runs.SetItem(0, baseline.Runs[0] with { NotRunnable = "why", Cost = null, Accuracy = null }),
        };
        string[] faults = [.. Baseline.Check(study, baseline, [Tolerance.Parse("cycles=100%")]).Where(f => !f.Holds)
            .Select(f => f.Change.Metric.Name)];
        Assert.That(faults, Does.Contain("runs").And.Contain("cycles").And.Contain("accuracy"));
    }

    [Test]
    public void A_baseline_without_runs_is_refused() => Assert.That(
        () => Baseline.Check(SampleStudy.Build(), SampleStudy.Build() with { Runs = [] }, []),
            Throws.InstanceOf<InputException>());

    [TestCase("accuracy", "FIGURE=AMOUNT")]
    [TestCase("speed=1", "no figure \"speed\"")]
    [TestCase("cycles=-1", "at least 0")]
    [TestCase("cycles=x%", "at least 0")]
    [TestCase("cycles=NaN", "at least 0")]
    public void A_tolerance_that_says_nothing_is_refused_in_one_line(string text, string reason) => Assert.That(
        () => Tolerance.Parse(text),
            Throws.InstanceOf<InputException>().With.Message.Contains(reason).And.Message.Not.Contains("\n"));

    [Test]
    public void Junit_counts_cases_and_failures_and_survives_hostile_names()
    {
        StudyResult baseline = ReportSetTests.Hostile(), study = baseline with { Runs = baseline.Runs[..^1] };
        ImmutableArray<CheckedFigure> figures = Baseline.Check(study, baseline, []);
        using MemoryStream stream = new();
        JUnitXml.Write(figures, stream);
        XElement root = XDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).Root!;
        Assert.Multiple(() =>
        {
            Assert.That(root.Descendants("testcase").Count(),
                Is.EqualTo(figures.Length).And.EqualTo((int)root.Attribute("tests")!));
            Assert.That(root.Descendants("failure").Count(), Is.EqualTo(figures.Count(f => !f.Holds)).And.Positive);
            Assert.That((string)root.Element("testsuite")!.Attribute("name")!, Is.EqualTo(TableWriterTests.Hostile[0]));
        });
    }

    [Test]
    public void Studies_side_by_side_share_a_profile_only_while_no_run_appears_twice()
    {
        StudyResult study = SampleStudy.Build();
        StudyResult left = study with { Runs = [.. study.Runs.Where(r => r.Method == "bp")] };
        StudyResult right = study with { Runs = [.. study.Runs.Where(r => r.Method != "bp")] };
        StudyResult joined = SideBySide.Join([("a", left), ("b", right)]), twice = SideBySide.Join([("a", study), ("b", study)]);
        Assert.Multiple(() =>
        {
            Assert.That(joined.Profiles, Is.EqualTo(study.Profiles));
            Assert.That(joined.Runs, Is.EquivalentTo(study.Runs));
            Assert.That(twice.Profiles.Select(p => p.Name), Does.Contain("cortex-m4").And.Contain("cortex-m4 (b)"));
            Assert.That(twice.Runs, Has.Length.EqualTo(2 * study.Runs.Length));
            Assert.That(() => ReportSetTests.Html(twice), Throws.Nothing);
        });
    }
}
