using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Rows of a table by indices that come in, in integers: the indices stay as they are, the rows keep their
/// scale.</summary>
public sealed class LookupTests
{
    [Test]
    public void Rows_of_a_quantised_table_are_looked_up_and_summed()
    {
        GraphBuilder g = new();
        Value indices = g.Input("images", [2, 3]), table = g.Parameter("table", [5, 4]), bias = g.Parameter("places", [3, 1]);
        Value sum = g.Apply("sum", new Add(), g.Apply("found", new Lookup(), indices, table), bias);
        g.Output("output", sum);
        g.Output("logits", sum);
        Graph graph = g.Build();
        int[] rows = [.. Enumerable.Range(-10, 20)], places = [1, -2, 3], wanted = [4, 0, 1, 1, 3, 2];
        ValueScale one = new([1f], 0);
        Quantization quantization = new(
            new Dictionary<string, ValueScale>
            {
                ["images"] = one,
                ["table"] = one,
                ["places"] = one,
                ["found"] = one,
                ["sum"] = one,
            },
            new(new Dictionary<string, int[]> { ["table"] = rows, ["places"] = places }));
        Plan plan = Planner.Inference(graph, new OperandFormats(NumberFormat.Int8, NumberFormat.Int8, NarrowLogits: true),
            ImmutableHashSet<string>.Empty, "output");
        Assert.That(Repertoire.Missing(plan, Executor.Integers), Is.Null);
        Assert.That(Repertoire.Missing(plan, Executor.OpenCl), Does.StartWith("'found' (lookup) has no device kernel"));
        FixedPointMachine machine = new(Step.OnHost(plan), new NumericPolicy(new AccumulatorPolicy(32, Overflow.Wrap)),
            new FixedWeights(quantization), PlanScales.Of(plan, graph, quantization));
        SampleStore<byte> store = new(2);
        store.Set(0, machine.QuantizeInput("images", [.. wanted.Select(i => (float)i)]));
        machine.Run(default, store, [0, 1], fill: true);
        int[] sums =
            [.. MemoryMarshal.Cast<byte, sbyte>(machine.Values(machine.Plan.Ops[^1].Output)).ToArray().Select(v => (int)v)];
        Assert.That(sums, Is.EqualTo(wanted.SelectMany((row, i) =>
            Enumerable.Range(0, 4).Select(c => rows[(4 * row) + c] + places[i % 3]))));
    }
}
