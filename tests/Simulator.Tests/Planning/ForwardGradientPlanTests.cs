using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Planning;

/// <summary>What each switch of a forward-gradient method adds to a plan: no more, no less.</summary>
public class ForwardGradientPlanTests
{
    private static readonly HardwareProfile Npu = ShippedProfiles.Find("systolic-int8-16x16");

    private static Plan StepOf(string method, TuningScheme? scheme = null)
    {
        Graph graph = Networks.Convolutional(2);
        return StepPlanner.TrainingStep(graph, Method.Parse(method), (scheme ?? TuningScheme.Full).Select(graph));
    }

    private static long Bytes(Plan plan, TensorRole role) => plan.Tensors.Where(t => t.Role == role).Sum(t => t.Bytes);

    private static long TrainedWeights(Plan plan) => plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight)
        .Sum(t => t.Shape.Count);

    private static double Cycles(string method, Phase phase) =>
        CostModel.Price(StepOf(method), Npu).CyclesByPhase.GetValueOrDefault(phase);

    [TestCase("qzo-ff:16w8a")]
    [TestCase("qzo-ff:16w8a+rademacher+lfsr+m3")]
    [TestCase("qzo-ff:16w8a+sparse-random90")]
    [TestCase("qzo-ff:16w8a+sharpness+kernel-norm")]
    [TestCase("jvp:fp32+m3+orthogonal")]
    public void What_can_be_drawn_again_is_not_kept(string method) =>
        Assert.That(Bytes(StepOf(method), TensorRole.OptimizerState), Is.Zero);

    [TestCase("qzo-ff:16w8a+momentum0.9", 2, Description = "int16")]
    [TestCase("qzo-ff:8w8a+momentum0.9", 2)]
    [TestCase("ff:fp16+momentum0.9", 2)]
    [TestCase("spsa:fp32+momentum0.9", 4)]
    [TestCase("ff:fp32+adam", 8, Description = "two moments")]
    [TestCase("ff:fp16+adam", 8, Description = "moments in fp32")]
    [TestCase("qzo-ff:16w8a+guided0.5", 1, Description = "int8")]
    [TestCase("qzo-ff:16w8a+guided0.5+m3", 3, Description = "one for each direction")]
    [TestCase("ff:fp32+guided0.5", 4)]
    [TestCase("qzo-ff:16w8a+momentum0.9+guided0.5", 3)]
    public void State_has_so_many_bytes_for_each_trained_weight(string method, int bytes)
    {
        Plan plan = StepOf(method);
        Assert.That(Bytes(plan, TensorRole.OptimizerState), Is.EqualTo(bytes * TrainedWeights(plan)));
    }

    [TestCase("qzo-ff:16w8a+sparse90")]
    [TestCase("jvp:fp32+sparse-threshold10")]
    public void A_stored_mask_takes_one_bit_for_each_trained_weight(string method)
    {
        Plan plan = StepOf(method);
        Assert.That(
            Bytes(plan, TensorRole.OptimizerState),
            Is.EqualTo(plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight).Sum(t => (t.Shape.Count + 7) / 8)));
    }

    [Test]
    public void Sharpness_doubles_the_forward_passes_of_one_direction_and_needs_no_more_memory()
    {
        Plan plain = StepOf("qzo-ff:16w8a"), aware = StepOf("qzo-ff:16w8a+sharpness");
        Assert.Multiple(() =>
        {
            Assert.That(aware.Ops.Count(o => o.Op is CrossEntropy), Is.EqualTo(4));
            Assert.That(aware.Ops.Count(o => o.Op is Conv2d), Is.EqualTo(2 * plain.Ops.Count(o => o.Op is Conv2d)));
            Assert.That(aware.Ops.Count(o => o.Op is Perturb { IsAtNeighbour: true }),
                Is.EqualTo(plain.Ops.Count(o => o.Op is Perturb)));
            Assert.That(aware.Ops.Where(o => o.Op is Perturb { IsAtNeighbour: true }).All(o => o.Inputs.Length == 3));
            Assert.That(MemoryPlanner.Lay(aware, 16).ArenaBytes,
                Is.LessThanOrEqualTo(MemoryPlanner.Lay(plain, 16).ArenaBytes + 32));
            Assert.That(StepOf("qzo-ff:16w8a+sharpness+m3").Ops.Count(o => o.Op is CrossEntropy), Is.EqualTo(8),
                "one ascent per step");
        });
    }

    [Test]
    public void A_neighbour_is_drawn_with_two_directions_and_priced_so() =>
        Assert.That(
            Cycles("qzo-ff:16w8a+sharpness", Phase.Perturb), Is.EqualTo(3 * Cycles("qzo-ff:16w8a", Phase.Perturb))
            .Within(0.1).Percent);

    [Test]
    public void Guided_sampling_draws_twice_per_step_instead_of_at_every_use()
    {
        Plan plan = StepOf("qzo-ff:16w8a+guided0.5");
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Count(o => o.Op is GuideDirection), Is.EqualTo(6));
            Assert.That(plan.Ops.Where(o => o.Op is Perturb or ForwardGradientUpdate).SelectMany(o => VectorPass.Of(plan, o)),
                Has.None.Matches<VectorPass>(p => p.Class == VectorClass.Random));
        });
    }

    [Test]
    public void Momentum_reads_and_writes_its_velocity()
    {
        Plan plan = StepOf("qzo-ff:16w8a+momentum0.9");
        PlannedOp update = plan.Ops.First(o => o.Op is ForwardGradientUpdate);
        int velocity = update.Inputs[^1];
        Assert.Multiple(() =>
        {
            Assert.That(plan.Tensors[velocity].Name, Does.StartWith("velocity of "));
            Assert.That(((TrainingOp)update.Op).AlsoWrites(update.Inputs), Is.EqualTo(new[] { velocity }));
            Assert.That(Cycles("qzo-ff:16w8a+momentum0.9", Phase.Update), Is.GreaterThan(Cycles("qzo-ff:16w8a", Phase.Update)));
        });
    }

    [Test]
    public void Norms_are_an_operation_for_each_tensor_before_its_update()
    {
        Plan plan = StepOf("qzo-ff:16w8a+kernel-norm");
        PlannedOp[] updates = [.. plan.Ops.Where(o => o.Op is ForwardGradientUpdate)];
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Count(o => o.Op is KernelNorm), Is.EqualTo(updates.Length));
            Assert.That(updates.All(u => plan.Ops[u.Index - 1] is { Op: KernelNorm } norm && u.Inputs.Contains(norm.Output)));
        });
    }

    [Test]
    public void Forward_differentiation_is_one_pass_of_pairs_with_a_drawn_tangent_for_each_trained_weight()
    {
        Plan plan = StepOf("jvp:fp32"), probes = StepOf("spsa:fp32");
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Count(o => o.Op is DrawDirection), Is.EqualTo(6));
            Assert.That(plan.Ops.Select(o => o.Op), Has.None.InstanceOf<Perturb>());
            Assert.That(plan.Ops.Count(o => o.Op is CrossEntropy), Is.EqualTo(1));
            Assert.That(plan.Ops.Count(o => o.Op is Conv2d), Is.EqualTo(5), "first layer: y and ẋ = 0; second: y, ẋ ∗ w, x ∗ ẇ");
            Assert.That(probes.Ops.Count(o => o.Op is Conv2d), Is.EqualTo(4));
            Assert.That(plan.Tensors.Select(t => t.Role),
                Has.None.AnyOf(TensorRole.SavedActivation, TensorRole.ActivationGradient));
        });
    }

    [Test]
    public void Forward_differentiation_of_the_head_alone_starts_at_the_head()
    {
        Plan plan = StepOf("jvp:fp32", TuningScheme.LastLayer);
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Where(o => o.Op is Conv2d).All(o => o.Frozen));
            Assert.That(plan.Ops.Count(o => o.Op is Linear), Is.EqualTo(2));
            Assert.That(plan.Ops.Where(o => o.Name.StartsWith("tangent of ", StringComparison.Ordinal))
                .Any(o => o.Frozen), Is.False);
        });
    }

    [Test]
    public void Projection_adds_a_product_per_pair_of_directions_and_one_small_system()
    {
        Plan plan = StepOf("spsa:fp32+m4+orthogonal");
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Count(o => o.Op is DirectionGram), Is.EqualTo(6));
            Assert.That(plan.Ops.Count(o => o.Op is DirectionProjection), Is.EqualTo(1));
            Assert.That(
                plan.Ops.Where(o => o.Op is DirectionGram)
                .Sum(o => VectorPass.Of(plan, o).Where(p => p.Class == VectorClass.Reduce).Sum(p => p.Elements)),
                Is.EqualTo(10 * TrainedWeights(plan)));
        });
    }

    [Test]
    public void Every_operand_of_every_combination_is_given_or_written_before_it_is_read(
        [Values("jvp:fp32+m2", "spsa:fp16+m2+orthogonal", "ff:fp32+sharpness", "qzo-ff:8w8a+m2+sharpness")] string method,
        [Values("", "+guided0.5")] string guided, [Values("", "+sparse50", "+sparse-random50")] string sparse,
        [Values("", "+kernel-norm")] string norm, [Values("", "+momentum0.9")] string optimiser)
    {
        Plan plan = StepOf(method + guided + sparse + norm + optimiser);
        HashSet<int> written = [.. plan.Tensors.Where(t => t.IsPersistent || t.Role == TensorRole.Input).Select(t => t.Id)];
        foreach (PlannedOp op in plan.Ops)
        {
            Assert.That(op.Inputs, Is.SubsetOf(written), op.Name);
            written.Add(op.Output);
        }

        Assert.That(plan.Name, Does.StartWith(Method.Parse(method + guided + sparse + norm + optimiser).ToString()));
        Assert.That(CostModel.Price(plan, Npu).Cycles, Is.Positive);
    }

    [Test]
    public void The_layers_of_a_step_are_those_of_the_network_whatever_the_switches()
    {
        Graph graph = Networks.Convolutional(2);
        foreach (string method in new[] { "qzo-ff:16w8a+guided0.5+kernel-norm+sharpness", "jvp:fp32+m2+orthogonal+kernel-norm" })
        {
            Plan plan = StepOf(method);
            ImmutableArray<Simulator.Timing.LayerCost> layers = CostResult.Of(CostModel.Price(plan, Npu), plan).Layers;
            Assert.That(layers.Select(l => l.Layer),
                Is.SubsetOf(graph.Nodes.Select(n => n.Output.Name).Append("gram").Append("project")), method);
        }
    }
}
