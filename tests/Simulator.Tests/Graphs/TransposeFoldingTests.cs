using System.Collections.Immutable;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks;

namespace NpuSim.Simulator.Tests.Graphs;

/// <summary>Transposes that can go are gone, and the network gives the same numbers.</summary>
public sealed class TransposeFoldingTests
{
    private static readonly ImmutableArray<int> First = [0, 3, 1, 2], Last = [0, 2, 3, 1];

    [Test]
    public void A_pair_goes_past_what_works_element_by_element() => Folds(0, g =>
    {
        Value x = g.Apply("first", new Transpose(First), g.Input("images", [2, 4, 5, 3]));
        x = g.Apply("shifted", new Add(), x, g.Parameter("shift", [1, 3, 1, 1]));
        x = g.Apply("scaled", new Mul(), g.Apply("relu", new Relu(), x), g.Parameter("scale", [3, 1, 1]));
        x = g.Apply("gelu", new Gelu(), x);
        return Convolution(g, g.Apply("last", new Transpose(Last), x));
    });

    [Test]
    public void Branches_join_and_are_cut_along_the_axis_that_stands_for_theirs() => Folds(0, g =>
    {
        Value x = g.Apply("first", new Transpose(First), g.Input("images", [2, 4, 5, 3]));
        Value joined = g.Apply("joined", new Concat(1), x, g.Apply("relu", new Relu(), x));
        Value cut = g.Apply("padded", new Pad(2, 1, 0), g.Apply("cut", new Slice(1, 2, 3), joined));
        return Convolution(g, g.Apply("last", new Transpose(Last),
            g.Apply("sum", new Add(), cut, g.Apply("halved", new Mul(), cut, cut))));
    });

    [Test]
    public void A_flatten_in_another_order_goes_into_the_weights_behind() => Folds(0, g =>
    {
        Value x = g.Apply("first", new Transpose(First), g.Input("images", [2, 4, 5, 3]));
        Value rows = g.Apply("relu", new Relu(), g.Apply("flat", new Reshape([2, 60]), x));
        return g.Apply("layer", new Linear(), rows, g.Parameter("w", [7, 60]), g.Parameter("b", [7]));
    });

    [Test]
    public void Weights_that_two_layers_read_stay_and_the_transpose_too() => Folds(120, g =>
    {
        Value x = g.Apply("first", new Transpose(First), g.Input("images", [2, 4, 5, 3])), w = g.Parameter("w", [7, 60]);
        Value rows = g.Apply("flat", new Reshape([2, 60]), x);
        return g.Apply("sum", new Add(), g.Apply("one", new Linear(), rows, w),
            g.Apply("two", new Linear(), g.Apply("relu", new Relu(), rows), w));
    });

    [Test]
    public void A_transpose_that_moves_axes_of_one_is_a_view() => Folds(0, g =>
    {
        Value x = g.Apply("first", new Transpose(First), g.Input("images", [2, 4, 5, 1]));
        return g.Apply("sum", new Add(), x, g.Parameter("w", [4, 5]));
    });

    [Test]
    public void A_transposed_result_is_given_as_it_was_asked_for() => Folds(120, g =>
        g.Apply("relu", new Relu(), g.Apply("first", new Transpose(First), g.Input("images", [2, 4, 5, 3]))));

    [Test]
    public void Nothing_is_done_where_it_would_become_more() => Folds(120, g =>
    {
        Value x = g.Apply("first", new Transpose(First), g.Input("images", [2, 4, 5, 3]));
        Value one = g.Apply("one", new AveragePool(2, 2), g.Apply("relu", new Relu(), x)),
            two = g.Apply("two", new AveragePool(2, 2), g.Apply("gelu", new Gelu(), x));
        return g.Apply("sum", new Add(), one, two);
    });

    [Test]
    public void Any_chain_of_orders_and_operations_gives_the_same()
    {
        System.Random random = new(3);
        for (int trial = 0; trial < 200; trial++)
        {
            int seed = random.Next();
            long before = 0, after = Same(g => Chain(g, new System.Random(seed)), ref before);
            Assert.That(after, Is.LessThanOrEqualTo(before), $"seed {seed}");
        }
    }

    [Test]
    public void A_network_with_channels_last_of_tf2onnx_gives_what_the_same_one_gives_with_channels_first()
    {
        ImportedNetwork last = ImportedNetwork.Read(CaseFolder.Find("networks/glyphs_nhwc.onnx"));
        ImportedNetwork first = ImportedNetwork.Read(CaseFolder.Find("networks/glyphs_logits.onnx"));
        Graph graph = last.Model.Build(2);
        Assert.That(graph.Nodes.Select(n => n.Op), Has.None.InstanceOf<Transpose>());
        Assert.That(last.Model.Input, Is.EqualTo(first.Model.Input));
        Assert.That(Results(graph, Weights(last)), Is.EqualTo(Results(first.Model.Build(2), Weights(first))).Within(1e-4));

        static Dictionary<string, float[]> Weights(ImportedNetwork network) =>
            network.Weights.Tensors.ToDictionary(t => t.Key, t => t.Value.Values.ToArray());
    }

