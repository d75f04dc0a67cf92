using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Training;

public class TrainingTests
{
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));

    private static readonly IReadOnlyDictionary<string, float[]> Pretrained = Pretraining.Run(
        ToyTask.Model, ToyTask.Data(300, 5), 12, 0.9, new TrainingSettings(200, 0.05, Decay.Linear), 1, null,
        CancellationToken.None);

    private static TrainingBench Bench() =>
        new(ToyTask.Model, Pretrained, ToyTask.Data(300, 1, contrast: 0.3), ToyTask.Data(150, 2, contrast: 0.3), 12, 4);

    private static (TrainingCurve Curve, NumericsResult? Numerics) Train(
        string method, string scheme, TrainingSettings settings, NumericPolicy? policy = null, ulong seed = 1) =>
        Bench().Prepare(Method.Parse(method), TuningScheme.Parse(scheme), settings, policy ?? Wrap32)
            .Run(seed, null, CancellationToken.None);

    [TestCase("bp:fp32", "ft", 0.05, 0)]
    [TestCase("bp:fp16", "ft", 0.05, 0)]
    [TestCase("bp:bf16", "ft", 0.05, 0)]
    [TestCase("bp:fp8", "ft", 0.05, 0)]
    [TestCase("bp:mxint8+compact+momentum0.9", "tinytl", 0.02, 0)]
    [TestCase("bp:mxfp8", "lora=2+bias", 0.05, 0)]
    [TestCase("ff:bf16", "ft", 1e-2, 1e-2)]
    [TestCase("ff:mxint8", "ft", 1e-2, 1e-2)]
    [TestCase("spsa:fp8+m2", "ft", 2e-2, 1e-2)]
    [TestCase("bp:fp32", "lp", 0.2, 0)]
    [TestCase("ff:fp32", "ft", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a", "ft", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a", "lp", 3e-2, 1e-2)]
    [TestCase("qzo-ff:16w16a", "ft", 1e-2, 1e-2)]
    [TestCase("bp:16w8a", "ft", 0.05, 0)]
    [TestCase("bp:16w8a+compact+momentum0.9", "tinytl", 0.02, 0)]
    [TestCase("bp:8w8a+compact", "lp", 0.5, 0)]
    [TestCase("bp:fp32", "bias", 0.2, 0)]
    [TestCase("bp:fp32", "lp3", 0.05, 0)]
    [TestCase("bp:fp32", "tinytl", 0.05, 0)]
    [TestCase("bp:fp32", "sparse:conv2=0.5,head", 0.1, 0)]
    [TestCase("bp:fp16", "lora=2+bias", 0.05, 0)]
    [TestCase("ff:fp32", "tinytl", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a", "bias", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a", "lp3", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a", "tinytl", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a", "lora=2+bias", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a+m3", "ft", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a+rademacher+lfsr", "ft", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a+guided0.5", "ft", 2e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a+sharpness", "ft", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a+sparse50", "ft", 1e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a+kernel-norm", "ft", 2e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a+momentum0.9", "ft", 2e-2, 1e-2)]
    [TestCase("qzo-ff:16w8a+m2+guided0.5+sharpness+sparse50+kernel-norm+momentum0.5", "ft", 3e-2, 1e-2)]
    [TestCase("jvp:fp32", "ft", 5e-3, 1e-2)]
    [TestCase("jvp:fp16+m2", "lp", 2e-2, 1e-2)]
    [TestCase("jvp:fp32+m4+orthogonal", "ft", 1, 1e-2)]
    [TestCase("spsa:fp32+m2", "ft", 2e-2, 1e-2)]
    [TestCase("ff:fp32+adam", "ft", 1e-2, 1e-2)]
    public void A_method_adapts_the_toy_network_to_a_paler_domain(string method, string scheme, double rate, double epsilon)
    {
        (TrainingCurve curve, _) = Train(method, scheme, new TrainingSettings(600, rate, Decay.Linear, epsilon));
        TestContext.Out.WriteLine(
            $"{method} {scheme}: {curve.ZeroShot:P1} → {curve.Final:P1}, loss {curve.Losses[0]:F3} → {curve.Losses[^1]:F3}");
        Assert.Multiple(() =>
        {
            Assert.That(curve.Final, Is.GreaterThan(curve.ZeroShot + 0.1));
            Assert.That(curve.Losses[^1], Is.LessThan(0.7 * curve.Losses[0]));
        });
    }

    [Test]
    public void A_perturbation_below_half_a_step_of_every_scale_teaches_nothing()
    {
        (TrainingCurve curve, NumericsResult? numerics) =
            Train("qzo-ff:8w8a", "ft", new TrainingSettings(50, 1e-2, Decay.None, 1e-4));
        Assert.Multiple(() =>
        {
            Assert.That(numerics!.Epsilon.Select(e => e.Steps), Is.All.Zero);
            Assert.That(numerics!.TiedLossShare, Is.EqualTo(1));
            Assert.That(curve.Final, Is.EqualTo(curve.ZeroShot));
        });
    }

    [Test]
    public void Sizes_counted_in_steps_of_the_scale_perturb_every_tensor_alike()
    {
        TrainingSettings settings = new(20, 1, Decay.None, 2, InSteps: true);
        Assert.That(Train("qzo-ff-steps:8w8a", "ft", settings).Numerics!.Epsilon.Select(e => e.Steps), Is.All.EqualTo(2));
    }

    [Test]
    public void A_narrow_accumulator_is_counted_where_it_overflows_and_costs_accuracy()
    {
        TrainingSettings settings = new(5, 1e-2, Decay.None, 1e-2);
        (TrainingCurve wide, NumericsResult? none) = Train("qzo-ff:16w8a", "ft", settings);
        (TrainingCurve narrow, NumericsResult? some) =
            Train("qzo-ff:16w8a", "ft", settings, new(new AccumulatorPolicy(20, Overflow.Wrap)));
        Assert.Multiple(() =>
        {
            Assert.That(none!.Layers.Sum(l => l.Overflowed), Is.Zero);
            Assert.That(some!.Layers.Single(l => l.Layer == "conv2").Overflowed, Is.Positive);
            Assert.That(narrow.ZeroShot, Is.LessThan(wide.ZeroShot));
        });
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
