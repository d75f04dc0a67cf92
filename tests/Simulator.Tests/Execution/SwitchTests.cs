using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>What switches do to the numbers.</summary>
public class SwitchTests
{
    private static readonly Quadratic Loss = new();
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dictionary<string, float[]> Initial =
        new(Workloads.Models.Initialization.Weights(Networks.Convolutional(1), 7));

    private static TrainingBench Bench() => new(ToyTask.Model, Initial, ToyTask.Data(60, 1), ToyTask.Data(30, 2), 12, 2);

    private static (TrainingCurve Curve, NumericsResult? Numerics) Train(
        string method, int steps, double rate = 1e-2, double epsilon = 1e-2, NumericPolicy? policy = null) =>
        Bench().Prepare(Method.Parse(method), TuningScheme.Full, new(steps, rate, Decay.None, epsilon), policy ?? Wrap32)
            .Run(1, null, CancellationToken.None);

    [Test]
    public void Momentum_is_a_running_mean_of_the_estimates()
    {
        double[][] plain = [.. Loss.Estimates("spsa:fp32").Take(4)];
        double[] velocity = new double[Quadratic.Weights];
        foreach ((double[] g, double[] step) in plain.Zip(Loss.Estimates("spsa:fp32+momentum0.75")))
        {
            for (int i = 0; i < velocity.Length; i++)
                velocity[i] = (0.75 * velocity[i]) + (0.25 * g[i]);
            Assert.That(step, Is.EqualTo(velocity).Within(1e-5 * Loss.SquaredNorm));
        }
    }

    [Test]
    public void The_first_step_of_adam_is_the_sign_of_the_estimate()
    {
        double[] g = Loss.Estimates("jvp:fp32").First(), step = Loss.Estimates("jvp:fp32+adam", rate: 0.5).First();
        Assert.That(step, Is.EqualTo(g.Select(v => 0.5 * Math.Sign(v))).Within(1e-5));
    }

    [Test]
    public void Adam_follows_its_algorithm()
    {
        double[][] estimates = [.. Loss.Estimates("jvp:fp32").Take(5)], steps = [.. Loss.Estimates("jvp:fp32+adam").Take(5)];
        double mean = 0, square = 0;
        for (int t = 0; t < 5; t++)
        {
            double g = estimates[t][3];
            (mean, square) = ((0.9 * mean) + (0.1 * g), (0.999 * square) + (0.001 * g * g));
            double wanted = mean / (1 - Math.Pow(0.9, t + 1)) / (Math.Sqrt(square / (1 - Math.Pow(0.999, t + 1))) + 1e-8);
            Assert.That(steps[t][3], Is.EqualTo(wanted).Within(1e-5), $"step {t}");
        }
    }

    [TestCase("ff:fp32+kernel-norm")]
    [TestCase("spsa:fp32+m3+kernel-norm")]
    [TestCase("jvp:fp32+kernel-norm+sparse50")]
    public void A_normalised_step_has_the_norm_of_the_weights(string method)
    {
        double norm = Math.Sqrt(Loss.Start.ToArray().Sum(w => (double)w * w));
        foreach (double[] step in Loss.Estimates(method, rate: 0.1).Take(10))
            Assert.That(Math.Sqrt(step.Sum(s => s * s)), Is.EqualTo(0.1 * norm).Within(1e-4 * norm));
    }

    [Test]
    public void Guided_directions_follow_the_published_recursion()
    {
        // β = 1 as long as no step says how far the run is: z = √α·n, no memory of the last.
        double[][] g = [.. Loss.Estimates("jvp:fp32+guided0.3").Take(2000)];
        (double[] mean, _) = Loss.Moments("jvp:fp32+guided0.3", 20_000);
        Assert.That(mean.Zip(Loss.Gradient, (a, b) => a * b).Sum() / Loss.SquaredNorm, Is.EqualTo(GuideDirection.Alpha)
            .Within(0.03), "E zzᵀ = α·I");
        Assert.That(g[0], Is.Not.EqualTo(g[1]));
    }

