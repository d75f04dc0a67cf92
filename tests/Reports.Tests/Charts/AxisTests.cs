using NpuSim.Reports.Charts;
using NpuSim.Reports.Text;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Tests.Charts;

/// <summary>Ticks as they stand in a drawn chart.</summary>
[TestFixture]
internal sealed class AxisTests
{
    [TestCase(1, "0 0.2 0.4 0.6 0.8 1")]
    [TestCase(7, "0 1 2 3 4 5 6 7")]
    [TestCase(400, "0 100 200 300 400")]
    [TestCase(23000, "0 5 k 10 k 15 k 20 k")]
    public void Linear_ticks_step_by_one_two_or_five(double highest, string ticks) =>
        Assert.That(Labels(new NumberAxis { Position = AxisPosition.Bottom, Minimum = 0 }, 0, highest), Is.EqualTo(ticks));

    [TestCase(1000, "0 B 256 B 512 B 768 B 1 KiB")]
    [TestCase(600_000, "0 B 128 KiB 256 KiB 384 KiB 512 KiB")]
    [TestCase(33_000_000, "0 B 8 MiB 16 MiB 24 MiB 32 MiB")]
    public void Ticks_of_sizes_step_by_powers_of_two(double highest, string ticks)
    {
        NumberAxis axis = new()
        {
            Position = AxisPosition.Bottom,
            Minimum = 0,
            IsBinary = true,
            LabelFormatter = Quantity.TickBytes,
        };
        Assert.That(Labels(axis, 0, highest), Is.EqualTo(ticks));
    }

    [TestCase(10, 1, 100_000, "1 10 100 1 k 10 k 100 k")]
    [TestCase(10, 3, 40, "5 10 20")] // less than two decades: 1, 2 and 5 of each
    [TestCase(2, 1000, 9000, "1 KiB 2 KiB 4 KiB 8 KiB")]
    public void Logarithmic_ticks_are_powers_of_the_base(double @base, double lowest, double highest, string ticks)
    {
        RatioAxis axis = new() { Position = AxisPosition.Bottom, Base = @base };
        if (@base == 2)
            axis.LabelFormatter = Quantity.TickBytes;
        Assert.That(Labels(axis, lowest, highest), Is.EqualTo(ticks));
    }

    [Test]
    public void Data_that_are_all_equal_or_missing_still_give_a_chart()
    {
        Assert.That(Labels(new NumberAxis { Position = AxisPosition.Bottom }, 5, 5), Is.Not.Empty);
        Assert.That(Labels(new NumberAxis { Position = AxisPosition.Bottom }, double.NaN, double.NaN), Is.Not.Empty);
        Assert.That(Labels(new RatioAxis { Position = AxisPosition.Bottom }, 0, 0), Is.Not.Empty);
    }

    private static string Labels(Axis axis, double lowest, double highest)
    {
        Chart model = new() { Axes = { axis, new NumberAxis { Position = AxisPosition.Left, LabelFormatter = _ => "" } } };
        model.Series.Add(new LineSeries { Points = { new(lowest, 0), new(highest, 1) } });
        System.Xml.Linq.XElement svg = System.Xml.Linq.XElement.Parse(SvgExporter.ExportToString(model, isDocument: false));
        IEnumerable<string> ticks = svg.Descendants().Where(e => (string?)e.Attribute("class") == "tick").Select(e => e.Value);
        return string.Join(' ', ticks.Where(t => t.Length > 0));
    }
}
