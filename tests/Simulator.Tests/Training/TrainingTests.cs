using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Training;

public class TrainingTests
{
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));

    private static TrainingBench Bench() => new(ToyTask.Model, ToyTask.Weights(3), ToyTask.Data(300, 1), ToyTask.Data(150, 2), 12, 4);

    private static (TrainingCurve Curve, NumericsResult? Numerics) Train(
        string method, string scheme, TrainingSettings settings, NumericPolicy? policy = null, ulong seed = 1) =>
        Bench().Prepare(Method.Parse(method), TuningScheme.Parse(scheme), settings, policy ?? Wrap32).Run(seed, null, CancellationToken.None);

    [TestCase("bp:fp32", "ft", 0.1, 0)]
    [TestCase("bp:fp16", "ft", 0.1, 0)]
    [TestCase("bp:fp32", "lp", 0.5, 0)]
    [TestCase("ff:fp32", "ft", 3e-3, 1e-2)]
    [TestCase("qzo-ff:16w8a", "ft", 3e-3, 1e-2)]
    [TestCase("qzo-ff:16w8a", "lp", 2e-2, 1e-2)]
    [TestCase("qzo-ff:16w16a", "ft", 3e-3, 1e-2)]
    public void A_method_learns_the_toy_task(string method, string scheme, double rate, double epsilon)
    {
        (TrainingCurve curve, _) = Train(method, scheme, new TrainingSettings(600, rate, Decay.Linear, epsilon));
        TestContext.Out.WriteLine($"{method} {scheme}: {curve.ZeroShot:P1} → {curve.Final:P1}, loss {curve.Losses[0]:F3} → {curve.Losses[^1]:F3}");
        Assert.That(curve.Final, Is.GreaterThan(0.9));
    }

    [Test]
    public void The_same_seed_gives_the_same_curve_and_another_seed_another()
    {
        TrainingSettings settings = new(60, 3e-3, Decay.None, 1e-2);
        TrainingCurve first = Train("qzo-ff:16w8a", "ft", settings).Curve, again = Train("qzo-ff:16w8a", "ft", settings).Curve;
        TrainingCurve other = Train("qzo-ff:16w8a", "ft", settings, seed: 2).Curve;
        Assert.Multiple(() =>
        {
            Assert.That(again.Losses, Is.EqualTo(first.Losses));
            Assert.That(other.Losses, Is.Not.EqualTo(first.Losses));
        });
    }
}