    [Test]
    public void Perturbed_weights_of_a_sharpness_aware_step_lie_around_the_point_one_step_up()
    {
        Graph graph = Networks.Convolutional(4);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse("ff:fp32+sharpness"), TuningScheme.LastLayer.Select(graph));
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(Initial), 0.01);
        List<double> losses = [];
        List<float[]> perturbed = [];
        machine.Observer = op =>
        {
            if (op.Op is Workloads.Graphs.Ops.CrossEntropy)
                losses.Add(machine.Values(op.Output)[0]);
            if (op is { Op: Perturb, Name: "perturb head.weight" })
                perturbed.Add(machine.Values(op.Output).ToArray());
        };
        machine.Run(new StepContext(3, 5, 0.1), SampleStores.Float(graph, ToyTask.Data(4, 9)), [0, 1, 2, 3], fill: true);
        uint tensor = (uint)((Perturb)plan.Ops.First(o => o.Name == "perturb head.weight").Op).Probe.Parameter;
        float[] w = Initial["head.weight"], up = new float[w.Length], z = new float[w.Length];
        GaussianDraw.Fill(new RandomAddress(3, 5, RandomAddress.AscentDirection, tensor), up);
        GaussianDraw.Fill(new RandomAddress(3, 5, 0, tensor), z);
        int uphill = Math.Sign(losses[0] - losses[1]);
        Assert.Multiple(() =>
        {
            Assert.That(perturbed, Has.Count.EqualTo(4));
            Assert.That(perturbed[0], Is.EqualTo(w.Select((v, i) => v + (0.01f * up[i]))).Within(1e-6));
            Assert.That(perturbed[2], Is.EqualTo(w.Select((v, i) => v + (0.01f * z[i]) + (uphill * 0.01f * up[i]))).Within(1e-6));
            Assert.That(perturbed[3], Is.EqualTo(w.Select((v, i) => v - (0.01f * z[i]) + (uphill * 0.01f * up[i]))).Within(1e-6));
        });
    }

    [TestCase("qzo-ff:16w8a+sparse90", 0.1)]
    [TestCase("qzo-ff:16w8a+sparse90+momentum0.9+m2", 0.1)]
    [TestCase("qzo-ff:16w8a+sparse-random75", 0.25)]
    [TestCase("qzo-ff:16w8a+sparse-random75+lfsr", 0.25)]
    [TestCase("ff:fp32+sparse90+adam", 0.1)]
    [TestCase("jvp:fp32+sparse-random75", 0.25)]
    public void Weights_outside_the_mask_never_change(string method, double share)
    {
        Graph graph = Networks.Convolutional(4);
        Method parsed = Method.Parse(method);
        Plan plan = StepPlanner.TrainingStep(graph, parsed, TuningScheme.Full.Select(graph));
        IReadOnlyDictionary<int, double> ranges =
            Calibration.Ranges(graph, Initial, SampleStores.Float(graph, ToyTask.Data(12, 4)), 1);
        bool[] moved;
        if (parsed.Operands.IsFixedPoint)
        {
            FixedWeights weights = new(Initial);
            FixedPointMachine machine = new(Step.OnHost(plan), Wrap32, weights, ranges, new(9, 0.1, Decay.None, 1e-2));
            byte[] before = [.. machine.Persistent("conv2.weight")];
            Run(machine, SampleStores.Fixed(graph, ToyTask.Data(12, 4), machine));
            short[] from = [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(before)];
            moved = [.. from.Zip([.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(
                machine.Persistent("conv2.weight"))], (a, b) => a != b)];
        }
        else
        {
            FloatWeights weights = new(Initial);
            FloatMachine machine = new(Step.OnHost(plan), weights, 1e-2);
            Run(machine, SampleStores.Float(graph, ToyTask.Data(12, 4)));
            moved = [.. Initial["conv2.weight"].Zip(weights.Tensors["conv2.weight"], (a, b) => a != b)];
        }

        double tolerance = method.Contains("random") ? 0.08 : 1.0 / moved.Length;
        Assert.That(moved.Count(m => m) / (double)moved.Length, Is.EqualTo(share).Within(tolerance));
        if (!method.Contains("random"))
        {
            float[] w = Initial["conv2.weight"];
            float least = w.Select(Math.Abs).Order().ElementAt((int)((1 - share) * w.Length) - 1);
            Assert.That(w.Where((_, i) => moved[i]).Min(Math.Abs), Is.GreaterThan(least - 1e-4f));
        }

        static void Run<T>(Machine<T> machine, SampleStore<T> store)
            where T : unmanaged
        {
            for (uint step = 0; step < 6; step++)
                machine.Run(new StepContext(1, step, 0.1, step / 6.0), store, [0, 1, 2, 3]);
        }
    }

    [Test]
    public void A_switch_changes_the_run_and_the_generator_switches_do_what_the_profile_can()
    {
        double[] Losses(string method, NumericPolicy? policy = null) => [.. Train(method, 4, policy: policy).Curve.Losses];
        double[] plain = Losses("qzo-ff:16w8a");
        string[] switches =
        [
            "m2", "rademacher", "lfsr", "guided0.5", "sharpness", "sparse90", "sparse-random90", "sparse-threshold20",
                "kernel-norm", "momentum0.9",
        ];
        Assert.Multiple(() =>
        {
            foreach (string one in switches)
                Assert.That(Losses($"qzo-ff:16w8a+{one}"), Is.Not.EqualTo(plain), one);
            Assert.That(Losses("qzo-ff:16w8a+reuse-prefix"), Is.EqualTo(plain));
            Assert.That(Losses("qzo-ff:16w8a", Wrap32 with { LinearFeedback = true }), Is.EqualTo(Losses("qzo-ff:16w8a+lfsr")));
            Assert.That(Losses("qzo-ff:16w8a+philox", Wrap32 with { LinearFeedback = true }), Is.EqualTo(plain));
        });
    }
}
