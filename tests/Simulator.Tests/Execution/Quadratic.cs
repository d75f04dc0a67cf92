using System.Collections.Immutable;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>A loss that is a quadratic of twelve weights, L = mean (x·wᵀ − t)², where theory knows what an estimator
/// gives.</summary>
internal sealed class Quadratic
{
    public const int Weights = 12;

    private const int Rows = 8;

    private readonly Graph graph;
    private readonly SampleStore<float> store = new(Rows);
    private readonly float[] start = Normal("start", Weights);

    public Quadratic()
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [Rows, Weights]), target = g.Input("labels", [Rows, 1]);
        Value y = g.Apply("head", new Linear(), x, g.Parameter("head.weight", [1, Weights]));
        g.Output("logits", y);
        g.Output("loss", g.Apply("loss", new MeanSquaredError(), y, target));
        graph = g.Build();
        store.Set(x.Id, Normal("x", Rows * Weights));
        store.Set(target.Id, Normal("t", Rows));
        Gradient = Estimates("bp:fp32").First();
    }

    /// <summary>∇L at the start.</summary>
    public double[] Gradient { get; }

    /// <summary>‖∇L‖².</summary>
    public double SquaredNorm => Gradient.Sum(g => g * g);

    /// <summary>The start.</summary>
    public ReadOnlySpan<float> Start => start;

    /// <summary>What one step of a method takes from the start at η = 1, for step numbers 0, 1, 2, ….</summary>
    public IEnumerable<double[]> Estimates(string method, double epsilon = 0.5, double rate = 1)
    {
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse(method), ImmutableHashSet.Create("head.weight"));
        FloatWeights weights = new(new Dictionary<string, float[]> { ["head.weight"] = start });
        FloatMachine machine = new(Step.OnHost(plan), weights, epsilon, threads: 1);
        float[] w = weights.Tensors["head.weight"];
        int[] all = [.. Enumerable.Range(0, Rows)];
        for (uint step = 0; ; step++)
        {
            start.CopyTo(w, 0);
            machine.Run(new StepContext(17, step, rate), store, all, fill: true);
            yield return [.. start.Zip(w, (before, after) => (double)before - after)];
        }
    }

    /// <summary>Mean and variance of each element over many steps.</summary>
    public (double[] Mean, double[] Variance) Moments(string method, int steps)
    {
        double[] sum = new double[Weights], squares = new double[Weights];
        foreach (double[] g in Estimates(method).Take(steps))
        {
            for (int i = 0; i < Weights; i++)
                (sum[i], squares[i]) = (sum[i] + g[i], squares[i] + (g[i] * g[i]));
        }

        double[] mean = [.. sum.Select(s => s / steps)];
        return (mean, [.. squares.Select((s, i) => (s / steps) - (mean[i] * mean[i]))]);
    }

    private static float[] Normal(string name, int count)
    {
        RandomStream random = new(11, name);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }
}
