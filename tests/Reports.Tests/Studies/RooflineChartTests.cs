using NpuSim.Accelerators.Profiles;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using OxyPlot.Series;

namespace NpuSim.Reports.Tests.Studies;

[TestFixture]
internal sealed class RooflineChartTests
{
    [Test]
    public void The_roof_bends_where_the_memory_feeds_the_engine_just_fast_enough()
    {
        HardwareProfile hardware = ShippedProfiles.Find("systolic-int8-16x16");
        double bandwidth = hardware.Memory.Dram!.BytesPerSecond / hardware.ClockHz;
        LineSeries roof = Chart(hardware, [Layer("conv1", 4)])!.Series.OfType<LineSeries>().Single();
        Assert.Multiple(() =>
        {
            Assert.That(roof.Points[1].Y, Is.EqualTo(256));
            Assert.That(roof.Points[1].X * bandwidth, Is.EqualTo(256).Within(1e-9));
            Assert.That(roof.Points[0].Y, Is.EqualTo(roof.Points[0].X * bandwidth).Within(1e-9), "on the slope");
            Assert.That(roof.Points[2].Y, Is.EqualTo(256), "under the flat part");
        });
    }

    [Test]
    public void A_mark_lies_at_its_MACs_per_byte_and_per_cycle_and_layers_that_fetch_nothing_have_none()
    {
        HardwareProfile hardware = ShippedProfiles.Find("systolic-int8-16x16");
        Chart chart = Chart(hardware, [Layer("conv1", 4), Layer("fc", 0)])!;
        ScatterPoint[] marks = [.. chart.Series.OfType<ScatterSeries>().SelectMany(s => s.Points)];
        Assert.That(marks.Select(m => (m.X, m.Y)).Distinct(), Is.EqualTo(new[] { (250.0, 20.0) }));
        Assert.That(marks[0].Tag, Does.Contain("conv1"));
    }

    [Test]
    public void Without_off_chip_traffic_there_is_no_chart() =>
        Assert.That(Chart(ShippedProfiles.Find("systolic-int8-16x16"), [Layer("conv1", 0)]), Is.Null);

    // 1000 MACs in 50 cycles.
    private static LayerCost Layer(string name, double bytes) => new(name, 50, 1000, bytes);

    private static Chart? Chart(HardwareProfile hardware, LayerCost[] layers)
    {
        StudyResult study = SampleStudy.Build();
        ProfileSummary profile = study.Profiles[0] with { Name = hardware.Name, Yaml = ProfileWriter.ToYaml(hardware) };
        return StudyCharts.Of(study with
        {
            Profiles = [profile],
            Runs =
            [
                .. study.Runs.Where(r => r.Profile == study.Profiles[0].Name && r.Cost is not null)
                    .Select(r => r with { Profile = profile.Name, Cost = r.Cost! with { Cycles = 100, Layers = [.. layers] } }),
            ],
        }).FirstOrDefault(c => c.Name.StartsWith("roofline-", StringComparison.Ordinal))?.Model;
    }
}
