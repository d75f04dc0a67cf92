using NpuSim.Reports.Charts;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using OxyPlot.Series;

namespace NpuSim.Reports.Tests.Studies;

[TestFixture]
internal sealed class LayerChartTests
{
    [Test]
    public void Shares_of_every_run_add_up_to_the_whole_step()
    {
        Chart chart = Chart(Enumerable.Range(0, 12).Select(i => $"conv{i}"));
        BarSeries[] series = [.. chart.Series.Cast<BarSeries>()];
        Assert.Multiple(() =>
        {
            Assert.That(series.Select(s => s.Title),
                Has.Exactly(8).Items.And.Some.EqualTo("other layers").And.Not.Contain("conv0"));
            foreach (IGrouping<int, BarItem> run in series.SelectMany(s => s.Items).GroupBy(i => i.CategoryIndex))
                Assert.That(run.Sum(i => i.Value), Is.EqualTo(100).Within(1e-9));
        });
    }

    [Test]
    public void Deep_networks_are_shown_by_block()
    {
        Chart chart = Chart(Enumerable.Range(0, 40).Select(i => $"block{i / 20}.layer{i}"));
        Assert.That(chart.Series.Cast<BarSeries>().Select(s => s.Title), Is.EqualTo(new[] { "block0", "block1" }));
    }

    // Layer i takes i + 1 parts of the step.
    private static Chart Chart(IEnumerable<string> names)
    {
        string[] layers = [.. names];
        double parts = layers.Length * (layers.Length + 1) / 2.0;
        StudyResult study = SampleStudy.Build();
        return StudyCharts.Of(study with
        {
            Runs =
            [
                .. study.Runs.Where(r => r.Cost is not null).Select(r => r with
                {
                    Cost = r.Cost! with
                    {
                        Layers = [.. layers.Select((name, i) => new LayerCost(name, r.Cost.Cycles * (i + 1) / parts, 0, 0))],
                    },
                }),
            ],
        }).First(c => c.Name.StartsWith("layers-", StringComparison.Ordinal)).Model;
    }
}
