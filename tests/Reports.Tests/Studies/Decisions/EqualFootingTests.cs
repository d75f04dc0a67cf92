using System.Collections.Immutable;
using NpuSim.Reports.Studies.Decisions;
using NpuSim.Simulator.Studies;

namespace NpuSim.Reports.Tests.Studies.Decisions;

/// <summary>What is read off accuracy curves.</summary>
internal sealed class EqualFootingTests
{
    private static readonly StudyResult Sample = SampleStudy.Build();

    // Two seeds whose mean is 20 % at first, 40 % after 100 steps, 60 % after 200 and 50 % at the end, after 400.
    private static readonly DecisionCell Cell = With(
        [0.2, 0.2], [0.5, 0.5], [0, 100, 200, 400], [0.1, 0.3, 0.5, 0.5], [0.3, 0.5, 0.7, 0.5]);

    [TestCase(0, 0.2)]
    [TestCase(50, 0.3)]
    [TestCase(100, 0.4)]
    [TestCase(300, 0.55)]
    [TestCase(400, 0.5)]
    public void Between_measured_points_accuracy_lies_on_straight_lines(double steps, double accuracy) =>
        Assert.That(Cell.AccuracyAfter(steps), Is.EqualTo(accuracy).Within(1e-12));

    [Test]
    public void What_few_samples_are_easier_than_all_at_both_ends_is_taken_off_in_a_straight_line()
    {
        DecisionCell cell = With([0.2], [0.5], [0, 100, 400], [0.3, 0.6, 0.5]); // 10 points easier at first, not at the end
        Assert.That(cell.AccuracyAfter(0), Is.EqualTo(0.2).Within(1e-12));
        Assert.That(cell.AccuracyAfter(100), Is.EqualTo(0.6 - 0.075).Within(1e-12));
        Assert.That(cell.AccuracyAfter(400), Is.EqualTo(0.5).Within(1e-12));
    }

    [TestCase(401)]
    [TestCase(-1)]
    public void Outside_of_the_training_there_is_none(double steps) => Assert.That(Cell.AccuracyAfter(steps), Is.Null);

    [TestCase(0.1, 0)]
    [TestCase(0.301, 51)]
    [TestCase(0.6, 200)]
    [TestCase(0.61, null)]
    public void An_accuracy_is_reached_at_the_first_whole_step_that_has_it(double accuracy, int? steps) =>
        Assert.That(Cell.StepsTo(accuracy), Is.EqualTo(steps));

    [Test]
    public void Without_points_on_the_way_nothing_is_read()
    {
        DecisionCell cell = With([0.2], [0.5], []);
        Assert.That((cell.AccuracyAfter(200), cell.StepsTo(0.3), cell.HasCurve()), Is.EqualTo(((double?)null, (int?)null, false)));
        Assert.That(DecisionFigures.ToTarget.Show(cell with { Target = 0.3 }), Is.EqualTo("–"));
    }

    [Test]
    public void The_accuracy_compared_at_is_half_of_the_best_gain_in_whole_percent() =>
        Assert.That(EqualFooting.Target([Cell, With([0.21], [0.9], [])]), Is.EqualTo(0.56), "21 % and 90 %: 55.5 %");

    [Test]
    public void Where_the_best_learns_nothing_there_is_no_accuracy_to_compare_at() =>
        Assert.That(EqualFooting.Target([With([0.2], [0.2], [])]), Is.Null);

    [Test]
    public void Equal_cycles_are_those_of_the_cheapest_whole_training_of_the_profile()
    {
        DecisionRow row = DecisionMatrix.Of(Sample)[0].Rows[0];
        DecisionCell cheapest = row.Runs.MinBy(c => c.Run.Cost!.Cycles)!, dearest = row.Runs.MaxBy(c => c.Run.Cost!.Cycles)!;
        double steps = 400 * cheapest.Run.Cost!.Cycles / dearest.Run.Cost!.Cycles; // 23.9 of 400: before the first point at 25
        Assert.Multiple(() =>
        {
            Assert.That(DecisionFigures.AtEqualCycles.Value(cheapest), Is.EqualTo(100 * cheapest.Run.Accuracy!.Mean).Within(1e-9));
            Assert.That(DecisionFigures.AtEqualCycles.Value(dearest), Is.EqualTo(100 * dearest.AccuracyAfter(steps)!).Within(1e-9));
            Assert.That(steps, Is.InRange(20, 25));
        });
    }

    [Test]
    public void The_cost_to_reach_it_is_steps_times_the_cost_of_a_step_or_said_not_to_be_reached()
    {
        DecisionRow row = DecisionMatrix.Of(Sample)[0].Rows[0];
        DecisionCell bp = row.Cells[0]!, never = row.Cells[3]!;
        int steps = bp.StepsTo(0.5)!.Value;
        Assert.That(bp.Target, Is.EqualTo(0.5), "21.7 and 77.5 %: 49.6 %");
        Assert.That(DecisionFigures.ToTarget.Value(bp), Is.EqualTo(steps * bp.Run.Cost!.Cycles / 500e6).Within(1e-12));
        Assert.That(DecisionFigures.ToTarget.Show(bp), Does.StartWith($"50 % in {steps} steps, "));
        Assert.That(DecisionFigures.ToTarget.Show(never), Is.EqualTo("50 % not reached"));
    }

    private static DecisionCell With(double[] before, double[] after, int[] steps, params double[][] curve)
    {
        RunResult run = Sample.Runs[0];
        return new(Sample.Profiles[0],
            run with
            {
                Accuracy = run.Accuracy! with
                {
                    ZeroShot = [.. before],
                    Final = [.. after],
                    CurveSteps = [.. steps],
                    Curve = [.. curve.Select(c => c.ToImmutableArray())],
                },
            },
            Verdict.Best, Sample);
    }
}
