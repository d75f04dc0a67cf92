using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Simulator.Tests.Studies.Sweeps;

public sealed class SweepOutcomeTests
{
    private static readonly Sweep Asked = new(
        ["systolic-int8-16x16"], ["cnn-small"], ["bp:8w8a", "qzo-ff:8w8a"], ["ft"], ["memory.scratchpad.size=2KiB..512KiB*2"],
        Least: ["memory.scratchpad.size"], SuchThat: ["fits == true"], Goals: ["energy", "area"]);

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-sweep").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_least_value_is_a_number_for_constraints()
    {
        SweepOutcome study = SweepOutcome.Of(Asked, folder);
        long forward = Arena(study, "qzo-ff:8w8a"), backward = Arena(study, "bp:8w8a");
        Assert.Multiple(() =>
        {
            Assert.That(study.Least("scratchpad", "qzo-ff:8w8a"), Is.AtLeast(forward).And.LessThan(2 * forward));
            Assert.That(study.Least("memory.scratchpad.size", "bp:8w8a"), Is.AtLeast(backward).And.LessThan(2 * backward));
            Assert.That(study.Points.Count(p => p.IsOnFront == true), Is.InRange(1, study.Points.Length - 1));
        });
    }

    [Test]
    public void Where_nothing_holds_the_least_value_is_infinite_and_every_bound_fails()
    {
        SweepOutcome study = SweepOutcome.Of(Asked with { Methods = ["bp:8w8a"], SuchThat = ["cycles < 1"] }, folder);
        Assert.That(study.Least("scratchpad"), Is.EqualTo(double.PositiveInfinity).And.Not.AtMost(1e300));
    }

    [Test]
    public void A_question_that_the_study_did_not_ask_is_refused()
    {
        SweepOutcome study = SweepOutcome.Of(Asked, folder);
        Assert.That(() => study.Least("rows"), Throws.ArgumentException.With.Message.Contains("memory.scratchpad.size"));
        Assert.That(() => study.Least("scratchpad"), Throws.ArgumentException.With.Message.Contains("2 answers"));
        Assert.That(() => study.Least("scratchpad", "bp:fp32"), Throws.ArgumentException.With.Message.Contains("0 answers"));
    }

    private static long Arena(SweepOutcome study, string method) =>
        study.Points.First(p => p.Point.Task.Method.ToString() == method).Price.ArenaBytes;
}
