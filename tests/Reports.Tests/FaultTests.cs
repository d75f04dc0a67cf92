using NpuSim.Reports.Comparison;
using NpuSim.Reports.Html;
using NpuSim.Reports.Markdown;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests;

/// <summary>A run that diverged or failed is shown in words wherever runs are shown.</summary>
internal sealed class FaultTests
{
    private const string All = "diverged at step 12", Some = "1 of 3 seeds diverged at step 7",
        Defect = "failed by an internal error";

    [Test]
    public void In_every_table_and_report()
    {
        StudyResult study = FaultySample.Study();
        foreach ((string name, Action<TextWriter> write) in new (string, Action<TextWriter>)[]
        {
            ("terminal", w => TextTable.Write(RunTables.Terminal, study.Runs, w)),
            ("CSV", w => CsvTable.Write(RunTables.Everything, study.Runs, w)),
            ("Markdown", w => ReportMarkdown.Write(study, w)),
            ("HTML", w => ReportHtml.Write(study, w)),
        })
        {
            StringWriter text = new();
            write(text);
            Assert.That(text.ToString(), Does.Contain(All).And.Contain(Some).And.Contain(Defect), name);
            if (name is "Markdown" or "HTML")
                Assert.That(text.ToString(), Does.Contain("The study was interrupted").And.Contain(
                    "the loss is no finite number"), name);
        }
    }

    [Test]
    public void In_charts_every_run_has_its_row() => Assert.That(
        StudyCharts.Of(FaultySample.Study()).First(c => c.Name == "accuracy").Model.Description, Does.Contain(All));

    [Test]
    public void In_a_comparison_of_two_studies()
    {
        StudyResult before = SampleStudy.Build(), after = FaultySample.Study();
        Assert.That(ResultsDiff.Between(before, after).Circumstances, Is.SupersetOf(new[]
        {
            "The study was complete, now it was interrupted.",
            $"{before.Runs[0].Profile}, {before.Runs[0].Label()}: was done, now {All}.",
            $"{before.Runs[1].Profile}, {before.Runs[1].Label()}: was done, now {Some}.",
        }));
        Assert.That(Baseline.Check(after, before, []).Count(f => !f.Holds), Is.GreaterThan(0),
            "a run that diverged does not hold");
    }

    [Test]
    public void Side_by_side_an_interrupted_study_makes_the_whole_incomplete() =>
        Assert.That(SideBySide.Join([("a", SampleStudy.Build()), ("b", FaultySample.Study())]).IsComplete, Is.False);
}
