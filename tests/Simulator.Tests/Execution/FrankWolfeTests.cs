using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Frank–Wolfe on estimates: where it settles, that it never leaves its set, and its integers.</summary>
public class FrankWolfeTests
{
    private const int Weights = 20;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly double[] Curvature = [.. Enumerable.Range(0, Weights).Select(i => 1 + (4.0 * i / (Weights - 1)))];
    private static readonly Dictionary<string, float[]> Initial =
        new(Workloads.Models.Initialization.Weights(Networks.Convolutional(1), 7));

    // b of a minimum inside the set: in ±0.8 each, or with a sum of magnitudes of 0.9.
    private static double[] Minimum(bool isCross, ulong seed)
    {
        RandomStream random = new(seed, "minimum");
        double[] b = [.. Enumerable.Range(0, Weights).Select(_ => 0.8 * ((2 * random.NextDouble()) - 1))];
        double sum = b.Sum(Math.Abs);
        return isCross ? [.. b.Select(v => v * 0.9 / sum)] : b;
    }

    private static double Height(IReadOnlyList<float> w, double[] b) =>
        w.Select((v, i) => 0.5 * Curvature[i] * (v - b[i]) * (v - b[i])).Sum();

    // The weights after each step on f = ½ Σ λᵢ(wᵢ − bᵢ)², from 0, where the radius is 1.
    private static IEnumerable<float[]> Walk(string method, double[] b, ulong seed)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [Weights, Weights]), target = g.Input("labels", [Weights, 1]);
        Value y = g.Apply("head", new Linear(), x, g.Parameter("head.weight", [1, Weights]));
        g.Output("logits", y);
        g.Output("loss", g.Apply("loss", new MeanSquaredError(), y, target));
        float[] rows = new float[Weights * Weights], wanted = new float[Weights];
        for (int i = 0; i < Weights; i++)
        {
            double root = Math.Sqrt(Curvature[i] * Weights / 2);
            (rows[(i * Weights) + i], wanted[i]) = ((float)root, (float)(root * b[i]));
        }

        SampleStore<float> store = new(Weights);
        store.Set(x.Id, rows);
        store.Set(target.Id, wanted);
        Plan plan = StepPlanner.TrainingStep(g.Build(), Method.Parse(method), ImmutableHashSet.Create("head.weight"));
        FloatWeights weights = new(new Dictionary<string, float[]> { ["head.weight"] = new float[Weights] });
        FloatMachine machine = new(Step.OnHost(plan), weights, 0.01, threads: 1);
        int[] all = [.. Enumerable.Range(0, Weights)];
        for (uint step = 0; ; step++)
        {
            machine.Run(new StepContext(seed, step, 1), store, all, fill: true);
            yield return (float[])weights.Tensors["head.weight"].Clone();
        }
    }

    // Mean height over the last tenth of so many steps, over seeds.
    private static double Settled(string method, bool isCross, int steps) => Enumerable.Range(1, 2).Average(seed =>
    {
        double[] b = Minimum(isCross, (ulong)seed);
        return Walk(method, b, (ulong)seed).Take(steps).TakeLast(steps / 10).Average(w => Height(w, b));
    });

    [TestCase("fw", false)]
    [TestCase("fw-cross", true)]
    public void The_mean_of_past_estimates_settles_at_the_minimum_and_one_estimate_alone_does_not(string set, bool isCross)
    {
        (double plain, double later) =
            (Settled($"jvp:fp32+{set}+fw-plain", isCross, 1000), Settled($"jvp:fp32+{set}+fw-plain", isCross, 4000));
        (double mean, double settled) =
            (Settled($"jvp:fp32+{set}", isCross, 1000), Settled($"jvp:fp32+{set}", isCross, 4000));
        double signs = Settled($"ff:fp32+{set}", isCross, 4000);
        TestContext.Out.WriteLine($"{set}: plain {plain:G3} {later:G3}, mean {mean:G3} {settled:G3}, signs {signs:G3}");
        Assert.Multiple(() =>
        {
            Assert.That(later, Is.GreaterThan(0.75 * plain));
            Assert.That(settled, Is.LessThan(mean / 5));
            Assert.That(settled, Is.LessThan(later / 50));
            Assert.That(signs, Is.LessThan(3 * settled).And.GreaterThan(settled / 3));
        });
    }

    // −r·sign(c·z) is the same for c and for its sign.
    [Test]
    public void One_direction_alone_walks_the_same_path_by_its_slope_and_by_its_sign()
    {
        double[] b = Minimum(false, 1);
        foreach ((float[] slope, float[] sign) in Walk("jvp:fp32+fw-plain", b, 5).Zip(Walk("ff:fp32+fw-plain", b, 5)).Take(200))
            Assert.That(slope.AsSpan().SequenceEqual(sign));
    }

    [Test]
    public void In_the_cross_polytope_each_step_moves_one_weight_more_at_most()
    {
        int step = 0;
        foreach (float[] w in Walk("jvp:fp32+fw-cross", Minimum(true, 2), 2).Take(30))
            Assert.That(w.Count(v => v != 0), Is.LessThanOrEqualTo(++step));
    }

    // A convex function lies above its tangent: f(w) − f(b) ≤ ⟨∇f, w − s⟩, which is 0 at the minimum alone.
    [TestCase(FrankWolfeSet.Box, "fw", 20)]
    [TestCase(FrankWolfeSet.Cross, "fw-cross", 1)]
    [TestCase(FrankWolfeSet.Ball, "fw-ball", 20)]
    public void The_gap_to_the_vertex_bounds_the_height_above_the_minimum(FrankWolfeSet set, string name, int entries)
    {
        double[] b = Minimum(true, 3);
        float[] s = new float[Weights];
        foreach (float[] w in Walk($"jvp:fp32+{name}", b, 3).Take(100).Append([.. b.Select(v => (float)v)]))
        {
            float[] slope = [.. w.Select((v, i) => (float)(Curvature[i] * (v - b[i])))];
            LinearMinimization.Vertex(set, slope, 1, entries, 1, s);
            double gap = slope.Select((v, i) => (double)v * (w[i] - s[i])).Sum();
            Assert.That(gap, Is.GreaterThanOrEqualTo(Height(w, b) - 1e-6));
        }
    }

    [TestCase("ff:fp32+fw+fw-radius0.1", FrankWolfeSet.Box)]
    [TestCase("spsa:fp32+m2+fw-cross+fw-radius0.1", FrankWolfeSet.Cross)]
    [TestCase("jvp:fp32+fw-top10+fw-radius0.1", FrankWolfeSet.Top)]
    [TestCase("jvp:fp32+fw-ball+fw-radius0.1+fw-plain", FrankWolfeSet.Ball)]
    [TestCase("jvp:fp32+fw-nuclear+fw-radius0.1", FrankWolfeSet.Nuclear)]
    [TestCase("jvp:fp32+fw-nuclear+fw-origin", FrankWolfeSet.Nuclear)]
    [TestCase("ff:fp32+fw+fw-origin+fw-radius1.5", FrankWolfeSet.Box)]
    public void Weights_never_leave_the_set(string method, FrankWolfeSet set)
    {
        Graph graph = Networks.Convolutional(4);
        FrankWolfeOptimizer walk = (FrankWolfeOptimizer)((ForwardMethod)Method.Parse(method)).Optimizer!;
        FloatWeights weights = new(Initial);
        FloatMachine machine = new(
            Step.OnHost(StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.Full.Select(graph))), weights, 1e-2);
        SampleStore<float> store = SampleStores.Float(graph, ToyTask.Data(12, 4));
        for (uint step = 0; step < 12; step++)
        {
            machine.Run(new StepContext(1, step, 0.1), store, [0, 1, 2, 3]);
            foreach ((string name, float[] first) in Initial)
            {
                int rows = graph.Parameters.Single(p => p.Name == name).Shape[0], entries = walk.Entries(first.Length);
                float[] place = walk.IsAboutOrigin ? weights.Tensors[name]
                    : [.. weights.Tensors[name].Zip(first, (now, then) => now - then)];
                double norm = LinearMinimization.Norm(set, first, rows, entries);
                Assert.That(LinearMinimization.Norm(set, place, rows, entries),
                    Is.LessThanOrEqualTo(walk.Radius * (norm == 0 ? 1 : norm) * (1 + 1e-4)), $"{name} after {step}");
            }
        }
    }

    [TestCase("qzo-ff:16w8a+fw+fw-radius0.05", 0)]
    [TestCase("qzo-ff:16w8a+m3+fw+fw-radius0.05+fw-plain", 0)]
    [TestCase("qzo-ff:8w8a+fw-top20+fw-radius0.5", 0.5)]
    [TestCase("qzo-ff:16w8a+fw-cross+fw-radius0.5", 0.5)]
    [TestCase("qzo-ff-steps:8w8a+fw+fw-origin", 0)]
    public void Integers_stay_in_the_set_up_to_half_a_step_of_each_weight(string text, double half)
    {
        Graph graph = Networks.Convolutional(4);
        ForwardMethod method = (ForwardMethod)Method.Parse(text);
        FrankWolfeOptimizer walk = (FrankWolfeOptimizer)method.Optimizer!;
        FixedPointMachine machine = Machine(graph, method);
        float[] first = Integers(machine, "conv2.weight", method);
        double norm = LinearMinimization.Norm(walk.Set, first, 1, walk.Entries(first.Length));
        SampleStore<byte> store = SampleStores.Fixed(graph, ToyTask.Data(12, 4), machine);
        for (uint step = 0; step < 20; step++)
        {
            machine.Run(new StepContext(1, step, 0.1), store, [0, 1, 2, 3]);
            float[] w = Integers(machine, "conv2.weight", method);
            float[] place = walk.IsAboutOrigin ? w : [.. w.Zip(first, (now, then) => now - then)];
            Assert.That(place, Has.Some.Not.Zero);
            int entries = walk.Entries(w.Length);
            Assert.That(LinearMinimization.Norm(walk.Set, place, 1, entries),
                Is.LessThanOrEqualTo(Math.Round(walk.Radius * norm) + Math.Max(half, half * w.Length / entries)));
        }
    }

    // r is so many steps that γ·2r is below half a step from then on.
    [Test]
    public void In_few_bits_the_walk_halts_where_a_step_rounds_to_nothing()
    {
        Graph graph = Networks.Convolutional(4);
        ForwardMethod method = (ForwardMethod)Method.Parse("qzo-ff:8w8a+fw+fw-radius0.05"); // 127 · 0.05 = 6 steps
        FixedPointMachine machine = Machine(graph, method);
        SampleStore<byte> store = SampleStores.Fixed(graph, ToyTask.Data(12, 4), machine);
        float[] before = [];
        for (uint step = 0; step < 40; step++)
        {
            if (step == 24) // γ = 1/26 < 1/24
                before = Integers(machine, "conv2.weight", method);
            machine.Run(new StepContext(1, step, 0.1), store, [0, 1, 2, 3]);
        }

        Assert.That(Integers(machine, "conv2.weight", method), Is.EqualTo(before));
        Assert.That(machine.Numerics.RoundedAwayShare, Is.GreaterThan(0.4).And.LessThan(1));
    }

    [Test]
    public void What_is_kept_is_the_running_mean_and_the_way_from_the_first_weights()
    {
        Graph graph = Networks.Convolutional(4);
        string[] Kept(string method) => [.. StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.Full.Select(graph))
            .Tensors.Where(t => t.Role == TensorRole.OptimizerState && t.Name.EndsWith("conv2.weight", StringComparison.Ordinal))
            .Select(t => $"{t.Name} {t.Format}")];
        Assert.Multiple(() =>
        {
            Assert.That(Kept("qzo-ff:8w8a+fw"), Is.EqualTo(new[] { "mean of conv2.weight Int16", "way of conv2.weight Int16" }));
            Assert.That(Kept("ff:fp16+fw-top5+fw-plain"), Is.EqualTo(new[] { "way of conv2.weight Fp16" }));
            Assert.That(Kept("ff:fp32+fw-ball+fw-origin"), Is.EqualTo(new[] { "mean of conv2.weight Fp32" }));
            Assert.That(Kept("ff:fp32+fw-origin+fw-plain"), Is.Empty);
        });
    }

    [TestCase("ff:fp32+fw-plain+fw", "ff:fp32+fw-plain")]
    [TestCase("ff:fp32+fw-radius0.5+fw-cross", "ff:fp32+fw-cross+fw-radius0.5")]
    [TestCase("ff:fp32+fw-radius1+fw", "ff:fp32+fw")]
    public void Switches_of_the_set_come_in_any_order(string text, string canonical)
    {
        Assert.That(Method.Parse(text).ToString(), Is.EqualTo(canonical));
        Assert.That(Method.Parse(canonical), Is.EqualTo(Method.Parse(text)));
    }

    [TestCase("ff:fp32+fw+fw-cross", "switches fw and fw-cross exclude each other")]
    [TestCase("ff:fp32+momentum0.9+fw-plain", "ff in fp32 has no switch fw-plain")]
    [TestCase("ff:fp32+fw-plain+momentum0.9", "ff in fp32 has no switch momentum")]
    [TestCase("ff:fp32+fw+kernel-norm", "ff in fp32 has no switch kernel-norm")]
    [TestCase("ff:fp32+sparse50+fw-origin", "ff in fp32 has no switch fw-origin")]
    [TestCase("qzo-ff:8w8a+residual8+fw-plain", "qzo-ff in 8w8a has no switch fw-plain")]
    [TestCase("qzo-ff:8w8a+fw+stochastic-update8", "qzo-ff in 8w8a has no switch stochastic-update")]
    [TestCase("qzo-ff:8w8a+fw-ball", "qzo-ff in 8w8a has no switch fw-ball")]
    [TestCase("spsa:8w8a+fw", "spsa in 8w8a has no switch fw")]
    public void What_makes_no_sense_together_is_refused_by_name(string method, string message) =>
        Assert.That(() => Method.Parse(method), Throws.InstanceOf<InputException>().With.Message.Contains(message));

    [Test]
    public void A_set_about_0_holds_the_first_weights() => Assert.That(
        () => StepPlanner.TrainingStep(TuningScheme.Full.Tune(Networks.Convolutional(4)),
            Method.Parse("ff:fp32+fw-radius0.5+fw-origin")),
        Throws.InstanceOf<InputException>().With.Message.Contains("lie outside a set about 0 of 0.5 times their norm"));

    private static FixedPointMachine Machine(Graph graph, Method method)
    {
        IReadOnlyDictionary<int, double> ranges =
            Calibration.Ranges(graph, Initial, SampleStores.Float(graph, ToyTask.Data(12, 4)), 1);
        Plan plan = StepPlanner.TrainingStep(graph, method, TuningScheme.Full.Select(graph));
        return new(Step.OnHost(plan), Wrap32, new FixedWeights(Initial), ranges, new(9, 0.1, Decay.None, 1e-2));
    }

    private static float[] Integers(FixedPointMachine machine, string name, ForwardMethod method) =>
        method.Operands.Weights == NumberFormat.Int16
            ? [.. MemoryMarshal.Cast<byte, short>(machine.Persistent(name)).ToArray().Select(v => (float)v)]
            : [.. machine.Persistent(name).ToArray().Select(v => (float)(sbyte)v)];
}
