using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Html;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies.Sweeps;
using NpuSim.Yaml;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace NpuSim.Reports.Sweeps;

/// <summary>
/// The report of a design study as one HTML file that needs nothing else: what is least, fronts, which knob matters, a map of two
/// knobs, and the points in a table with a filter, each with what differs from its profile and the commands that give it alone.
/// </summary>
internal static class SweepHtml
{
    private const int MostRows = 2000, MostMarks = 1500, MostMapCells = 40, MostNeighbours = 100;

    private static readonly Table<KnobEffect> Effects = new("Which knob matters",
        new("Network", e => e.Network),
        new("Figure", e => e.Figure),
        new("Knob", e => e.Knob),
        new("Values", e => e.Levels, Format: "D"),
        new("Worst over best", e => e.Ratio, Format: "F3",
            Meaning: "Geometric mean of the figure over all else, at the worst value of the knob over that at the best."),
        new("Share of the variance", e => 100 * e.Share, "%", "F1",
            Meaning: "Of the logarithm of the figure: what the knob explains alone. What is left knobs do together."));

    private static readonly Table<Neighbour> Neighbours = new("Nearest behind the front",
        new("Network", n => n.Row.Point.Task.Network.Name),
        new("Batch", n => n.Row.Point.Task.Batch, Format: "D"),
        new("On the front", n => PointCommand.Short(n.Row.Point)),
        new("Nearest behind it", n => PointCommand.Short(n.Behind.Point)),
        new("Farthest behind in", n => n.Goal),
        new("Worse by", n => 100 * (n.Factor - 1), "%", "F2",
            Meaning: "In the goal in which it is farthest behind; in no goal is it better."));

    /// <summary>Writes the report.</summary>
    /// <param name="space">The points.</param>
    /// <param name="rows">What is known of them.</param>
    /// <param name="front">Which are on the front of the goals; empty where there are no goals.</param>
    /// <param name="effects">Which knob matters.</param>
    /// <param name="least">The least values that were asked for.</param>
    /// <param name="output">Where to.</param>
    public static void Write(
        SweepSpace space, ImmutableArray<SweepRow> rows, ImmutableArray<bool?> front, ImmutableArray<KnobEffect> effects,
        ImmutableArray<LeastAnswer> least, TextWriter output)
    {
        string script = ReportHtml.Begin("Design study", output);
        output.Write("<header>\n<h1>Design study</h1>\n");
        output.Write(FormattableString.Invariant(
            $"<p class=\"lead\">{rows.Length} of {space.Points.Length} points; {space.Combinations} combinations, "));
        output.Write(FormattableString.Invariant(
            $"{space.LeftOut} left out by conditions, {space.Impossible} impossible</p>\n</header>\n<main id=\"main\">\n"));
        if (!least.IsEmpty)
            Section("least", "The least that works", () =>
            {
                if (space.Asked.Least.Length == 2 && StaircaseChart.Of(space.Asked.Least, least) is { } stairs)
                    ReportHtml.Charts([new("staircase", null, stairs)], output);
                HtmlTable.Write(LeastTable.Of(space.Asked.Least), least, output);
            });
        ImmutableArray<string> goals = space.Asked.Goals.IsDefault ? [] : space.Asked.Goals;
        if (goals.Length > 1 && !rows.IsEmpty)
            Section("front", "Fronts", () =>
            {
                ReportHtml.Charts([.. Fronts(space, rows, front, goals)], output);
                ImmutableArray<Neighbour> neighbours = ParetoFront.Neighbours(rows, front, goals);
                HtmlTable.Write(Neighbours, neighbours.OrderBy(n => n.Factor).Take(MostNeighbours), output);
            });
        if (!effects.IsEmpty)
            Section("effects", "Which knob matters", () => HtmlTable.Write(Effects, effects, output));
        if (goals.Length > 0)
            Section("map", "Two knobs", () => Map(space, rows, goals[0], output));
        Section("points", "Points", () => Points(space, rows, front, output));
        ReportHtml.File("The study (study.yaml)", YamlRecord.Print(space.Asked), output);
        output.Write($"</main>\n<script>{script}</script>\n</body>\n</html>\n");

        void Section(string id, string title, Action content)
        {
            output.Write($"<section id=\"{id}\" aria-labelledby=\"{id}-h\">\n<h2 id=\"{id}-h\">{title}</h2>\n");
            content();
            output.Write("</section>\n");
        }
    }

    // Points on the front first, then others in the order of the study, as many as a page can hold.
    private static void Points(SweepSpace space, ImmutableArray<SweepRow> rows, ImmutableArray<bool?> front, TextWriter output)
    {
        int[] shown = [.. Enumerable.Range(0, rows.Length).OrderBy(i => front.Length > 0 && front[i] == true ? 0 : 1)
            .ThenBy(i => i).Take(MostRows)];
        Table<SweepRow> table = SweepTable.Of(space);
        table = table with
        {
            Columns =
            [
                .. table.For([.. shown.Select(i => rows[i])]).Columns,
                new("Differs from its profile", r => PointCommand.Difference(r.Point)),
                new("Alone", r => PointCommand.Plan(r.Point)),
                new("Trained alone", r => r.Values is null ? null : PointCommand.Run(r.Point, space.Asked.Steps)),
            ],
        };
        string rest = rows.Length > shown.Length
            ? FormattableString.Invariant($" The first {shown.Length} of {rows.Length}, fronts first; points.csv has all.") : "";
        output.Write($"<p><label>Rows with all these words: <input type=\"search\" data-filter=\"points\"></label>{rest}</p>\n");
        output.Write("<div data-fold>\n");
        HtmlTable.Write(table, shown.Select(i => rows[i]), output);
        output.Write("</div>\n");
    }

