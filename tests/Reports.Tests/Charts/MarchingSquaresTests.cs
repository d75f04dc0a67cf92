using System.Xml.Linq;
using NpuSim.Reports.Charts;

namespace NpuSim.Reports.Tests.Charts;

[TestFixture]
internal sealed class MarchingSquaresTests
{
    private static readonly double[] Unit = [0, 1], Fine = [.. Enumerable.Range(0, 41).Select(i => -2 + (0.1 * i))];

    [Test]
    public void Around_a_minimum_lines_are_closed_circles_of_the_level()
    {
        DataPoint[] line = MarchingSquares.Lines(Fine, Fine, Of((x, y) => (x * x) + (y * y)), 1.7).Single();
        Assert.Multiple(() =>
        {
            Assert.That(line[^1], Is.EqualTo(line[0]));
            Assert.That(line.Select(p => Math.Sqrt((p.X * p.X) + (p.Y * p.Y))), Is.All.EqualTo(Math.Sqrt(1.7)).Within(0.002));
            Assert.That(line.SkipLast(1).Distinct().Count(), Is.EqualTo(line.Length - 1));
        });
    }

    [Test]
    public void On_a_slope_the_line_goes_once_from_border_to_border()
    {
        DataPoint[] line = MarchingSquares.Lines(Fine, Fine, Of((x, y) => x + (2 * y)), 0.33).Single();
        Assert.Multiple(() =>
        {
            Assert.That(line.Select(p => p.X + (2 * p.Y)), Is.All.EqualTo(0.33).Within(1e-9));
            Assert.That(new[] { line[0].X, line[^1].X }.Order(), Is.EqualTo(new[] { -2.0, 2.0 }).Within(1e-9));
        });
    }

    [TestCase(0.4, true)]
    [TestCase(0.6, false)]
    public void At_a_saddle_the_high_corners_are_joined_where_the_middle_is_above_the_level(double level, bool joined)
    {
        double[,] saddle = { { 1, 0 }, { 0, 1 } }; // high at (0, 0) and (1, 1)
        IReadOnlyList<DataPoint[]> lines = MarchingSquares.Lines(Unit, Unit, saddle, level);
        // Lines that cut off a low corner stay on one side of the diagonal between the high ones.
        Assert.That(lines, Has.Count.EqualTo(2));
        Assert.That(lines.All(l => Math.Sign(l[0].X - l[0].Y) == Math.Sign(l[1].X - l[1].Y)), Is.EqualTo(joined));
    }

    [Test]
    public void A_cell_beside_a_value_that_is_not_finite_has_no_line()
    {
        double[,] data = { { 0, 0, 0 }, { 1, 1, double.NaN } };
        DataPoint[] line = MarchingSquares.Lines(Unit, [0, 1, 2], data, 0.25).Single();
        Assert.That(line, Is.EquivalentTo(new DataPoint[] { new(0.25, 0), new(0.25, 1) }));
    }

    [Test]
    public void Lines_are_drawn_inside_the_axes_and_labelled_with_their_level()
    {
        PlotModel model = new()
        {
            Axes = { new LinearAxis { Position = AxisPosition.Bottom }, new LinearAxis { Position = AxisPosition.Left } },
            Series = { new ContourSeries { ColumnCoordinates = Fine, RowCoordinates = Fine, Data = Of((x, y) => (x * x) + (y * y)), ContourLevels = [0.5, 1.5] } },
        };
        XElement svg = XElement.Parse(SvgExporter.ExportToString(model, isDocument: false));
        Assert.Multiple(() =>
        {
            Assert.That(svg.Descendants().Count(e => e.Name.LocalName == "path"), Is.EqualTo(2));
            Assert.That(svg.Descendants().Where(e => (string?)e.Attribute("class") == "mark-label").Select(e => e.Value), Is.EqualTo(new[] { "0.5", "1.5" }));
        });
    }

    private static double[,] Of(Func<double, double, double> value)
    {
        double[,] data = new double[Fine.Length, Fine.Length];
        for (int c = 0; c < Fine.Length; c++)
        {
            for (int r = 0; r < Fine.Length; r++)
                data[c, r] = value(Fine[c], Fine[r]);
        }

        return data;
    }
}
