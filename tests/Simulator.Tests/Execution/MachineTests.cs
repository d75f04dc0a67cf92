using System.Collections.Immutable;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Evaluation;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Execution;

public class MachineTests
{
    private static readonly Dataset Data = ToyTask.Data(12, 4);
    private static readonly Dictionary<string, float[]> Weights = Initial(Networks.Convolutional(1));
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));

    private static readonly Func<int, Graph>[] Graphs = [Networks.Convolutional, Networks.Tokens];

    private static Dictionary<string, float[]> Initial(Graph graph) => new(Workloads.Models.Initialization.Weights(graph, 7));

    private static int[] Batch(int count) => [.. Enumerable.Range(0, count)];

    // Every value of the graph on its own storage: what the arena must reproduce.
    private static Dictionary<int, float[]> Direct(Graph graph, int batch) => Direct(graph, batch, Weights);

    private static Dictionary<int, float[]> Direct(Graph graph, int batch, Dictionary<string, float[]> weights)
    {
        SampleStore<float> store = SampleStores.Float(graph, Data);
        Dictionary<int, float[]> values = graph.Values.ToDictionary(v => v.Id, v => new float[v.Shape.Count]);
        foreach (Value input in graph.Inputs)
            store.Gather(input.Id, Batch(batch), values[input.Id]);
        foreach (Value parameter in graph.Parameters)
            weights[parameter.Name].CopyTo(values[parameter.Id], 0);
        foreach (Node node in graph.Nodes)
        {
            FloatOps.Execute<float>(
                node.Op, [.. node.Inputs.Select(i => new Tensor<float>(i.Shape, values[i.Id]))],
                new Tensor<float>(node.Output.Shape, values[node.Output.Id]));
        }

        return values;
    }

    [Test]
    public void A_backward_pass_in_the_arena_gives_the_bits_of_one_with_every_tensor_apart([Values("ft", "lp")] string scheme)
    {
        Graph graph = Networks.Convolutional(4);
        ImmutableHashSet<string> trained = TuningScheme.Parse(scheme).Select(graph);
        Dictionary<int, float[]> direct = Direct(Gradients.Build(graph, "loss", trained), 4);
        Plan plan = StepPlanner.TrainingStep(graph, new Backpropagation(NumberFormat.Fp32), trained);
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(Weights));
        machine.Observer = op =>
        {
            if (plan.Tensors[op.Output] is { IsPersistent: false, Source: int source })
                Assert.That(machine.Values(op.Output).ToArray(), Is.EqualTo(direct[source]), op.Name);
        };
        machine.Run(new StepContext(1, 0, 0.1), SampleStores.Float(graph, Data), Batch(4), fill: true);
    }

    [Test]
    public void A_frozen_prefix_taken_from_the_store_gives_the_losses_of_one_computed_anew(
        [Values("qzo-ff:16w8a", "qzo-ff:8w8a")] string method)
    {
        Graph graph = Networks.Convolutional(4);
        IReadOnlyDictionary<int, double> ranges = Calibration.Ranges(graph, Weights, SampleStores.Float(graph, Data), 2);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.LastLayer.Select(graph));
        TrainingSettings settings = new(3, 1e-2, Workloads.Tasks.Decay.None, 1e-2);
        FixedPointMachine anew = new(Step.OnHost(plan), Wrap32, new FixedWeights(Weights), ranges, settings);
        FixedPointMachine stored = new(Step.OnHost(plan), Wrap32, new FixedWeights(Weights), ranges, settings);
        SampleStore<byte> empty = SampleStores.Fixed(graph, Data, anew), filled = SampleStores.Fixed(graph, Data, stored);
        FixedPointMachine inference = new(
            Step.OnHost(Planner.Inference(graph, Method.Parse(method).Operands, TuningScheme.LastLayer.Select(graph))), Wrap32,
            new FixedWeights(Weights), ranges);
        inference.Fill(filled);
        for (uint step = 0; step < 3; step++)
        {
            anew.Run(new StepContext(1, step, 1e-2), empty, Batch(4), fill: true);
            stored.Run(new StepContext(1, step, 1e-2), filled, Batch(4));
            Assert.That(stored.Loss, Is.EqualTo(anew.Loss));
        }
    }

    [Test]
    public void Sixteen_bit_inference_follows_fp32_within_quantisation([ValueSource(nameof(Graphs))] Func<int, Graph> build)
    {
        Graph graph = build(12);
        Dictionary<string, float[]> weights = Initial(graph);
        IReadOnlyDictionary<int, double> ranges = Calibration.Ranges(graph, weights, SampleStores.Float(graph, Data), 1);
        Plan plan = Planner.Inference(graph, Method.Parse("qzo-ff:16w16a").Operands, TuningScheme.Full.Select(graph));
        FixedPointMachine machine = new(Step.OnHost(plan), new(new AccumulatorPolicy(64, Overflow.Saturate)),
            new FixedWeights(weights), ranges);
        machine.Run(default, SampleStores.Fixed(graph, Data, machine), Batch(12), fill: true);
        float[] wanted = Direct(graph, 12, weights)[graph.Outputs["logits"].Id];
        double step = ranges[graph.Outputs["logits"].Id] / short.MaxValue;
        short[] logits = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(machine.Values(plan.Ops[^1].Output))
            .ToArray();
        Assert.That(logits.Select(l => l * step), Is.EqualTo(wanted.Select(w => (double)w)).Within(2e-3 * wanted.Max(Math.Abs)));
    }

    [Test]
    public void A_training_step_allocates_nothing_once_it_has_run([ValueSource(nameof(Graphs))] Func<int, Graph> build)
    {
        Graph graph = build(12);
        Dictionary<string, float[]> weights = Initial(graph);
        IReadOnlyDictionary<int, double> ranges = Calibration.Ranges(graph, weights, SampleStores.Float(graph, Data), 1);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse("qzo-ff:16w8a"), TuningScheme.Full.Select(graph));
        FixedPointMachine machine = new(
            Simulator.Memory.Step.OnHost(plan), Wrap32, new FixedWeights(weights), ranges,
            new TrainingSettings(9, 1e-2, Workloads.Tasks.Decay.None, 1e-2));
        SampleStore<byte> store = SampleStores.Fixed(graph, Data, machine);
        int[] samples = Batch(12);
        for (uint step = 0; step < 2; step++)
            machine.Run(new StepContext(1, step, 1e-2), store, samples, fill: step == 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        machine.Run(new StepContext(1, 2, 1e-2), store, samples);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_layer_run_some_channels_at_a_time_gives_the_integers_of_a_whole_one(
        [Values] Rounding rounding, [Values("qzo-ff:16w8a", "qzo-ff:16w8a+guided0.5+sparse50")] string method)
    {
        Graph graph = Networks.Wide(2);
        Dictionary<string, float[]> weights = Initial(graph);
        IReadOnlyDictionary<int, double> ranges = Calibration.Ranges(graph, weights, SampleStores.Float(graph, Data), 1);
        Plan plan = StepPlanner.TrainingStep(graph, Method.Parse(method), TuningScheme.Full.Select(graph));
        PlannedOp[] parts = [.. plan.Ops.Where(o => o.Name == "wide" && o.Direction == 0 && o.Phase == Phase.ForwardPlus)];
        Assert.That(parts, Has.Length.GreaterThan(1));
        Assert.That(plan.Ops.Count(o => o.Name == "conv" && o.Phase == Phase.ForwardPlus), Is.GreaterThan(1));

        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Wrap), rounding);
        FixedWeights stored = new(weights);
        FixedPointMachine machine = new(Simulator.Memory.Step.OnHost(plan), policy, stored, ranges,
            new TrainingSettings(9, 1e-2, Workloads.Tasks.Decay.None, 1e-2));
        SampleStore<byte> store = SampleStores.Fixed(graph, Data, machine);
        PlanTensor weight = plan.Tensors.First(t => t.Name == "wide.weight");
        List<byte> perturbed = [];
        byte[] input = [], output = [];
        int[] bias = [];
        machine.Observer = op =>
        {
            if (op is { Name: "perturb wide.weight", Op: Perturb { Sign: > 0 } })
                perturbed.AddRange(machine.Values(op.Output));
            if (op.Index == parts[0].Index - 1)
            {
                input = machine.Values(parts[0].Inputs[0]).ToArray();
                bias = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(
                    machine.Values(plan.Owner(parts[0].Inputs[2]).Id)).ToArray();
            }

            if (op.Index == parts[^1].Index)
                output = machine.Values(plan.Owner(op.Output).Id).ToArray();
        };
        machine.Run(new StepContext(1, 0, 0), store, Batch(2), fill: true);

        byte[] whole = new byte[weight.Bytes], initial = new byte[weight.Bytes];
        double step = ranges[weight.Source!.Value] / short.MaxValue;
        short[] integers = [.. weights["wide.weight"].Select(w => (short)Math.Round(w / step, MidpointRounding.AwayFromZero))];
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(integers.AsSpan()).CopyTo(initial);
        Perturb perturb = (Perturb)plan.Ops.First(o => o.Name == "perturb wide.weight").Op;
        PerturbationSource source = new(new RandomAddress(1, 0, 0, (uint)perturb.Probe.Parameter));
        if (perturb.Probe.IsStored)
        {
            source = source with
            {
                Stored = machine.Persistent("direction of wide.weight").ToArray(),
                Mask = WeightMask.Of(machine.Persistent("mask of wide.weight").ToArray()),
            };
        }

        PerturbKernel.Run(
            new Operand(initial, NumberFormat.Int16), [new(source, (int)Math.Round(1e-2 / step, MidpointRounding.AwayFromZero))],
            new Operand(whole, NumberFormat.Int16), policy);
        Assert.That(perturbed, Is.EqualTo(whole), "parts of z are those of the whole");

        double Step(int tensor) => ranges[plan.Tensors[tensor].Source!.Value] / plan.Tensors[tensor].Format.MaxValue();
        OutputStage stage = new(FixedScale.FromDouble(Step(parts[0].Inputs[0]) * step / Step(parts[0].Output)));
        byte[] expected = new byte[output.Length];
        if (rounding != Rounding.Stochastic) // its noise has the address of the operation
        {
            LinearKernel.Run(
                new(2, 100, 400), new Operand(input, NumberFormat.Int8), new Operand(whole, NumberFormat.Int16), bias, stage,
                new Operand(expected, NumberFormat.Int8), policy);
            Assert.That(output, Is.EqualTo(expected), "channels are in their place");
        }
    }

    [Test]
    public void The_losses_of_a_step_do_not_depend_on_the_number_of_threads()
    {
        double[] losses = [.. new[] { 1, 2, 3 }.Select(LossOn)];
        Assert.That(losses, Is.All.EqualTo(losses[0]));

        static double LossOn(int threads)
        {
            int before = WorkTeam.Threads;
            WorkTeam.Threads = threads;
            try
            {
                Graph graph = Networks.Convolutional(12);
                IReadOnlyDictionary<int, double> ranges = Calibration.Ranges(graph, Weights, SampleStores.Float(graph, Data), 1);
                Plan plan = StepPlanner.TrainingStep(graph, Method.Parse("qzo-ff:16w8a"), TuningScheme.Full.Select(graph));
                FixedPointMachine machine = new(
                    Simulator.Memory.Step.OnHost(plan), Wrap32, new FixedWeights(Weights), ranges,
                    new TrainingSettings(9, 1e-2, Workloads.Tasks.Decay.None, 1e-2));
                machine.Run(new StepContext(1, 0, 1e-2), SampleStores.Fixed(graph, Data, machine), Batch(12));
                return machine.Loss;
            }
            finally
            {
                WorkTeam.Threads = before;
            }
        }
    }
}
