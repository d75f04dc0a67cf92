using System.Collections.Immutable;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Gradients estimated from perturbed activations against their theory.</summary>
public class ActivityNoiseTests
{
    private const int Samples = 5, Inputs = 6, Outputs = 4, Trials = 20_000;

    private static readonly float[] X = Normal("x", Samples * Inputs), Target = Normal("t", Samples * Outputs),
        Start = Normal("w", Inputs * Outputs);

    // E‖ĝ − ∇L‖² of one layer of p inputs and q outputs: activations (q + 1)·T/N, weights (pq + 1)·‖∇L‖², T being the mean over
    // samples of ‖Gₙ‖², the squared norm of a sample's own gradient.
    [TestCase("afg:fp32", 1)]
    [TestCase("afg:fp32+m4", 4)]
    [TestCase("jvp:fp32", 0)]
    public void The_error_of_an_estimate_is_that_of_its_theory(string method, int directions)
    {
        double[][] own = [.. Enumerable.Range(0, Samples).Select(GradientOf)];
        double[] mean = [.. Enumerable.Range(0, Inputs * Outputs).Select(i => own.Average(g => g[i]))];
        double expected = directions == 0 ? ((Inputs * Outputs) + 1) * mean.Sum(v => v * v)
            : (Outputs + 1) * own.Average(g => g.Sum(v => v * v)) / Samples / directions;
        double found = Steps(method).Take(Trials / Math.Max(1, directions)).Average(g =>
            g.Zip(mean, (a, b) => (a - b) * (a - b)).Sum());
        Assert.That(found, Is.EqualTo(expected).Within(5).Percent);
    }

