using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Planning;

public class DecodingTests
{
    private static readonly Compression Both = new(0.75, 16);

    [TestCase("bp:fp32")]
    [TestCase("bp:fp16")]
    [TestCase("bp:8w8a")]
    [TestCase("qzo-ff:16w8a")]
    [TestCase("ff:fp32")]
    public void Frozen_weights_are_stored_in_as_many_bytes_as_their_form_says(string method)
    {
        Plan plan = Step(method, "lp", Both), dense = Step(method, "lp", null);
        int bits = Method.Parse(method).Operands.Weights.Bits();
        Graph graph = Networks.Linears(4);
        long biases = Frozen(dense) - Weights(graph, w => NumberFormat.Int8.BytesFor(w * bits / 8)),
            stored = Weights(graph, w => Both.FormOf(w).Bits(bits) / 8);
        Assert.Multiple(() =>
        {
            Assert.That(Frozen(plan), Is.EqualTo(biases + stored));
            Assert.That(plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight).Sum(t => t.Bytes),
                Is.EqualTo(dense.Tensors.Where(t => t.Role == TensorRole.TrainedWeight).Sum(t => t.Bytes)),
                "what trains is held as it is");
        });

        static long Frozen(Plan plan) => plan.Tensors.Where(t => t is { Role: TensorRole.FrozenWeight, ViewOf: null })
            .Sum(t => t.Bytes);
        static long Weights(Graph graph, Func<long, long> bytes) =>
            graph.Parameters.Where(p => p.Name is "fc1.weight" or "fc2.weight").Sum(p => bytes(p.Shape.Count));
    }

    [TestCase("bp:16w8a", "ft", 0)]
    [TestCase("bp:fp32", "lp", 2)]    // two layers, forward
    [TestCase("bp:16w8a", "bias", 5)] // all three forward, two of them backward: fc1's input needs no gradient
    [TestCase("ff:fp32+m3", "lp", 12)]
    public void A_weight_is_decoded_where_it_is_read(string method, string scheme, int decodes)
    {
        Plan plan = Step(method, scheme, Both);
        Assert.That(plan.Ops.Count(o => o.Op is Decode), Is.EqualTo(decodes));
        foreach (PlannedOp op in plan.Ops.Where(o => o.Op is Decode))
        {
            PlannedOp reader = plan.Ops.First(o => o.Inputs.Contains(op.Output));
            Assert.That(plan.Ops[(op.Index + 1)..reader.Index].Select(o => o.Op), Has.All.InstanceOf<Requantize>(),
                "just before its reader");
            Assert.That((reader.Phase, reader.Direction, reader.Frozen), Is.EqualTo((op.Phase, op.Direction, op.Frozen)));
        }
    }

    [Test]
    public void Large_weights_are_decoded_in_parts_that_together_read_what_is_stored_once()
    {
        Plan plan = Step("qzo-ff:16w8a", "lp", Both);
        PlannedOp[] parts = [.. plan.Ops.Where(o => o.Name == "decode fc2.weight" && o.Phase == Phase.ForwardPlus)];
        PlanTensor[] stored = [.. plan.Tensors.Where(t => t.ViewOf is null
            && t.Name.StartsWith("fc2.weight ", StringComparison.Ordinal) && t.IsPersistent)];
        Assert.Multiple(() =>
        {
            Assert.That(parts, Has.Length.GreaterThan(1));
            Assert.That(parts.Sum(p => plan.Tensors[p.Output].Shape.Count), Is.EqualTo(512 * 128));
            Assert.That(parts.Select(p => plan.Tensors[p.Output].Bytes), Has.All.AtMost(48 * 1024));
            Assert.That(stored, Has.Length.EqualTo(3));
            Assert.That(parts.Sum(p => plan.Tensors[p.Inputs[0]].Bytes), Is.EqualTo(stored[0].Bytes), "mask");
            Assert.That(parts.Sum(p => plan.Tensors[p.Inputs[1]].Bytes), Is.EqualTo(stored[1].Bytes), "indices");
            Assert.That(parts.Select(p => p.Inputs[2]), Has.All.EqualTo(stored[2].Id), "the codebook, each time");
            Assert.That(MemoryPlanner.Lay(plan, 1).PeakByRole.GetValueOrDefault(TensorRole.DecodedWeight),
                Is.InRange(1, 48 * 1024));
        });
    }

    [Test]
    public void A_weight_that_a_pass_reads_again_is_decoded_once_and_stays()
    {
        GraphBuilder g = new();
        Value x = g.Input("images", [2, 4]), w = g.Parameter("again.weight", [4, 4]);
        for (int i = 0; i < 3; i++)
            x = g.Apply($"again{i}", new Linear(), x, w);
        Value logits = g.Apply("head", new Linear(), x, g.Parameter("head.weight", [3, 4]), g.Parameter("head.bias", [3]));
        g.Output("logits", logits);
        g.Output("loss", g.Apply("loss", new CrossEntropy(), logits, g.Input("labels", [2])));
        Graph graph = g.Build();
        foreach (string method in new[] { "bp:fp32", "qzo-ff:16w8a" })
        {
            Plan plan = StepPlanner.TrainingStep(graph, Method.Parse(method) with { Compression = Both },
                ImmutableHashSet.Create("head.weight"));
            Assert.That(plan.Ops.Count(o => o.Op is Decode), Is.EqualTo(method[0] == 'b' ? 1 : 2), "once in each forward pass");
        }
    }

    [TestCase("bp:fp32", 0.5, null)]
    [TestCase("qzo-ff:16w8a", 0.5, null)]
    [TestCase("qzo-ff:16w8a", 0, 16)]
    [TestCase("bp:8w8a", 0.9, 4)]
    public void Decoding_takes_time_energy_and_traffic(string method, double prune, int? codebook)
    {
        foreach (string profile in new[] { "ethos-u55-128", "systolic-int8-16x16", "cortex-m7" })
        {
            Plan plan = Step(method, "lp", new Compression(prune, codebook));
            if (profile == "systolic-int8-16x16" && method == "bp:fp32")
                continue; // has no host core
            PlanCost cost = CostModel.Price(plan, ShippedProfiles.Find(profile));
            foreach (OpCost op in cost.Ops.Where(o => plan.Ops[o.Index].Op is Decode))
            {
                Assert.That(op.Cycles, Is.Positive, $"{profile} {op.Name}");
                Assert.That(op.EnergyJoules, Is.Positive, $"{profile} {op.Name}");
                Assert.That(op.Traffic.Scratchpad + op.Traffic.External,
                    Is.AtLeast(plan.Tensors[plan.Ops[op.Index].Output].Bytes), $"{profile} {op.Name}");
            }
        }
    }

    [Test]
    public void Only_matrices_that_do_not_train_are_decoded()
    {
        Plan plan = Step("qzo-ff:16w8a", "bias", Both);
        Assert.That(plan.Ops.Where(o => o.Op is Decode).Select(o => o.Name).Distinct(),
            Is.EquivalentTo(new[] { "decode fc1.weight", "decode fc2.weight", "decode head.weight" }));
        Plan kept = Step("qzo-ff:16w8a", "bias", Both with { KeepsClassifier = true });
        Assert.That(kept.Ops.Select(o => o.Name), Does.Not.Contain("decode head.weight"));
        Assert.That(kept.Tensors.Any(t => t is { Name: "head.weight", Role: TensorRole.FrozenWeight }), Is.True);
    }

    private static Plan Step(string method, string scheme, Compression? compression) =>
        StepPlanner.TrainingStep(TuningScheme.Parse(scheme).Tune(Networks.Linears(4)),
            Method.Parse(method) with { Compression = compression });
}
