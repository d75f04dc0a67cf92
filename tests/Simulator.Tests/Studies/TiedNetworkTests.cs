using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>A constant that a file uses more than once is one parameter: it is stored, perturbed and updated once, its gradient
/// being the sum.</summary>
public sealed class TiedNetworkTests
{
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly NumericPolicy Stochastic = Wrap32 with { Rounding = Rounding.Stochastic };
    private static readonly int[] All = [.. Enumerable.Range(0, TiedNetwork.Batch)];

    private static ImportedNetwork Network(string name) => name switch
    {
        "twice" => TiedNetwork.Twice().Import("y"),
        "turned" => TiedNetwork.Turned().Import("y"),
        _ => TiedNetwork.Normalised(same: true).Import("y"),
    };

    [TestCase("twice", "w,b,head.weight", 36 + 2 + 216)]
    [TestCase("turned", "w,b,head.weight", 24 + 4 + 18)]
    [TestCase("normalised", "w,w.bias,head.weight", 4 + 2 + 6)]
    public void It_is_one_parameter(string name, string parameters, int count)
    {
        ImportedNetwork network = Network(name);
        Graph graph = network.Model.Build(TiedNetwork.Batch);
        Assert.That(graph.Parameters.Select(p => p.Name), Is.EquivalentTo(parameters.Split(',')));
        Assert.That(network.Weights.Tensors.Keys, Is.EquivalentTo(parameters.Split(',')));
        foreach (string method in (string[])["bp:fp32", "ff:fp32", "jvp:fp32"])
        {
            Plan plan = StepPlanner.TrainingStep(TuningScheme.Full.Tune(graph), Method.Parse(method));
            Assert.That(plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight && t.ViewOf is null).Sum(t => t.Bytes),
                Is.EqualTo(4 * count), method);
        }
    }

    [Test]
    public void A_filter_that_a_file_uses_twice_counts_once()
    {
        Graph graph = ImportedNetwork.Read(CaseFolder.Find("networks/tied.onnx")).Model.Build(1);
        Assert.That(graph.ParameterCount, Is.EqualTo(3730).Within(5));
        Assert.That(graph.Parameters.Select(p => p.CopyOf), Has.All.Null);
        Assert.That(graph.Nodes.Count(n => n.Op is Conv2d), Is.GreaterThan(graph.Parameters.Count(p => p.Shape.Rank == 4)));
    }

    [TestCase("twice", "w")]
    [TestCase("twice", "b")]
    [TestCase("turned", "w")]
    [TestCase("turned", "b")]
    [TestCase("normalised", "w")]
    public void Its_gradient_is_that_of_finite_differences(string name, string parameter)
    {
        ImportedNetwork network = Network(name);
        Graph graph = GraphRewriting.Run( // rectifiers have kinks
            network.Model.Build(TiedNetwork.Batch), (g, node) => node.Op is Relu ? g.Copy(node, new Gelu()) : g.Copy(node));
        Dictionary<string, float[]> weights = TiedNetwork.Weights(network);
        SampleStore<float> data = SampleStores.Float(graph, TiedNetwork.Data(network.Model.Input));
        float[] start = [.. weights[parameter]];
        FloatWeights trained = new(weights);
        Plan step = StepPlanner.TrainingStep(Tuning.Of(graph, p => p == parameter), Method.Parse("bp:fp32"));
        new FloatMachine(Step.OnHost(step), trained).Run(new StepContext(1, 0, 1), data, All, fill: true);
        double[] gradient = [.. start.Zip(trained.Tensors[parameter], (before, after) => (double)before - after)];
        const float Small = 5e-3f;
        for (int i = 0; i < start.Length; i++)
        {
            double slope = (LossAt(i, Small) - LossAt(i, -Small)) / (2 * Small);
            Assert.That(gradient[i], Is.EqualTo(slope).Within(1e-3 + (0.01 * Math.Abs(slope))), $"{parameter}[{i}]");
        }

        double LossAt(int element, float change)
        {
            weights[parameter] = [.. start];
            weights[parameter][element] += change;
            Plan plan = Planner.Inference(graph, OperandFormats.Fp32, ImmutableHashSet<string>.Empty, "loss");
            FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(weights));
            machine.Run(default, data, All, fill: true);
            return machine.Values(plan.Ops[^1].Output)[0];
        }
    }

    [TestCase("bp:16w8a", "twice")]
    [TestCase("bp:8w8a", "twice")]
    [TestCase("bp:16w8a", "turned")]
    [TestCase("bp:8w8a", "turned")]
    [TestCase("bp:8w8a+compact", "twice")]
    public void Its_gradient_in_integers_is_the_sum_of_both_uses(string method, string name)
    {
        ImportedNetwork network = Network(name);
        Tuning tuning = TuningScheme.Full.Tune(network.Model.Build(TiedNetwork.Batch));
        Dictionary<string, float[]> weights = TiedNetwork.Weights(network);
        Dataset data = TiedNetwork.Data(network.Model.Input);
        Backpropagation integers = (Backpropagation)Method.Parse(method);
        SampleStore<float> samples = SampleStores.Float(tuning.Graph, data);
        Dictionary<int, double> ranges = Ranges(tuning, integers, weights, samples);

        Dictionary<string, double[]> wanted = [];
        FloatMachine reference = new(Step.OnHost(StepPlanner.TrainingStep(tuning, integers with { FixedPoint = null })),
            new FloatWeights(weights));
        reference.Observer = op => Note(wanted, reference.Plan, op,
            () => [.. reference.Values(op.Output).ToArray().Select(v => (double)v)]);
        reference.Run(default, samples, All, fill: true);
        Dictionary<string, double[]> got = [];
        FixedPointMachine machine = new(Step.OnHost(StepPlanner.TrainingStep(tuning, integers)), Wrap32,
            new FixedWeights(weights), ranges, new(1, 0, Decay.None));
        ImmutableArray<TensorScale> scales = PlanScales.Of(machine.Plan, ranges);
        machine.Observer = op => Note(got, machine.Plan, op, () =>
            [.. MemoryMarshal.Cast<byte, int>(machine.Values(op.Output)).ToArray().Select(v => v * scales[op.Output].Step)]);
        machine.Run(new StepContext(1, 0, 0), SampleStores.Fixed(tuning.Graph, data, machine), All, fill: true);

        Assert.That(got.Keys, Is.EquivalentTo(wanted.Keys));
        foreach ((string gradient, double[] expected) in wanted)
        {
            double product = got[gradient].Zip(expected, (a, b) => a * b).Sum(), length = got[gradient].Sum(a => a * a),
                whole = expected.Sum(b => b * b);
            Assert.That(product / Math.Sqrt(length * whole), Is.GreaterThan(0.97), gradient);
            Assert.That(Math.Sqrt(length / whole), Is.InRange(0.85, 1.15), gradient);
        }

        static void Note(Dictionary<string, double[]> of, Plan plan, PlannedOp op, Func<double[]> values)
        {
            if (plan.Ops.FirstOrDefault(u => u.Op is GradientDescentUpdate && u.Inputs[1] == op.Output) is { } update)
                of[update.Name] = values();
        }
    }

    [TestCase("qzo-ff:16w8a")]
    [TestCase("qzo-ff:8w8a+m2")]
    [TestCase("qzo-ff:8w8a+momentum0.9")]
    [TestCase("qzo-ff:16w8a+sparse50")]
    [TestCase("bp:8w8a")]
    [TestCase("bp:16w8a+momentum0.9")]
    public void Steps_are_those_of_a_network_with_one_parameter(string method)
    {
        ImportedNetwork network = Network("twice");
        Dictionary<string, float[]> weights = TiedNetwork.Weights(network);
        Dataset data = TiedNetwork.Data(network.Model.Input);
        Assert.That(Trained(network.Model.Build(TiedNetwork.Batch)),
            Is.EqualTo(Trained(TiedNetwork.TwiceByHand(TiedNetwork.Batch))));

        string Trained(Graph graph)
        {
            Tuning tuning = TuningScheme.Full.Tune(graph);
            FixedPointMachine machine = Machine(tuning, method, weights, data, Stochastic);
            SampleStore<byte> store = SampleStores.Fixed(tuning.Graph, data, machine);
            for (uint step = 0; step < 4; step++)
                machine.Run(new StepContext(3, step, 0.05), store, All, fill: true);
            return string.Join(' ', graph.Parameters.OrderBy(p => p.Name, StringComparer.Ordinal)
                .Select(p => $"{p.Name}:{Convert.ToHexString(machine.Persistent(p.Name))}"));
        }
    }

    [TestCase("qzo-ff:16w8a", "twice")]
    [TestCase("qzo-ff:8w8a+m2", "turned")]
    [TestCase("qzo-ff:8w8a", "normalised")]
    public void Both_uses_of_a_pass_read_the_same_perturbed_numbers(string method, string name)
    {
        ImportedNetwork network = Network(name);
        Tuning tuning = TuningScheme.Full.Tune(network.Model.Build(TiedNetwork.Batch));
        Dataset data = TiedNetwork.Data(network.Model.Input);
        FixedPointMachine machine = Machine(tuning, method, TiedNetwork.Weights(network), data, Stochastic);
        Dictionary<(Phase, int, int), string> seen = [];
        int perturbed = 0, pass = 0;
        machine.Observer = op =>
        {
            if (op.Op is Perturb { Sign: var sign } && op.Name == "perturb w")
            {
                string bytes = Convert.ToHexString(machine.Values(op.Output));
                Assert.That(seen.TryAdd((op.Phase, sign, (op.Direction * 100) + pass), bytes)
                    || seen[(op.Phase, sign, (op.Direction * 100) + pass)] == bytes, op.Name);
                perturbed++;
            }
        };
        SampleStore<byte> store = SampleStores.Fixed(tuning.Graph, data, machine);
        for (; pass < 3; pass++)
            machine.Run(new StepContext(3, (uint)pass, 0.05), store, All, fill: true);
        Assert.That(perturbed, Is.EqualTo(2 * seen.Count));
        Assert.That(machine.Plan.Ops.Count(o => o.Op is ForwardGradientUpdate && o.Name == "update w"), Is.EqualTo(1));
    }

    [Test]
    public void A_frozen_turned_weight_is_turned_for_each_pass_and_not_kept_by_sample(
        [Values("qzo-ff:16w8a", "bp:8w8a", "bp:fp32", "ff:fp16")] string method)
    {
        ImportedNetwork network = Network("turned");
        Tuning tuning = Tuning.Of(network.Model.Build(TiedNetwork.Batch), p => p == "b");
        Plan plan = StepPlanner.TrainingStep(tuning, Method.Parse(method));
        Assert.That(plan.Ops.Where(o => o.Op is Transpose && o.Phase != Phase.Backward).Select(o => o.Frozen),
            Is.Not.Empty.And.All.False);
        PlannedOp turn = plan.Ops.First(o => o.Op is Transpose);
        Assert.That(plan.Tensors[turn.Output].Format, Is.EqualTo(plan.Tensors[turn.Inputs[0]].Format));
    }

    [Test]
    public void Other_normalisations_behind_shared_filters_give_copies_that_do_not_train()
    {
        ImportedNetwork network = TiedNetwork.Normalised(same: false).Import("y");
        Graph graph = network.Model.Build(1);
        Assert.That(graph.Nodes.Select(n => n.Op), Has.None.InstanceOf<BatchNorm>());
        Assert.That(graph.Parameters.Select(p => (p.Name, p.CopyOf)),
            Does.Contain(("w", (string?)null)).And.Contain(("w in two", "w")));
        Assert.That(Assert.Throws<GraphException>(() => TuningScheme.Full.Tune(graph))!.Message,
            Does.StartWith("scheme ft trains 'w', which the network uses a second time"));
        Assert.That(TuningScheme.LastLayer.Tune(graph).Trained, Is.EquivalentTo(new[] { "head.weight" }));
        Assert.That(graph.ParameterCount, Is.EqualTo(4 + 4 + 2 + 2 + 6), "memory counts both");
    }

    [Test]
    public void Integers_that_are_used_with_two_scales_do_not_train()
    {
        Graph graph = TiedNetwork.TwoScales().Import("y").Model.Build(1);
        Assert.That(graph.Parameters.Select(p => (p.Name, p.CopyOf)), Does.Contain(("q#2", "q")));
        Assert.That(Assert.Throws<GraphException>(() => TuningScheme.Full.Tune(graph))!.Message, Does.Contain("'q'"));
        Assert.That(Assert.Throws<GraphException>(() => TuningScheme.Parse("sparse:second").Tune(graph))!.Message,
            Does.Contain("they would drift apart"));
        Assert.That(() => TuningScheme.LastLayer.Tune(graph), Throws.Nothing);
    }

    [Test]
    public void Layers_that_share_a_weight_train_the_same_share_of_it()
    {
        Graph graph = Network("twice").Model.Build(1);
        Assert.That(Assert.Throws<GraphException>(() => TuningScheme.Parse("sparse:one=0.5,two").Tune(graph))!.Message,
            Is.EqualTo("layers 'one' and 'two' share 'w' but are given unequal shares of it; accepted is one share."));
        Assert.That(TuningScheme.Parse("sparse:one=0.5,two=0.5").Tune(graph).Channels["w"], Is.EqualTo(1));
    }

    private static FixedPointMachine Machine(Tuning tuning, string method, Dictionary<string, float[]> weights, Dataset data,
        NumericPolicy policy)
    {
        Method parsed = Method.Parse(method);
        SampleStore<float> samples = SampleStores.Float(tuning.Graph, data);
        return new FixedPointMachine(
            Step.OnHost(StepPlanner.TrainingStep(tuning, parsed)), policy, new FixedWeights(weights),
            Ranges(tuning, parsed, weights, samples),
            new TrainingSettings(4, 0.05, Decay.None, 0.02));
    }

    private static Dictionary<int, double> Ranges(Tuning tuning, Method method, Dictionary<string, float[]> weights,
        SampleStore<float> samples)
    {
        Dictionary<int, double> ranges = new(Calibration.Ranges(tuning.Graph, weights, samples, 1));
        if (method is Backpropagation backpropagation)
        {
            foreach ((int value, double range) in Calibration.GradientRanges(tuning, backpropagation, weights, samples, 1))
                ranges.Add(value, range);
        }

        return ranges;
    }
}
