using NpuSim.RegressionTests.Constraints;
using NpuSim.Simulator.Studies;
using NUnit.Framework.Constraints;
using NUnit.Framework.Internal;

namespace NpuSim.RegressionTests;

/// <summary>A rule that is broken says so, with figures.</summary>
public sealed class ConstraintTests
{
    private static readonly RunResult Backward = Studies.Baseline.Run("bp fp32 lp"),
        Forward = Studies.Baseline.Run("qzo-ff 16w8a lp");

    private static IEnumerable<TestCaseData<RunConstraint, string, string>> Broken()
    {
        yield return new(Fits.Scratchpad, "scratch memory that fits the scratchpad", "588 KiB of scratch memory");
        yield return new(Needs.LessScratchThan(Backward.Memory.ArenaBytes), "less scratch memory than 588 KiB",
            "588 KiB of scratch memory");
        yield return new(Needs.LessScratchThan(Forward), "less scratch memory than 172 KiB", "588 KiB of scratch memory");
        yield return new(Needs.LessScratchThan(Backward, 2), "0.50× of bp fp32 lp", "588 KiB of scratch memory");
        yield return new(Reaches.Accuracy(0.99), "an accuracy of at least 99.0 %", " %");
        yield return new(Takes.AtMost(Backward.Cost!.Cycles - 1), "at most ", " cycles");
        yield return new(Takes.FewerCyclesThan(Backward), "those of bp fp32 lp", " cycles");
    }

    [TestCaseSource(nameof(Broken))]
    public void A_broken_rule_says_what_was_expected_and_what_was_found(RunConstraint rule, string expected, string found)
    {
        string[] lines = Message(rule.ApplyTo(Backward)).Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.Contain("Expected: ").And.Contain(expected));
            Assert.That(lines[1], Does.Contain("But was: ").And.Contain(found).And.Contain("(systolic-int8-16x16, bp fp32 lp)"));
        });
    }

    [Test]
    public void A_method_that_cannot_run_takes_no_number_of_cycles_and_reaches_no_accuracy()
    {
        RunResult none = Backward with { NotRunnable = "there is no FPU", Cost = null, Accuracy = null };
        Assert.Multiple(() =>
        {
            Assert.That(Message(Takes.AtMost(double.MaxValue).ApplyTo(none)), Does.Contain("no run: there is no FPU"));
            Assert.That(Message(Reaches.Accuracy(0).ApplyTo(none)), Does.Contain("no training"));
            Assert.That(() => Takes.FewerCyclesThan(none), Throws.ArgumentException.With.Message.Contains("there is no FPU"));
        });
    }

    [Test]
    public void A_figure_that_moved_is_named_with_its_tolerance()
    {
        StudyResult baseline = Studies.Baseline;
        StudyResult moved = baseline with
        {
            Runs = [Backward with { Cost = Backward.Cost! with { Cycles = 2 * Backward.Cost.Cycles } }, Forward],
        };
        Assert.Multiple(() =>
        {
            Assert.That(Message(Stays.Near(baseline, "cycles=50%").ApplyTo(moved)),
                Does.Contain("systolic-int8-16x16, bp fp32 lp: cycles ").And.Contain("(+100.00 %) (allowed: cycles=50%)"));
            Assert.That(moved, Stays.Near(baseline, "cycles=100%"));
        });
    }

    private static string Message(ConstraintResult result)
    {
        Assert.That(result.IsSuccess, Is.False, "the rule is broken");
        using TextMessageWriter writer = new();
        result.WriteMessageTo(writer);
        return writer.ToString();
    }
}
