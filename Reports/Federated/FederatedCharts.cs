using System.Collections.Immutable;
using NpuSim.Reports.Charts;
using NpuSim.Reports.Studies;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Studies.Federated;
using NpuSim.Yaml;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using Quantity = NpuSim.Reports.Text.Quantity;

namespace NpuSim.Reports.Federated;

/// <summary>Accuracy against rounds and against bytes, for each partition.</summary>
internal static class FederatedCharts
{
    /// <summary>The charts: two for each partition of which a training ended.</summary>
    public static ImmutableArray<StudyChart> Of(string workload, ImmutableArray<FederatedMean> means) =>
    [
        .. from partition in means.Where(m => !m.Curve.IsEmpty).GroupBy(m => m.Case.Partition)
           from chart in new[]
           {
               ByRound(workload, partition.Key, [.. partition]), ByBytes(workload, partition.Key, [.. partition]),
           }
           select chart,
    ];

    private static StudyChart ByRound(string workload, PartitionKind partition, ImmutableArray<FederatedMean> means) =>
        Chart("rounds", workload, partition, means, "rounds", p => p.Round,
            new NumberAxis { Position = AxisPosition.Bottom, Title = "Round", Minimum = 0 });

    private static StudyChart ByBytes(string workload, PartitionKind partition, ImmutableArray<FederatedMean> means) =>
        Chart("bytes", workload, partition, means, "bytes sent both ways", p => p.Bytes,
            new RatioAxis { Position = AxisPosition.Bottom, Title = "Bytes of all messages", Unit = "B" });

    private static StudyChart Chart(
        string name, string workload, PartitionKind partition, ImmutableArray<FederatedMean> means, string what,
        Func<(int Round, double Accuracy, double Bytes), double> place, Axis bottom)
    {
        string dealt = YamlWords.Of(partition);
        Chart chart = new()
        {
            Title = PlainText.Line($"Accuracy against {what}: {workload}, {dealt}"),
            Subtitle = "Accuracy of the server's weights, mean over the seeds.",
            Description = PlainText.Line(string.Join("; ",
                means.Select(m => $"{m.Name}: {Quantity.Percent(m.Final!.Value)} % at the end")) + "."),
            Axes = { bottom, new NumberAxis { Position = AxisPosition.Left, Title = "Accuracy", Unit = "%" } },
        };
        string[] kinds = [.. means.Select(KindOf).Distinct()];
        foreach (FederatedMean mean in means)
        {
            OxyColor color = Palette.Series[Array.IndexOf(kinds, KindOf(mean)) % Palette.Series.Length];
            LineSeries line = new()
            {
                Title = mean.Name,
                Color = color,
                Dashes = Dashes.Of((int)mean.Case.Protocol),
                LineJoin = LineJoin.Round,
            };
            ScatterSeries marks = Marks.Filled(color, 2.5);
            foreach ((int Round, double Accuracy, double Bytes) point in mean.Curve.Where(p => p.Bytes > 0))
            {
                line.Points.Add(new DataPoint(place(point), 100 * point.Accuracy));
                marks.Points.Add(new ScatterPoint(place(point), 100 * point.Accuracy,
                    tag: $"{mean.Name}, round {point.Round}: {Quantity.Percent(point.Accuracy)} %"));
            }

            chart.Series.Add(line);
            chart.Series.Add(marks);
        }

        return new($"federated-{name}-{dealt}", null, chart);
    }

    // What has a colour of its own; protocols differ in their dashes.
    private static string KindOf(FederatedMean mean) => $"{mean.Case.Method} {mean.Case.Compression}";
}
