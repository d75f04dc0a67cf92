using NpuSim.Reports.Studies.Decisions;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Studies.Decisions;

internal sealed class VerdictsTests
{
    private static readonly RunResult[] Runs =
        [.. SampleStudy.Build().Runs.Where(r => r.Profile == "npu-16x16" && r.Scheme == "ft")];

    [Test]
    public void The_best_is_the_most_accurate_that_runs_and_fits() => Assert.That(Verdicts.Of(Runs),
        Is.EqualTo(new[] { Verdict.DoesNotFit, Verdict.Best, Verdict.TradeOff, Verdict.TradeOff }));

    [Test]
    public void Of_equals_the_one_with_less_scratch_memory_is_the_best()
    {
        RunResult smaller = Runs[1] with { Memory = Runs[1].Memory with { ArenaBytes = 1 } };
        Assert.That(Verdicts.Of([Runs[1], smaller]), Is.EqualTo(new[] { Verdict.Dominated, Verdict.Best }));
    }

    [TestCase(-1, 0, 0, Verdict.Dominated)]
    [TestCase(-1, -1, 0, Verdict.TradeOff)]
    [TestCase(-1, 0, -1, Verdict.TradeOff)]
    [TestCase(-1, 1, 1, Verdict.Dominated)]
    public void Less_accurate_is_dominated_unless_scratch_or_cycles_are_less(int points, int scratch, int cycles, Verdict verdict)
    {
        RunResult other = Runs[1] with
        {
            Accuracy = Runs[1].Accuracy! with { Final = [.. Runs[1].Accuracy!.Final.Select(a => a + (0.01 * points))] },
            Memory = Runs[1].Memory with { ArenaBytes = Runs[1].Memory.ArenaBytes + scratch },
            Cost = Runs[1].Cost! with { Cycles = Runs[1].Cost!.Cycles + cycles },
        };
        Assert.That(Verdicts.Of([Runs[1], other])[1], Is.EqualTo(verdict));
    }

    [TestCase(0.0051, 0, true)]
    [TestCase(0.0049, 0, false)]
    [TestCase(0.02, 0.03, false)]
    public void A_run_learns_when_it_ends_half_a_point_and_more_than_the_spread_above_its_start(
        double gain, double spread, bool learns)
    {
        double[] final = [0.5 + gain - spread, 0.5 + gain + spread];
        RunResult run = Runs[1] with { Accuracy = Runs[1].Accuracy! with { ZeroShot = [0.5, 0.5], Final = [.. final] } };
        Assert.That(run.Learns(), Is.EqualTo(learns));
        Assert.That(Verdicts.Of([run]), Is.EqualTo(new[] { learns ? Verdict.Best : Verdict.LearnsNothing }));
    }

    [Test]
    public void What_cannot_run_or_has_no_accuracy_says_so_before_all_else() => Assert.That(
        Verdicts.Of([Runs[0] with { NotRunnable = "why", Cost = null }, Runs[0] with { Accuracy = null }]),
        Is.EqualTo(new[] { Verdict.DoesNotRun, Verdict.NoAccuracy }));

    [Test]
    public void Every_verdict_has_a_sign_and_a_word_of_its_own() => Assert.Multiple(() =>
    {
        Assert.That(Verdicts.All.Select(v => v.Verdict), Is.EquivalentTo(Enum.GetValues<Verdict>()));
        Assert.That(Verdicts.All.Select(v => v.Sign), Is.Unique);
        Assert.That(Verdicts.All.Select(v => v.Word), Is.Unique);
    });
}
