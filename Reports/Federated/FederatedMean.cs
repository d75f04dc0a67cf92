using System.Collections.Immutable;
using NpuSim.Simulator.Studies.Federated;
using NpuSim.Yaml;

namespace NpuSim.Reports.Federated;

/// <summary>Trainings that differ in their seed alone: means over those that ended.</summary>
/// <param name="Runs">The trainings, at least one.</param>
public sealed record FederatedMean(ImmutableArray<FederatedResult> Runs)
{
    private readonly ImmutableArray<FederatedResult> ended = [.. Runs.Where(r => r.Fault is null)];

    /// <summary>What all of them are.</summary>
    public FederatedCase Case => Runs[0].Case;

    /// <summary>As "fedavg bp:fp32 top-k:1".</summary>
    public string Name =>
        $"{YamlWords.Of(Case.Protocol)} {Case.Method}{(Case.Compression == "none" ? "" : $" {Case.Compression}")}";

    /// <summary>Trainings that ended.</summary>
    public int Seeds => ended.Length;

    /// <summary>Why there is no accuracy, of the first that has none; null where all have one.</summary>
    public string? Fault => Runs.FirstOrDefault(r => r.Fault is not null)?.Fault;

    /// <summary>Mean accuracy at the end, 0..1; null where no training ended.</summary>
    public double? Final => Mean(r => r.Outcome!.Final);

    /// <summary>Sample standard deviation of it.</summary>
    public double Spread => ended.Length < 2 ? 0
        : Math.Sqrt(ended.Sum(r => Math.Pow(r.Outcome!.Final - Final!.Value, 2)) / (ended.Length - 1));

    /// <summary>Bytes up in a client round.</summary>
    public double? UpEach => Mean(r => (double)r.Outcome!.UpBytes / r.Participations);

    /// <summary>Bytes down in a client round.</summary>
    public double? DownEach => Mean(r => (double)r.Outcome!.DownBytes / r.Participations);

    /// <summary>Mean of a figure over the trainings that ended; null where one has none.</summary>
    public double? Mean(Func<FederatedResult, double?> of)
    {
        double?[] values = [.. ended.Select(of)];
        return values.Length > 0 && values.All(v => v is not null) ? values.Average() : null;
    }

    /// <summary>The rounds after which accuracy was measured, with its mean and that of the bytes sent by then.</summary>
    public ImmutableArray<(int Round, double Accuracy, double Bytes)> Curve
    {
        get
        {
            if (ended.IsEmpty)
                return [];
            long[] sums = new long[ended.Length];
            var curve = ImmutableArray.CreateBuilder<(int, double, double)>();
            for (int i = 0; i < ended[0].Outcome!.Rounds.Length; i++)
            {
                for (int run = 0; run < sums.Length; run++)
                    sums[run] += ended[run].Outcome!.Rounds[i].UpBytes + ended[run].Outcome!.Rounds[i].DownBytes;
                if (ended[0].Outcome!.Rounds[i].Accuracy is not null)
                    curve.Add((i + 1, ended.Average(r => r.Outcome!.Rounds[i].Accuracy!.Value), sums.Average()));
            }

            return curve.ToImmutable();
        }
    }

    /// <summary>The trainings by what they are but for their seed, in their order.</summary>
    public static ImmutableArray<FederatedMean> Of(ImmutableArray<FederatedResult> results) =>
        [.. results.GroupBy(r => r.Case with { Seed = 0 }).Select(g => new FederatedMean([.. g]))];
}