    private static Value Chain(GraphBuilder g, System.Random random)
    {
        Value x = g.Input("images", [2, 3, 4, 5]);
        List<Value> made = [x];
        int steps = random.Next(3, 14);
        for (int i = 0; i < steps; i++)
        {
            x = made[random.Next(Math.Max(0, made.Count - 3), made.Count)];
            string name = $"v{i}";
            int rank = x.Shape.Rank, axis = random.Next(1, rank);
            Value? like = made.FirstOrDefault(v => v != x && v.Shape == x.Shape);
            made.Add(random.Next(12) switch
            {
                0 or 1 or 2 or 3 => g.Apply(name,
                    new Transpose([0, .. Enumerable.Range(1, rank - 1).OrderBy(_ => random.Next())]), x),
                4 => g.Apply(name, new Relu(), x),
                5 => g.Apply(name, new Softmax(), x),
                6 when like is not null => g.Apply(name, new Add(), x, like),
                7 when like is not null => g.Apply(name, new Concat(axis), x, like),
                8 => g.Apply(name, new Mul(), x,
                    g.Parameter($"p{i}", [.. Enumerable.Range(0, rank).Select(a => a == axis ? x.Shape[a] : 1)])),
                9 => g.Apply(name, new LayerNorm(), x, g.Parameter($"g{i}", [x.Shape[^1]]), g.Parameter($"b{i}", [x.Shape[^1]])),
                10 => g.Apply(name, new Reshape([2, (int)x.Shape.Count / 2]), x),
                11 when rank > 2 => g.Apply(name, new Slice(axis, 0, Math.Max(1, x.Shape[axis] - 1)), x),
                _ when rank == 2 => g.Apply(name, new Linear(), x, g.Parameter($"w{i}", [4, x.Shape[1]])),
                _ => g.Apply(name, new Add(), x, g.Parameter($"a{i}", x.Shape[1..])),
            });
        }

        return made[^1];
    }

    private static Value Convolution(GraphBuilder g, Value x) =>
        g.Apply("conv", new Conv2d(1, new Padding(1, 1, 1, 1)), x, g.Parameter("filters", [4, 3, 3, x.Shape[^1]]),
            g.Parameter("bias", [4]));

    private static void Folds(long left, Func<GraphBuilder, Value> network)
    {
        long before = 0, after = Same(network, ref before);
        Assert.That((after, before), Is.EqualTo((left, before)));
        Assert.That(before, Is.GreaterThan(0));
    }

    // Elements that transposes move before and after, the results being equal.
    private static long Same(Func<GraphBuilder, Value> network, ref long before)
    {
        GraphBuilder builder = new();
        builder.Output("logits", network(builder));
        Graph graph = builder.Build();
        (Graph folded, IReadOnlyDictionary<string, int[]> orders) = TransposeFolding.Fold(graph);
        Dictionary<string, float[]> weights =
            graph.Parameters.ToDictionary(p => p.Name, p => Numbers(p.Name, (int)p.Shape.Count));
        Dictionary<string, float[]> moved = weights.ToDictionary(
            w => w.Key, w => orders.TryGetValue(w.Key, out int[]? order) ? [.. order.Select(i => w.Value[i])] : w.Value);
        Assert.That(folded.Outputs["logits"].Shape, Is.EqualTo(graph.Outputs["logits"].Shape));
        Assert.That(folded.Parameters.Select(p => p.Name), Is.EquivalentTo(graph.Parameters.Select(p => p.Name)));
        Assert.That(Results(folded, moved), Is.EqualTo(Results(graph, weights)).Within(1e-5));
        before = Moved(graph);
        return Moved(folded);
    }

    private static float[] Results(Graph graph, IReadOnlyDictionary<string, float[]> weights)
    {
        Plan plan = Planner.Inference(graph, OperandFormats.Fp32, ImmutableHashSet<string>.Empty);
        if (plan.Ops.IsEmpty)
            return [];
        FloatMachine machine = new(Step.OnHost(plan), new FloatWeights(weights));
        Value images = graph.Inputs.First();
        SampleStore<float> store = new(2);
        store.Set(images.Id, Numbers("images", (int)images.Shape.Count));
        machine.Run(default, store, [0, 1], fill: true);
        return machine.Values(plan.Ops[^1].Output).ToArray();
    }

    private static long Moved(Graph graph) => graph.Nodes.Where(n => n.Op is Transpose).Sum(n => n.Output.Shape.Count);

    private static float[] Numbers(string name, int count)
    {
        RandomStream random = new(5, name);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }
}
