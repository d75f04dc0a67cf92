using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Training;

/// <summary>Accuracy is measured on the way at few points, on few samples, and changes nothing.</summary>
public class AccuracyPointsTests
{
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));

    [TestCase(400, new[] { 0, 25, 50, 100, 200, 400 })]
    [TestCase(10, new[] { 0, 1, 2, 5, 10 })]
    [TestCase(2, new[] { 0, 1, 2 })]
    [TestCase(1, new[] { 0, 1 })]
    public void Points_are_the_ends_and_a_sixteenth_to_half_of_the_steps(int steps, int[] points) =>
        Assert.That(AccuracyPoints.Of(steps), Is.EqualTo(points));

    [TestCase(400, 32, 400)]
    [TestCase(1, 1, 1)]
    [TestCase(int.MaxValue, 1000, int.MaxValue)]
    public void Samples_are_a_thirty_second_of_the_training(int steps, int batch, int samples) =>
        Assert.That(AccuracyPoints.Samples(steps, batch), Is.EqualTo(samples));

    [TestCase("bp:fp32")]
    [TestCase("qzo-ff:16w8a")]
    [TestCase("bp:16w8a+momentum0.9")]
    public void Measuring_on_the_way_changes_no_other_result(string method)
    {
        (TrainingCurve with, NumericsResult? counted) = Train(method, true);
        (TrainingCurve without, NumericsResult? expected) = Train(method, false);
        Assert.Multiple(() =>
        {
            Assert.That(with.Losses, Is.EqualTo(without.Losses));
            Assert.That((with.ZeroShot, with.Final), Is.EqualTo((without.ZeroShot, without.Final)));
            Assert.That(counted?.Layers, Is.EqualTo(expected?.Layers));
            Assert.That(without.Accuracies, Is.Empty);
            Assert.That((with.Accuracies[0], with.Accuracies[^1]), Is.EqualTo((with.ZeroShot, with.Final)), "few are all here");
            Assert.That(with.AccuracySteps, Is.EqualTo(new[] { 0, 1, 3, 6, 12, 24 }));
            Assert.That(with.Accuracies, Has.Length.EqualTo(6).And.All.InRange(0, 1));
        });
    }

    [Test]
    public void The_accuracy_on_the_way_is_that_of_a_training_whose_rate_falls_alike_and_which_ends_there()
    {
        TrainingCurve whole = Train("bp:fp32", true, 24, Decay.None).Curve, half = Train("bp:fp32", true, 12, Decay.None).Curve;
        Assert.That(whole.Accuracies[4], Is.EqualTo(half.Final).Within(1e-12), "9 samples of a step are enough for all 9");
    }

    private static (TrainingCurve Curve, NumericsResult? Numerics) Train(
        string method, bool onTheWay, int steps = 24, Decay decay = Decay.Linear)
    {
        Dictionary<string, float[]> weights = new(Workloads.Models.Initialization.Weights(Networks.Convolutional(1), 7));
        TrainingBench bench = new(ToyTask.Model, weights, ToyTask.Data(60, 1), ToyTask.Data(9, 2), 12, 2)
        {
            MeasuresOnTheWay = onTheWay,
        };
        return bench.Prepare(Method.Parse(method), TuningScheme.Full, new(steps, 1e-2, decay, 1e-2), Wrap32)
            .Run(3, null, CancellationToken.None);
    }
}