    [Test]
    public void The_mean_of_estimates_through_a_network_is_its_gradient()
    {
        const int Estimates = 1500;
        Graph graph = Networks.Convolutional(4);
        Dictionary<string, float[]> initial = new(Workloads.Models.Initialization.Weights(Networks.Convolutional(1), 7));
        SampleStore<float> store = SampleStores.Float(graph, ToyTask.Data(12, 4));
        Dictionary<string, double[]> exact = Moved("bp:fp32").First();
        Dictionary<string, double[]> sums = exact.ToDictionary(w => w.Key, w => new double[w.Value.Length]),
            squares = exact.ToDictionary(w => w.Key, w => new double[w.Value.Length]);
        foreach (Dictionary<string, double[]> estimate in Moved("afg:fp32").Take(Estimates))
        {
            foreach ((string name, double[] g) in estimate)
            {
                for (int i = 0; i < g.Length; i++)
                    (sums[name][i], squares[name][i]) = (sums[name][i] + g[i], squares[name][i] + (g[i] * g[i]));
            }
        }

        foreach ((string name, double[] gradient) in exact)
        {
            for (int i = 0; i < gradient.Length; i++)
            {
                double mean = sums[name][i] / Estimates, variance = (squares[name][i] / Estimates) - (mean * mean);
                Assert.That(mean, Is.EqualTo(gradient[i]).Within((5 * Math.Sqrt(variance / Estimates)) + 1e-6), $"{name} {i}");
            }
        }

        // What each step at rate 1 takes from each weight, from the same start.
        IEnumerable<Dictionary<string, double[]>> Moved(string method)
        {
            Plan plan = StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.Full.Select(graph));
            FloatWeights weights = new(initial);
            FloatMachine machine = new(Step.OnHost(plan), weights, threads: 1);
            for (uint step = 0; ; step++)
            {
                foreach ((string name, float[] first) in initial)
                    first.CopyTo(weights.Tensors[name], 0);
                machine.Run(new StepContext(5, step, 1), store, [0, 1, 2, 3], fill: true);
                yield return initial.ToDictionary(w => w.Key, w =>
                    w.Value.Zip(weights.Tensors[w.Key], (before, after) => (double)before - after).ToArray());
            }
        }
    }

    [Test]
    public void Noise_is_drawn_twice_and_not_kept_and_there_is_no_backward_pass_through_the_network()
    {
        Graph graph = Networks.Convolutional(4);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse("afg:fp32+m2"), TuningScheme.Full.Select(graph));
        int layers = plan.Ops.Count(o => o.Op is Linear or Conv2d && o.Phase == Phase.Forward);
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Count(o => o.Op is DrawDirection), Is.EqualTo(2 * 2 * layers));
            Assert.That(plan.Ops.Select(o => o.Op), Has.None.InstanceOf<Conv2dInputGradient>());
            Assert.That(plan.Tensors.Where(t => t.Role == TensorRole.OptimizerState), Is.Empty);
            Assert.That(plan.Ops.Count(o => o.Op is GradientDescentUpdate), Is.EqualTo(graph.Parameters.Count()));
        });
    }

    [Test]
    public void Layers_before_the_first_that_trains_have_no_tangents()
    {
        Graph graph = Networks.Convolutional(4);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse("afg:fp32"), TuningScheme.Parse("lp").Select(graph));
        Assert.That(plan.Ops.Where(o => o.Op is DrawDirection).Select(o => plan.Tensors[o.Output].Shape[^1]).Distinct(),
            Is.EqualTo(new[] { graph.Outputs["logits"].Shape[^1] }));
        Assert.That(plan.Ops.Count(o => o.Op is Conv2d), Is.EqualTo(graph.Nodes.Count(n => n.Op is Conv2d)));
    }

    [TestCase("afg:fp32+compact", "afg in fp32 has no switch compact")]
    [TestCase("afg:fp32+micro2", "afg in fp32 has no switch micro")]
    [TestCase("afg:fp32+sharpness", "afg in fp32 has no switch sharpness")]
    [TestCase("afg:8w8a", "afg runs in fp32, fp16, bf16")]
    public void What_it_has_not_is_refused_by_name(string method, string message) =>
        Assert.That(() => Method.Parse(method), Throws.InstanceOf<InputException>().With.Message.Contains(message));

    [Test]
    public void Its_switches_are_those_of_descent_and_of_its_noise() =>
        Assert.That(MethodSwitches.Of(Method.Parse("afg:fp16")).Select(s => s.Name),
            Is.EqualTo(new[] { "m", "rademacher", "momentum" }));

    private static IEnumerable<double[]> Steps(string method)
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [Samples, Inputs]), target = g.Input("labels", [Samples, Outputs]);
        Value y = g.Apply("head", new Linear(), x, g.Parameter("head.weight", [Outputs, Inputs]));
        g.Output("logits", y);
        g.Output("loss", g.Apply("loss", new MeanSquaredError(), y, target));
        SampleStore<float> store = new(Samples);
        store.Set(x.Id, X);
        store.Set(target.Id, Target);
        Plan plan = StepPlanner.TrainingStep(g.Build(), Method.Parse(method), ImmutableHashSet.Create("head.weight"));
        FloatWeights weights = new(new Dictionary<string, float[]> { ["head.weight"] = Start });
        FloatMachine machine = new(Step.OnHost(plan), weights, threads: 1);
        float[] w = weights.Tensors["head.weight"];
        for (uint step = 0; ; step++)
        {
            Start.CopyTo(w, 0);
            machine.Run(new StepContext(17, step, 1), store, [.. Enumerable.Range(0, Samples)], fill: true);
            yield return [.. Start.Zip(w, (before, after) => (double)before - after)];
        }
    }

    // Of the mean over outputs of (w·x − t)² of one sample.
    private static double[] GradientOf(int sample)
    {
        double[] gradient = new double[Inputs * Outputs];
        for (int q = 0; q < Outputs; q++)
        {
            double error = -Target[(sample * Outputs) + q];
            for (int p = 0; p < Inputs; p++)
                error += Start[(q * Inputs) + p] * X[(sample * Inputs) + p];
            for (int p = 0; p < Inputs; p++)
                gradient[(q * Inputs) + p] = 2 * error * X[(sample * Inputs) + p] / Outputs;
        }

        return gradient;
    }

    private static float[] Normal(string name, int count)
    {
        RandomStream random = new(29, name);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }
}
