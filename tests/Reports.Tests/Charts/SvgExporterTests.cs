using System.Xml.Linq;
using NpuSim.Reports.Charts;

namespace NpuSim.Reports.Tests.Charts;

[TestFixture]
internal sealed class SvgExporterTests
{
    [Test]
    public void Points_that_lie_on_one_another_share_one_label()
    {
        PlotModel model = Empty();
        ScatterSeries marks = new() { Points = { new(1, 1), new(1.001, 1), new(9, 9) } };
        model.Series.Add(marks);
        foreach ((int index, ScatterPoint point) in marks.Points.Index())
            model.Annotations.Add(new PointAnnotation { X = point.X, Y = point.Y, Text = $"p{index}" });
        Assert.That(Texts(model, "point-label"), Is.EqualTo(new[] { "p0, p1", "p2" }));
    }

    [Test]
    public void A_line_breaks_where_a_value_is_missing()
    {
        PlotModel model = Empty();
        model.Series.Add(new LineSeries { Points = { new(0, 0), new(1, 1), new(2, double.NaN), new(3, 1), new(4, 0) } });
        string path = Svg(model).Descendants().Select(e => (string?)e.Attribute("d")).OfType<string>().Single();
        Assert.That(path.Count(c => c == 'M'), Is.EqualTo(2));
    }

    [Test]
    public void Stacked_bars_begin_where_the_one_before_ends()
    {
        PlotModel model = new();
        CategoryAxis rows = new() { Position = AxisPosition.Left, Labels = { "row" } };
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Minimum = 0 });
        model.Axes.Add(rows);
        model.Series.Add(new BarSeries { IsStacked = true, Items = { new(30, 0) } });
        model.Series.Add(new BarSeries { IsStacked = true, Items = { new(10, 0) } });
        XElement[] bars = [.. Svg(model).Descendants().Where(e => (string?)e.Attribute("class") == "bar")];
        double end = (double)bars[0].Attribute("x")! + (double)bars[0].Attribute("width")!;
        Assert.That((double)bars[1].Attribute("x")!, Is.EqualTo(end).Within(0.02));
        Assert.That((double)bars[0].Attribute("width")! / (double)bars[1].Attribute("width")!, Is.EqualTo(3).Within(0.01));
    }

    [Test]
    public void A_file_brings_light_and_dark_colours_along_and_an_element_does_not()
    {
        Assert.That(SvgExporter.ExportToString(Empty()), Does.Contain("prefers-color-scheme:dark").And.StartWith("<?xml"));
        Assert.That(SvgExporter.ExportToString(Empty(), isDocument: false), Does.Not.Contain("<style>"));
    }

    private static PlotModel Empty() => new()
    {
        Axes = { new LinearAxis { Position = AxisPosition.Bottom }, new LinearAxis { Position = AxisPosition.Left } },
    };

    private static XElement Svg(PlotModel model) => XElement.Parse(SvgExporter.ExportToString(model, isDocument: false));

    private static string[] Texts(PlotModel model, string role) =>
        [.. Svg(model).Descendants().Where(e => (string?)e.Attribute("class") == role).Select(e => e.Value)];
}
