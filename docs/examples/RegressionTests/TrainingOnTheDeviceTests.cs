using NpuSim.RegressionTests.Constraints;
using NpuSim.Reports.Studies;
using NpuSim.Simulator.Studies;

namespace NpuSim.RegressionTests;

/// <summary>What a product that trains on the device relies on, as rules that continuous integration checks.</summary>
public sealed class TrainingOnTheDeviceTests
{
    private const string Profile = "systolic-int8-16x16";

    // Costs need neither data nor weights: this version computes them in milliseconds.
    [Test]
    public void Forward_gradients_train_the_classifier_within_the_scratchpad()
    {
        RunResult forward = Studies.Step(Profile, "qzo-ff:16w8a", "lp"), backward = Studies.Step(Profile, "bp:fp32", "lp");
        Assert.Multiple(() =>
        {
            Assert.That(forward, Fits.Scratchpad);
            Assert.That(backward, !Fits.Scratchpad);
            Assert.That(forward, Needs.LessScratchThan(256 * 1024));
            Assert.That(forward, Needs.LessScratchThan(backward, factor: 3));
            Assert.That(forward, Takes.AtMost(1e6) & Takes.FewerCyclesThan(backward));
        });
    }

    // Accuracies come from a study that `npusim compare` ran.
    [Test]
    public void Both_methods_learn_in_20_steps()
    {
        foreach (RunResult run in Studies.Baseline.Runs)
            Assert.That(run, Reaches.Accuracy(run.Accuracy!.ZeroShotMean()!.Value + 0.02));
        Assert.That(Studies.Baseline.Run("bp fp32 lp"), Reaches.Accuracy(0.85));
    }

    [Test]
    public void Costs_stay_near_the_baseline()
    {
        StudyResult baseline = Studies.Baseline.CostsOnly();
        StudyResult today = baseline with
        {
            Runs = [.. baseline.Runs.Select(r => Studies.Step(r.Profile, $"{r.Method}:{r.Format}", r.Scheme))],
        };
        Assert.That(today, Stays.Near(baseline, "scratch=0", "cycles=10%", "energy=10%", "dram=10%", "utilization=2"));
    }
}
