using System.Collections.Immutable;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data.Corruptions;

namespace NpuSim.Simulator.Tests.Studies;

public sealed class CorruptionMeanTests
{
    private static readonly ImmutableArray<CorruptedRun> Runs =
    [
        Run(CorruptionKind.Fog, 3, "bp", 0.3, 0.8, 0.8), Run(CorruptionKind.Fog, 3, "ff", 0.3, 0.7, 0.76),
        Run(CorruptionKind.Snow, 3, "bp", 0.5, 0.6, 0.6), Run(CorruptionKind.Snow, 3, "ff", 0.5, 0.62, 0.64),
        Run(CorruptionKind.Fog, 1, "bp", 0.6, 0.9, 0.9), Run(CorruptionKind.Fog, 1, "ff", 0.6),
    ];

    [Test]
    public void A_mean_is_over_the_corruptions_and_its_gap_is_to_the_first_method()
    {
        CorruptionMean mean = CorruptionMean.Of(Runs).Single(m => m is { Severity: 3, Method: "ff:fp32" });
        Assert.Multiple(() =>
        {
            Assert.That(mean.ZeroShot, Is.EqualTo(0.4).Within(1e-12));
            Assert.That(mean.Final, Is.EqualTo(0.68).Within(1e-12));
            // Sample variances over two seeds: 0.06²/2 and 0.02²/2.
            Assert.That(mean.Spread, Is.EqualTo(Math.Sqrt((0.0018 + 0.0002) / 2)).Within(1e-12));
            Assert.That(mean.Gap, Is.EqualTo((0.07 - 0.03) / 2).Within(1e-12));
            Assert.That(mean.LargestGap, Is.EqualTo(0.07).Within(1e-12));
            Assert.That(mean.LargestAt, Is.EqualTo(CorruptionKind.Fog));
        });
    }

    [Test]
    public void The_first_method_has_no_gap_and_severities_rise()
    {
        ImmutableArray<CorruptionMean> means = CorruptionMean.Of(Runs);
        Assert.That(means.Select(m => (m.Severity, m.Method)),
            Is.EqualTo(new[] { (1, "bp:fp32"), (1, "ff:fp32"), (3, "bp:fp32"), (3, "ff:fp32") }));
        Assert.That(means.Where(m => m.Method == "bp:fp32").Select(m => (m.Gap, m.LargestGap, m.LargestAt)),
            Is.All.EqualTo(((double?)null, (double?)null, (CorruptionKind?)null)));
    }

    [Test]
    public void What_did_not_train_has_no_figures()
    {
        CorruptionMean none = CorruptionMean.Of(Runs).Single(m => m is { Severity: 1, Method: "ff:fp32" });
        Assert.That((none.ZeroShot, none.Final, none.Spread, none.Gap, none.LargestGap),
            Is.EqualTo(((double?)null, (double?)null, (double?)null, (double?)null, (double?)null)));
    }

    private static CorruptedRun Run(CorruptionKind kind, int severity, string method, double before,
        params double[] after) => new(
        kind, severity, new RunResult(
            "profile", method, "fp32", "lp", 10, null,
            new MemoryResult(1, 1, 1, 1, true, ImmutableSortedDictionary<TensorRole, long>.Empty,
                ImmutableSortedDictionary<TensorRole, long>.Empty, "op", [1]),
            null, after.Length == 0 ? null : new AccuracyResult([.. after.Select(_ => before)], [.. after], [], []), null));
}
