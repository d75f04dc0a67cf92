using System.Globalization;
using System.Xml.Linq;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Studies;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using SvgExporter = NpuSim.Reports.Charts.SvgExporter;

namespace NpuSim.Reports.Tests.Charts;

[TestFixture]
internal sealed class SvgExporterTests
{
    [Test]
    public void Points_that_lie_on_one_another_share_one_label()
    {
        Chart chart = Empty();
        ScatterSeries marks = Marks.Filled(Palette.Ink);
        marks.Points.AddRange([new(1, 1), new(1.001, 1), new(9, 9)]);
        chart.Series.Add(marks);
        PointLabels labels = new();
        labels.Items.AddRange([new(1, 1, "p0"), new(1.001, 1, "p1"), new(9, 9, "p2")]);
        chart.Annotations.Add(labels);
        Assert.That(Texts(chart, "point-label"), Is.EqualTo(new[] { "p0, p1", "p2" }));
    }

    [Test]
    public void Labels_of_points_cover_neither_marks_nor_one_another()
    {
        Chart chart = Empty();
        ScatterSeries marks = Marks.Filled(Palette.Ink, 6);
        PointLabels labels = new();
        for (int i = 0; i < 30; i++)
        {
            (double x, double y) = (i * 7 % 30, i * 11 % 30);
            marks.Points.Add(new(x, y));
            labels.Items.Add(new(x, y, $"point {i}"));
        }

        chart.Series.Add(marks);
        chart.Annotations.Add(labels);
        (double X, double Y, double Width)[] drawn =
        [
            .. Svg(chart).Descendants("text").Where(e => (string?)e.Attribute("class") == "point-label")
                .Select(e => (At(e).X, At(e).Y, TextMeasure.Width(e.Value, 13))),
        ];
        Assert.That(drawn, Has.Length.GreaterThan(10));
        for (int i = 0; i < drawn.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                bool apart = Math.Abs(drawn[i].Y - drawn[j].Y) > 15.9
                    || drawn[i].X > drawn[j].X + drawn[j].Width - 0.1 || drawn[j].X > drawn[i].X + drawn[i].Width - 0.1;
                Assert.That(apart, $"{drawn[i]} and {drawn[j]}");
            }
        }
    }

    [Test]
    public void A_line_breaks_where_a_value_is_missing()
    {
        Chart chart = Empty();
        LineSeries line = new() { Color = Palette.Series[1] };
        line.Points.AddRange([new(0, 0), new(1, 1), new(2, double.NaN), new(3, 1), new(4, 0)]);
        chart.Series.Add(line);
        IEnumerable<string> styles = Svg(chart).Elements("polyline").Select(e => (string)e.Attribute("style")!);
        Assert.That(styles.Count(s => s.Contains("var(--s2", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public void Stacked_bars_begin_where_the_one_before_ends_and_say_what_they_are()
    {
        Chart chart = Rows("row");
        foreach ((string title, double value) in new[] { ("first", 30.0), ("second", 10.0) })
        {
            BarSeries series = Marks.Bars(title, Palette.Series[0], isStacked: true);
            series.Items.Add(new BarItem(value, 0));
            chart.Series.Add(series);
        }

        XElement[] bars = [.. Svg(chart).Elements("rect").Where(e => e.Element("title") is not null)];
        double end = (double)bars[0].Attribute("x")! + (double)bars[0].Attribute("width")!;
        Assert.Multiple(() =>
        {
            Assert.That(bars.Select(b => b.Element("title")!.Value), Is.EqualTo(new[] { "row, first: 30", "row, second: 10" }));
            Assert.That((double)bars[1].Attribute("x")!, Is.EqualTo(end).Within(0.02));
            Assert.That((double)bars[0].Attribute("width")! / (double)bars[1].Attribute("width")!, Is.EqualTo(3).Within(0.01));
            Assert.That(Texts(chart, "legend"), Is.EqualTo(new[] { "first", "second" }));
        });
    }

    [Test]
    public void The_first_row_is_at_the_top_and_texts_stand_in_theirs()
    {
        Chart chart = Rows("a", "b", "c");
        BarSeries bars = Marks.Bars("bars", Palette.Series[0], isStacked: true);
        bars.Items.AddRange([new BarItem(1, 0), new BarItem(2, 1), new BarItem(3, 2)]);
        chart.Series.Add(bars);
        foreach (int row in new[] { 0, 1, 2 })
            chart.Annotations.Add(new RowText { Text = $"text {row}", Row = row, X = row + 1 });
        XElement[] texts = [.. Svg(chart).Elements("text")];
        double[] rows = [.. texts.Where(t => t.Value is "a" or "b" or "c").OrderBy(t => t.Value).Select(t => At(t).Y)];
        Assert.That(rows, Is.Ordered.Ascending);
        double[] values = [.. texts.Where(t => (string?)t.Attribute("class") == "value").Select(t => At(t).Y)];
        Assert.That(values, Is.EqualTo(rows).Within(0.02));
        XElement last = texts.Single(t => t.Value == "text 2");
        Assert.That(At(last).X + TextMeasure.Width(last.Value, 13), Is.LessThan(SvgExporter.Width),
            "room behind the longest bar");
    }

    [Test]
    public void Contours_are_labelled_with_their_level_and_spare_values_that_are_missing()
    {
        double[] places = [.. Enumerable.Range(0, 41).Select(i => -2 + (0.1 * i))];
        double[,] bowl = new double[41, 41];
        foreach ((int c, double x) in places.Index())
        {
            foreach ((int r, double y) in places.Index())
                bowl[c, r] = x > 1.5 ? double.NaN : (x * x) + (y * y);
        }

        Chart chart = Empty();
        chart.Series.Add(new ContourSeries
        {
            ToolTip = Roles.MarkLabel,
            ContourLevelStep = 1,
            Color = Palette.Dimmed,
            LabelFormatString = "G4",
            LabelBackground = OxyColors.Transparent,
            ColumnCoordinates = places,
            RowCoordinates = places,
            Data = bowl,
            ContourLevels = [0.5, 1.5],
        });
        XElement svg = Svg(chart);
        Assert.That(Texts(chart, "mark-label").Distinct().Order(), Is.EqualTo(new[] { "0.5", "1.5" }));
        Assert.That(svg.Elements("polyline").Select(e => (string)e.Attribute("points")!), Has.None.Contains("NaN"));
    }

    [Test]
    public void A_file_brings_light_and_dark_colours_along_and_an_element_does_not()
    {
        Assert.That(SvgExporter.ExportToString(Empty()), Does.Contain("prefers-color-scheme:dark").And.StartWith("<?xml"));
        Assert.That(SvgExporter.ExportToString(Empty(), isDocument: false), Does.Not.Contain("<style>"));
    }

    [Test]
    public void Every_chart_follows_light_and_dark_has_no_identifiers_and_is_drawn_the_same_twice()
    {
        foreach (StudyChart chart in StudyCharts.Of(SampleStudy.Build()))
        {
            string svg = SvgExporter.ExportToString(chart.Model, isDocument: false);
            XElement root = XElement.Parse(svg);
            Assert.Multiple(() =>
            {
                Assert.That(svg, Does.Not.Contain("rgb(").And.Not.Contain("black").And.Not.Contain("id=\""), chart.Name);
                Assert.That(SvgExporter.ExportToString(chart.Model, isDocument: false), Is.EqualTo(svg), chart.Name);
                Assert.That(
                    root.Elements().Select(e => e.Name.LocalName).Take(2), Is.EqualTo(new[] { "title", "desc" }), chart.Name);
                Assert.That(root.Elements().First().Value, Is.EqualTo(chart.Model.Title), chart.Name);
                Assert.That(root.Elements().Skip(1).First().Value, Is.Not.Empty, chart.Name);
            });
        }
    }

    [Test]
    public void A_fault_while_drawing_is_no_chart()
    {
        Chart chart = Empty();
        chart.Annotations.Add(new Faulty());
        Assert.That(() => SvgExporter.ExportToString(chart),
            Throws.InvalidOperationException.With.Message.Contains("on purpose"));
    }

    private static (double X, double Y) At(XElement text)
    {
        string[] numbers = ((string)text.Attribute("transform")!)["translate(".Length..].Split(')')[0].Split(',');
        return (double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    private static Chart Rows(params string[] names)
    {
        RowAxis rows = new();
        rows.Labels.AddRange(names);
        return new Chart { Axes = { new NumberAxis { Position = AxisPosition.Bottom, Minimum = 0 }, rows } };
    }

    private static Chart Empty() => new()
    {
        Axes = { new NumberAxis { Position = AxisPosition.Bottom }, new NumberAxis { Position = AxisPosition.Left } },
    };

    private static XElement Svg(Chart chart)
    {
        XElement svg = XElement.Parse(SvgExporter.ExportToString(chart, isDocument: false));
        foreach (XElement element in svg.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return svg;
    }

    private static string[] Texts(Chart chart, string role) =>
        [.. Svg(chart).Descendants().Where(e => (string?)e.Attribute("class") == role).Select(e => e.Value)];

    private sealed class Faulty : Annotation
    {
        public override void Render(IRenderContext rc) => throw new NotSupportedException("on purpose");
    }
}
