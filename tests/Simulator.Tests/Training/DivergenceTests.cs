using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Training;

/// <summary>A training whose loss or weights leave what their format holds ends there and says so, whatever the method.</summary>
public class DivergenceTests
{
    private const int Steps = 40;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dictionary<string, float[]> Initial =
        new(Workloads.Models.Initialization.Weights(Networks.Convolutional(1), 7));

    private static TrainingBench Bench(float head = 1) => new(
        ToyTask.Model, new Dictionary<string, float[]>(
            Initial)
        { ["head.weight"] = [.. Initial["head.weight"].Select(w => w * head)] },
        ToyTask.Data(60, 1), ToyTask.Data(30, 2), 12, 2);

    [TestCase("bp:fp32", 1e20)]
    [TestCase("bp:fp16", 1e6)]
    [TestCase("bp:fp32+momentum0.9", 1e20)]
    [TestCase("ff:fp32", 1e20)]
    [TestCase("ff:fp16", 1e4)]
    [TestCase("ff:fp16+sharpness", 1e4)]
    [TestCase("ff:fp32+adam", 1e20)]
    [TestCase("ff:fp32+kernel-norm+momentum0.9", 1e20)]
    [TestCase("spsa:fp32", 1e20)]
    [TestCase("spsa:fp16+m2", 1e4)]
    [TestCase("spsa:fp32+m2+orthogonal", 1e20)]
    [TestCase("jvp:fp32", 1e20)]
    [TestCase("jvp:fp16", 1e4)]
    [TestCase("jvp:fp32+m4+orthogonal", 1e20)]
    public void In_floating_point_a_step_far_too_large_diverges_and_nothing_is_measured_after_it(string method, double rate)
    {
        (TrainingCurve curve, _) = Bench()
            .Prepare(Method.Parse(method), TuningScheme.Full, new(Steps, rate, Decay.None, 1e-2), Wrap32)
            .Run(1, null, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(curve.Divergence, Is.Not.Null);
            Assert.That(curve.Divergence!.Step, Is.InRange(1, Steps));
            Assert.That(curve.Divergence.ToString(), Is.EqualTo($"diverged at step {curve.Divergence.Step}"));
            Assert.That(curve.Final, Is.NaN);
            Assert.That(curve.ZeroShot, Is.InRange(0, 1));
            Assert.That(curve.Losses, Has.All.Matches<double>(double.IsFinite));
        });
    }

    [TestCase("qzo-ff:16w8a")]
    [TestCase("qzo-ff:8w8a+m2")]
    [TestCase("qzo-ff-steps:8w8a")]
    [TestCase("bp:16w8a")]
    [TestCase("bp:8w8a+compact")]
    public void In_fixed_point_a_loss_beyond_its_format_is_divergence(string method)
    {
        Method how = Method.Parse(method);
        (TrainingCurve curve, NumericsResult? numerics) = Bench(head: 1e8f)
            .Prepare(how, TuningScheme.Full, new(Steps, 1e-2, Decay.None, 1e-2, how.Name == "qzo-ff-steps"), Wrap32)
                .Run(1, null, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(curve.Divergence, Is.EqualTo(new Divergence(1,
                "the loss is beyond the 2^20 nats that its format holds")));
            Assert.That(numerics, Is.Not.Null);
        });
    }

    [Test]
    public void A_stopped_run_diverges_at_the_same_step_when_it_goes_on()
    {
        PreparedTraining prepared = Bench()
            .Prepare(Method.Parse("ff:fp16"), TuningScheme.Full, new(Steps, 300, Decay.None, 1e-2), null);
        TrainingState? state = null;
        Divergence whole = prepared.Run(1, null, CancellationToken.None).Curve.Divergence!;
        Assert.That(whole.Step, Is.GreaterThan(1));
        Divergence again = prepared.Run(1, null, CancellationToken.None, new(1, s => state ??= s)).Curve.Divergence!;
        Divergence resumed = prepared.Run(1, null, CancellationToken.None, new(0, null, state)).Curve.Divergence!;
        Assert.That(new[] { again, resumed }, Is.All.EqualTo(whole));
    }

    [Test]
    public void An_episode_that_diverges_is_named()
    {
        Dataset support = ToyTask.Data(24, 20);
        support = support.Select([.. Enumerable.Range(0, support.Count).OrderBy(i => support.Labels.Span[i])]);
        EpisodeBench bench = new(
            ToyTask.Model.With(FewShotHead.ProtoNets), Initial.Where(w => !w.Key.StartsWith("head.", StringComparison.Ordinal))
            .ToDictionary(),
            [new Episode(support, ToyTask.Data(30, 40)), new Episode(support, ToyTask.Data(30, 41))], 12, 1);
        Divergence? divergence = bench.Prepare(Method.Parse("bp:fp32"), TuningScheme.Full, new(Steps, 1e20, Decay.None), null)
            .Run(1, null, CancellationToken.None).Curve.Divergence;
        Assert.That(divergence?.ToString(), Does.Match("^diverged at step [0-9]+ of episode 1$"));
    }

    [Test]
    public void Pretraining_that_diverges_is_one_line() => Assert.That(
        () => Pretraining.Run(ToyTask.Model, ToyTask.Data(60, 5), 12, 0.9, new TrainingSettings(30, 1e20, Decay.None), 1, null,
            CancellationToken.None),
        Throws.TypeOf<InputException>().With.Message.StartsWith("pre-training diverged at step ").And.Message.Not.Contains("\n"));

    [Test]
    public void A_run_that_diverges_or_throws_is_a_row_and_the_others_stand()
    {
        StudyRequest request = new(
            [ShippedProfiles.Find("systolic-int8-16x16")],
            [Method.Parse("bp:fp32"), Method.Parse("ff:fp16"), Method.Parse("spsa:fp32")], [TuningScheme.Full], [1, 2],
            (method, _) => new TrainingSettings(Steps, method.Name == "bp" ? 0.02 : 1e20, Decay.None, 1e-2), 2);
        RunResult[] runs = [.. new CompareStudy(request, new Throwing(Bench(), "spsa")).Run(null, CancellationToken.None).Runs];
        RunFault failed = new(1, FaultKind.Failed, null, "InvalidOperationException: a defect");
        Assert.Multiple(() =>
        {
            Assert.That(runs.Select(r => r.Method), Is.EqualTo(new[] { "bp", "ff", "spsa" }));
            Assert.That(runs[0].Accuracy!.Final, Has.Length.EqualTo(2));
            Assert.That((runs[0].Seeds.IsDefault, runs[0].Faults.IsEmpty), Is.EqualTo((true, true)));
            Assert.That(runs[1].Accuracy, Is.Null);
            Assert.That(runs[1].Faults.Select(f => (f.Seed, f.Kind)),
                Is.EqualTo(new[] { (1UL, FaultKind.Diverged), (2UL, FaultKind.Diverged) }));
            Assert.That(runs[2].Faults, Is.EqualTo(new[] { failed, failed with { Seed = 2 } }));
            Assert.That(new CompareStudy(request, new Throwing(Bench(), "spsa")).Run(null, CancellationToken.None).Defects,
                Has.Length.EqualTo(2));
        });
    }

    // Has a defect in one method.
    private sealed class Throwing(IBench inner, string method) : IBench
    {
        public Workloads.Graphs.Graph Graph => inner.Graph;

        public string WeightsHash => inner.WeightsHash;

        public string Content => inner.Content;

        public int Trainings => inner.Trainings;

        public Workloads.Graphs.Graph? Setup => inner.Setup;

        public PreparedTraining Prepare(
            Method how, TuningScheme scheme, TrainingSettings settings, NumericPolicy? policy, int threads = 0,
            Simulator.Execution.FixedPointBackend? backend = null,
            Simulator.Memory.Step? step = null) =>
            how.Name == method ? new((_, _, _, _) => throw new InvalidOperationException("a defect"))
                : inner.Prepare(how, scheme, settings, policy, threads, backend, step);
    }
}
