using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Whatever a network ends in, its integers stand for what floating point computes, within their rounding.</summary>
public sealed class HeadTests
{
    private const int Batch = 12;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap)),
        Wide = new(new AccumulatorPolicy(64, Overflow.Wrap));
    private static readonly Dataset Data = ToyTask.Data(Batch, 4);
    private static readonly int[] Samples = [.. Enumerable.Range(0, Batch)];
    private static readonly (NumberFormat W, NumberFormat A)[] Pairs =
    [
        (NumberFormat.Int16, NumberFormat.Int8), (NumberFormat.Int8, NumberFormat.Int8), (NumberFormat.Int8, NumberFormat.Int16),
        (NumberFormat.Int16, NumberFormat.Int16),
    ];

    [Test]
    public void Logits_in_integers_are_those_of_floating_point(
        [ValueSource(typeof(Heads), nameof(Heads.Names))] string head,
        [ValueSource(nameof(Pairs))] (NumberFormat W, NumberFormat A) pair,
        [Values] bool trained)
    {
        Graph graph = Heads.Network(head, Batch);
        Dictionary<string, float[]> weights = Weights(graph);
        SampleStore<float> samples = SampleStores.Float(graph, Data);
        HashSet<string> trains = trained ? [.. graph.Parameters.Select(p => p.Name)] : [];
        float[] expected = Floats(graph, weights, samples);

        Plan plan = Planner.Inference(graph, new OperandFormats(pair.W, pair.A), trains);
        IReadOnlyDictionary<int, double> ranges = Calibration.Ranges(graph, weights, samples, 1);
        FixedPointMachine machine = new(Step.OnHost(plan), Wide, new FixedWeights(weights), ranges);
        machine.Run(default, SampleStores.Fixed(graph, Data, machine), Samples, fill: true);
        PlanTensor logits = plan.Tensors[plan.Ops[^1].Output];
        double step = PlanScales.Of(plan, ranges)[logits.Id].Step;
        double[] got = [.. MemoryMarshal.Cast<byte, short>(machine.Values(logits.Id)).ToArray().Select(v => v * step)];
        double most = expected.Max(Math.Abs), worst = got.Zip(expected, (a, b) => Math.Abs(a - b)).Max() / most;
        TestContext.Out.WriteLine($"{worst:P2} of the largest logit");
        Assert.Multiple(() =>
        {
            Assert.That(logits.Format, Is.EqualTo(NumberFormat.Int16));
            Assert.That(got, Has.Length.EqualTo(expected.Length));
            Assert.That(worst, Is.LessThan(pair is (NumberFormat.Int16, NumberFormat.Int16) ? 0.0005 : 0.05));
        });
    }

    // A sum that only the logits read is as wide as they; what a layer reads too has the format of activations.
    [TestCase("sum of two views", NumberFormat.Int16)]
    [TestCase("rectified sum of views of sums", NumberFormat.Int16)]
    [TestCase("a view read elsewhere", NumberFormat.Int8)]
    [TestCase("a viewed value read elsewhere", NumberFormat.Int8)]
    [TestCase("a pooled value read elsewhere", NumberFormat.Int8)]
    public void What_an_engine_reads_is_never_wider_than_activations(string head, NumberFormat summand)
    {
        Graph graph = Heads.Network(head, Batch);
        Plan plan = Planner.Inference(graph, new OperandFormats(NumberFormat.Int8, NumberFormat.Int8), new HashSet<string>());
        foreach (PlannedOp op in plan.Ops.Where(o => o.Unit == Unit.Engine))
            Assert.That(plan.Tensors[op.Inputs[0]].Format, Is.EqualTo(NumberFormat.Int8), op.Name);
        PlannedOp sum = plan.Ops.Last(o => o.Op is Add);
        Assert.That(plan.Tensors[sum.Inputs[0]].Format, Is.EqualTo(summand));
    }

    [Test]
    public void One_step_has_the_loss_and_the_gradients_of_floating_point(
        [ValueSource(typeof(Heads), nameof(Heads.Names))] string head,
        [Values("bp:8w8a", "bp:16w8a", "bp:8w8a+compact+recompute")] string method)
    {
        Graph graph = Heads.Network(head, Batch);
        Tuning tuning = TuningScheme.Full.Tune(graph);
        Backpropagation integers = (Backpropagation)Method.Parse(method);
        Plan plan = StepPlanner.TrainingStep(tuning, integers);
        if (Repertoire.Missing(plan, Executor.Integers) is { } missing)
        {
            Assert.That(head, Does.Contain("cut").Or.Contain("ceiling"), missing);
            return; // those heads alone are refused
        }

        Dictionary<string, float[]> weights = Weights(graph);
        SampleStore<float> samples = SampleStores.Float(graph, Data);
        Dictionary<int, double> ranges = new(Calibration.Ranges(graph, weights, samples, 1));
        foreach ((int value, double range) in Calibration.GradientRanges(tuning, integers, weights, samples, 1))
            ranges.Add(value, range);
        Plan inFloat = StepPlanner.TrainingStep(tuning, integers with { FixedPoint = null });
        FloatMachine reference = new(Step.OnHost(inFloat), new FloatWeights(weights));
        Dictionary<int, double[]> wanted = [];
        reference.Observer = op =>
        {
            if (inFloat.Tensors[op.Output] is { Role: TensorRole.WeightGradient, Source: int value })
                wanted[value] = [.. reference.Values(op.Output).ToArray().Select(v => (double)v)];
        };
        reference.Run(default, samples, Samples, fill: true);

        FixedPointMachine machine = new(Step.OnHost(plan), Wrap32, new FixedWeights(weights), ranges,
            new TrainingSettings(1, 0, Decay.None));
        int compared = 0;
        machine.Observer = op =>
        {
            if (plan.Tensors[op.Output] is not { Role: TensorRole.WeightGradient, Source: int value, Format: var format })
                return;
            Assert.That(format, Is.EqualTo(NumberFormat.Int32), op.Name);
            double[] got = [.. MemoryMarshal.Cast<byte, int>(machine.Values(op.Output)).ToArray().Select(v => (double)v)],
                expected = wanted[value];
            double cosine = got.Zip(expected, (a, b) => a * b).Sum() / Math.Sqrt(got.Sum(a => a * a) * expected.Sum(b => b * b));
            TestContext.Out.WriteLine($"{op.Name}: cosine {cosine:F4}");
            Assert.That(cosine, Is.GreaterThan(0.95), op.Name);
            compared++;
        };
        machine.Run(new StepContext(1, 0, 0), SampleStores.Fixed(graph, Data, machine), Samples, fill: true);
        Assert.That(compared, Is.AtLeast(graph.Parameters.Count())); // and what a gradient is a view of
        Assert.That(machine.Loss, Is.EqualTo(reference.Loss).Within(0.02));
    }

    [Test]
    public void Logits_that_are_the_inputs_own_view_have_its_format()
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [Batch, 8, 8, 1]);
        g.Output("logits", g.Apply("flat", new Reshape([Batch, 8]), g.Apply("mean", new AveragePool(1, 8), x)));
        Graph pooled = g.Build();
        g = new GraphBuilder();
        x = g.Input("images", [Batch, 8, 8, 1]);
        g.Output("logits", g.Apply("flat", new Reshape([Batch, 64]), x));
        Graph viewed = g.Build();
        foreach (Graph graph in new[] { pooled, viewed })
        {
            SampleStore<float> samples = new(Batch);
            samples.Set(graph.Inputs.First().Id, Data.Images.ToArray());
            Plan plan = Planner.Inference(graph, new OperandFormats(NumberFormat.Int8, NumberFormat.Int8), new HashSet<string>());
            Assert.That(plan.Tensors.Select(t => t.Format), Is.All.EqualTo(NumberFormat.Int8));
            FixedPointMachine machine = new(Step.OnHost(plan), Wrap32, new FixedWeights(new Dictionary<string, float[]>()),
                Calibration.Ranges(graph, new Dictionary<string, float[]>(), samples, 1));
            SampleStore<byte> integers = new(Batch);
            integers.Set(graph.Inputs.First().Id, machine.QuantizeInput("images", Data.Images.Span));
            machine.Run(default, integers, Samples, fill: true);
            Plan inFloat = Planner.Inference(graph, OperandFormats.Fp32, new HashSet<string>());
            FloatMachine reference = new(Step.OnHost(inFloat), new FloatWeights(new Dictionary<string, float[]>()));
            reference.Run(default, samples, Samples, fill: true);
            float[] expected = reference.Values(inFloat.Ops[^1].Output).ToArray();
            double step = Data.Images.ToArray().Max() / 127;
            double[] got = [.. machine.Values(plan.Ops[^1].Output).ToArray().Select(v => (sbyte)v * step)];
            Assert.That(got.Zip(expected, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(0.01));
        }
    }

    private static Dictionary<string, float[]> Weights(Graph graph)
    {
        Dictionary<string, float[]> weights = new(Initialization.Weights(graph, 7));
        foreach (string name in weights.Keys.Where(n => n is "gain" or "shift" || n.EndsWith("bias", StringComparison.Ordinal)))
            weights[name] = [.. weights[name].Select((_, i) => name == "gain" ? 0.8f + (0.1f * i) : 0.1f * (i % 3))];
        return weights;
    }

    private static float[] Floats(Graph graph, IReadOnlyDictionary<string, float[]> weights, SampleStore<float> samples)
    {
        Plan plan = Planner.Inference(graph, OperandFormats.Fp32, new HashSet<string>());
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(weights));
        machine.Run(default, samples, Samples, fill: true);
        return machine.Values(plan.Ops[^1].Output).ToArray();
    }
}
