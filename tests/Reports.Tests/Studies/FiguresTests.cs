using System.Reflection;
using NpuSim.Reports.Comparison;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Studies.Figures;
using NpuSim.Reports.Tables;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Studies;

/// <summary>Whatever figures are declared, tables, comparisons and explanations have them.</summary>
public sealed class FiguresTests
{
    private static readonly StudyResult Study = SampleStudy.Build();

    private static IEnumerable<string> Names => RunFigures.Compared.Select(f => f.Check!.Value.Name);

    [TestCaseSource(nameof(Names))]
    public void A_figure_that_is_compared_is_named_once_explained_and_in_a_table(string name)
    {
        Figure figure = RunFigures.Compared.Single(f => f.Check!.Value.Name == name);
        Metric metric = Metric.All.Single(m => m.Name == name);
        RunResult run = Study.Runs.First(r => figure.Value(r) is not null);
        Assert.That(metric.Value(run), Is.EqualTo(figure.Number(run)).And.Not.Null);
        Assert.That(metric.Show(metric.Value(run)!.Value), Is.Not.Empty);
        Assert.That(Tolerance.Parse($"{metric.Name}=1%").Metric, Is.EqualTo(metric));
        Table<RunResult>[] tables = [RunTables.Everything, RunTables.Summary];
        Assert.That(tables.SelectMany(t => t.Columns).Any(c => c.Header == figure.Title), figure.Title);
    }

    [Test]
    public void Every_figure_that_is_declared_can_be_explained_by_a_name_of_its_own()
    {
        Figure[] declared =
        [
            .. typeof(RunFigures).Assembly.GetTypes().Where(t => t.Namespace == typeof(RunFigures).Namespace)
                .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public))
                .Select(f => f.GetValue(null)).OfType<Figure>(),
        ];
        Assert.That(RunFigures.All, Is.EquivalentTo(declared));
        Assert.That(FigureMeaning.All.Select(f => f.Name), Is.Unique);
        Assert.That(declared.Where(f => f.Meaning is null && f.Check is null).Select(f => f.Title), Is.Empty);
    }

    [Test]
    public void A_study_of_a_version_that_did_not_know_a_figure_is_not_compared_by_it()
    {
        StudyResult old = Study with
        {
            Runs = [.. Study.Runs.Select(r => r.Cost is null ? r : r with { Cost = r.Cost with { MovedByMemory = null } })],
        };
        Assert.That(Baseline.Check(Study, old, []).Where(f => !f.Holds), Is.Empty);
        Assert.That(Baseline.Check(Study, old, []).Select(f => f.Change.Metric.Name),
            Does.Not.Contain("moved").And.Contain("dram"));
        Assert.That(Baseline.Check(Study, Study, []).Select(f => f.Change.Metric.Name), Does.Contain("moved"));
        Assert.That(ResultsDiff.Between(old, Study).IsEmpty);
    }

    [Test]
    public void Columns_of_a_table_have_headings_of_their_own()
    {
        foreach (Table<RunResult> table in new[]
            { RunTables.Everything, RunTables.Summary, RunTables.Memory, RunTables.Cost, RunTables.Numerics, RunTables.Terminal })
            Assert.That(table.Columns.Select(c => c.Header), Is.Unique, table.Title);
    }
}
