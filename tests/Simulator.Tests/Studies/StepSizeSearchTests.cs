using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

public class StepSizeSearchTests
{
    private static readonly TrainingSettings Known = new(10, 0.01, Decay.Linear, 0.001);

    private static StepSizeSearch Search(string method, double step, TrainingSettings? known = null) =>
        new(Method.Parse(method), known ?? Known, step);

    private static NumericsResult Numerics(double roundedAway, double tied, params EpsilonSteps[] epsilon) =>
        new([.. epsilon], roundedAway, tied, []);

    [Test]
    public void A_grid_in_fixed_point_lies_at_multiples_of_the_coarsest_step_and_holds_the_known_sizes_first()
    {
        TrainingSettings[] grid = [.. Search("qzo-ff:8w8a", 0.004).Grid];
        Assert.Multiple(() =>
        {
            Assert.That(grid[0], Is.EqualTo(Known));
            Assert.That(grid[1..].Select(g => g.Epsilon).Distinct(), Is.EqualTo(new[] { 0.004, 0.032, 0.26 }));
            Assert.That(grid[1..].Select(g => g.LearningRate).Distinct(), Is.EqualTo(new[] { 0.004, 0.032, 0.26, 2 }));
            Assert.That(Search("qzo-ff:8w8a", 0.1).Grid.Max(g => g.Epsilon), Is.LessThanOrEqualTo(1),
                "what a workload file takes");
        });
    }

    [Test]
    public void A_method_without_probes_has_no_epsilon_to_find_and_floating_point_no_steps()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Search("bp:fp32", 0).Grid.Select(g => g.Epsilon).Distinct(), Has.One.Items);
            Assert.That(Search("jvp:fp32", 0).Grid.Select(g => g.Epsilon).Distinct(), Has.One.Items);
            Assert.That(Search("ff:fp32", 0).Grid, Has.Length.EqualTo(15));
            Assert.That(Search("ff:fp32", 0).Grid.Select(g => g.LearningRate).Distinct(),
                Is.EquivalentTo(new[] { 0.01, 0.00063, 0.0025, 0.04, 0.16 }));
            Assert.That(Search("qzo-ff:16w8a+kernel-norm", 1e-5).IsInSteps, Is.False, "its η is a share of the norm");
        });
    }

    [Test]
    public void A_perturbation_that_rounds_to_nothing_is_named_with_the_size_from_which_it_does_not()
    {
        string[] said = [.. Search("qzo-ff:8w8a", 0.004).Obstacles(
            Known, Numerics(0.9, 0.5, new("conv.weight", 0.004, 0), new("conv.bias", 0.0005, 2)))];
        Assert.Multiple(() =>
        {
            Assert.That(said, Has.Length.EqualTo(3));
            Assert.That(said[0], Is.EqualTo(
                "ε_q = round(ε / Δw) = 0 for 1 of 2 tensors, which are never perturbed: conv.weight; every tensor is from ε = "
                    + "0.00201 on"));
            Assert.That(said[1], Does.StartWith("50 % of directions left both losses equal"));
            Assert.That(said[2], Does.StartWith("90 % of updates round to nothing").And.EndsWith("from η = 0.00201 on"));
            Assert.That(Search("qzo-ff:8w8a", 0.004)
                .Obstacles(Known, Numerics(0.1, 0, new EpsilonSteps("w", 1e-5, 100))), Is.Empty);
            Assert.That(Search("qzo-ff:8w8a", 0.004).Remedy, Does.Contain("qzo-ff-steps:8w8a"));
            Assert.That(Search("ff:fp32", 0).Remedy, Is.Null);
        });
    }

    [Test]
    public void A_loss_that_is_no_number_is_the_worst()
    {
        TrainingCurve Curve(params double[] losses) => new(0, 0, [.. losses], [.. losses.Select((_, i) => i)]);
        Assert.Multiple(() =>
        {
            Assert.That(StepSizeSearch.Score(Curve(9, 9, 9, 9, 9, 9, 1, 3)), Is.EqualTo(2));
            Assert.That(StepSizeSearch.Score(Curve(1, 1, 1, double.NaN)), Is.EqualTo(double.PositiveInfinity));
        });
    }
}