    private static IEnumerable<StudyChart> Fronts(SweepSpace space, ImmutableArray<SweepRow> rows, ImmutableArray<bool?> front,
        ImmutableArray<string> goals)
    {
        foreach ((int index, var group) in Enumerable.Range(0, rows.Length).Where(i => front[i] is not null)
            .GroupBy(i => (Network: rows[i].Point.Task.Network.Name, rows[i].Point.Task.Batch)).Index())
        {
            string where = FormattableString.Invariant($"{group.Key.Network}, batch {group.Key.Batch}");
            int on = group.Count(i => front[i] == true);
            Chart chart = new()
            {
                Title = $"{goals[1]} against {goals[0]}: {where}",
                Subtitle = $"On the front of {string.Join(", ", goals)}: {on} of {group.Count()} points.",
                Description = $"Best {Listed(goals, g => Best(group.Select(i => rows[i]), g))}.",
                Axes = { Axis(goals[0], AxisPosition.Bottom, group.Select(i => rows[i])),
                    Axis(goals[1], AxisPosition.Left, group.Select(i => rows[i])) },
                Series =
                {
                    Marked("others", Palette.Dimmed, [.. group.Where(i => front[i] == false).Select(i => rows[i])], goals),
                    Marked("on the front", Palette.Series[0], [.. group.Where(i => front[i] == true).Select(i => rows[i])],
                        goals),
                },
            };
            yield return new($"front-{index + 1}", null, chart);
            yield return new($"axes-{index + 1}", null, ParallelAxesChart.Of(where, space, [.. group.Select(i => rows[i])],
                [.. group.Where(i => front[i] == true).Select(i => rows[i])], goals));
        }
    }

    private static double Best(IEnumerable<SweepRow> rows, string goal)
    {
        IEnumerable<double> values = rows.Select(r => ParetoFront.Value(r, goal)).OfType<double>();
        return ParetoFront.IsMost(goal) ? values.Max() : values.Min();
    }

    private static Axis Axis(string goal, AxisPosition position, IEnumerable<SweepRow> rows) =>
        !PointFigures.IsTrained(goal) && rows.All(r => ParetoFront.Value(r, goal) > 0)
            ? new RatioAxis { Position = position, Title = goal }
            : new NumberAxis { Position = position, Title = goal, MaximumPadding = 0.1 };

    // Of very many evenly as many as a reader can tell apart.
    private static ScatterSeries Marked(string title, OxyColor color, ImmutableArray<SweepRow> rows, ImmutableArray<string> goals)
    {
        ScatterSeries marks = Marks.Filled(color, size: 3.5, title: title);
        int count = Math.Min(rows.Length, MostMarks);
        foreach (SweepRow row in Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Length / count)]))
        {
            marks.Points.Add(new ScatterPoint(ParetoFront.Value(row, goals[0])!.Value, ParetoFront.Value(row, goals[1])!.Value,
                tag: $"{SweepTable.Name(row.Id)}: {row.Point.Task} {PointCommand.Difference(row.Point)}: "
                    + Listed(goals, g => ParetoFront.Value(row, g))));
        }

        return marks;
    }

    private static string Listed(ImmutableArray<string> goals, Func<string, double?> value) =>
        string.Join(", ", goals.Select(g => FormattableString.Invariant($"{g} {value(g):G4}")));

    // The best of a goal over all else at each pair of values of the first two knobs.
    private static void Map(SweepSpace space, ImmutableArray<SweepRow> rows, string goal, TextWriter output)
    {
        string[] knobs = [.. space.Knobs.Where(k => k.Values.Length > 1).Select(k => k.Paths[0]).Take(2)];
        if (knobs.Length < 2)
        {
            output.Write("<p>Fewer than two keys vary.</p>\n");
            return;
        }

        foreach (var network in rows.Where(r => ParetoFront.Value(r, goal) is not null).GroupBy(r => r.Point.Task.Network.Name))
        {
            var cells = network.GroupBy(r => (Row: Level(r, knobs[0]), Column: Level(r, knobs[1])))
                .ToDictionary(g => g.Key, g => Best(g, goal));
            string[] down = [.. cells.Keys.Select(k => k.Row).Distinct().Take(MostMapCells)],
                across = [.. cells.Keys.Select(k => k.Column).Distinct().Take(MostMapCells)];
            double low = cells.Values.Min(), high = cells.Values.Max();
            string caption = HtmlText.Escape($"Best {goal} of {network.Key}: {knobs[0]} down, {knobs[1]} across");
            string heads = string.Concat(across.Select(a => $"<th scope=\"col\">{HtmlText.Escape(a)}</th>"));
            output.Write($"<div class=\"scroll\"><table><caption>{caption}</caption>\n");
            output.Write($"<thead><tr><th scope=\"col\"></th>{heads}</tr></thead><tbody>\n");
            foreach (string row in down)
            {
                output.Write($"<tr><th scope=\"row\">{HtmlText.Escape(row)}</th>");
                foreach (string column in across)
                {
                    output.Write(cells.TryGetValue((row, column), out double value)
                        ? Cell(value, Shade(value, low, high)) : "<td></td>");
                }

                output.Write("</tr>\n");
            }

            output.Write("</tbody></table></div>\n");
        }

        static string Cell(double value, double shade) => FormattableString.Invariant(
            $"<td class=\"n\" style=\"background:rgba(42,120,214,{0.6 * shade:F2})\">{Text.Quantity.Metric(value)}</td>");

        static string Level(SweepRow row, string key) => YamlRecord.Find(row.Point.Profile, key)?.Text ?? "none";
    }

    // On a scale of ratios where all are positive.
    private static double Shade(double value, double low, double high) => high <= low ? 0
        : low > 0 ? Math.Log(value / low) / Math.Log(high / low) : (value - low) / (high - low);
}
