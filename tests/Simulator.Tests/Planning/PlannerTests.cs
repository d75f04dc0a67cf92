using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Planning;

public class PlannerTests
{
    private static readonly string[] AllMethods =
        ["bp:fp32", "bp:fp16", "ff:fp32", "qzo-ff:16w8a", "qzo-ff:8w8a", "qzo-ff:16w16a"];

    private static Plan StepOf(string method, TuningScheme scheme, int batch = 2)
    {
        Graph graph = Networks.Convolutional(batch);
        return StepPlanner.TrainingStep(graph, Method.Parse(method), scheme.Select(graph));
    }

    [Test]
    public void Every_operand_is_given_or_written_before_it_is_read(
        [ValueSource(nameof(AllMethods))] string method, [Values("ft", "lp")] string scheme)
    {
        Plan plan = StepOf(method, TuningScheme.Parse(scheme));
        HashSet<int> written = [.. plan.Tensors.Where(t => t.IsPersistent || t.Role == TensorRole.Input).Select(t => t.Id)];
        foreach (PlannedOp op in plan.Ops)
        {
            Assert.That(op.Inputs, Is.SubsetOf(written), op.Name);
            written.Add(op.Output);
        }
    }

    [Test]
    public void A_forward_gradient_step_has_two_passes_per_direction_and_updates_each_trained_weight_once()
    {
        Graph graph = Networks.Convolutional(2);
        Plan plan = StepPlanner.TrainingStep(
            graph, new QuantizedForwardGradient(NumberFormat.Int16, NumberFormat.Int8, Directions: 3),
            TuningScheme.Full.Select(graph));
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Count(o => o.Op is CrossEntropy), Is.EqualTo(6));
            Assert.That(plan.Ops.Count(o => o.Op is Perturb), Is.EqualTo(6 * 6));
            Assert.That(plan.Ops.Count(o => o.Op is ForwardGradientUpdate), Is.EqualTo(6));
            Assert.That(plan.Ops.Where(o => o.Op is ForwardGradientUpdate)
                .All(o => o.Inputs.Length == 1 + 6 && o.Output == o.Inputs[0]));
        });
    }

    [Test]
    public void Forward_gradients_save_nothing_for_a_backward_pass()
    {
        Plan plan = StepOf("qzo-ff:16w8a", TuningScheme.Full);
        Assert.That(plan.Tensors.Select(t => t.Role), Has.None.AnyOf(
            TensorRole.SavedActivation, TensorRole.ActivationGradient, TensorRole.WeightGradient, TensorRole.OptimizerState));
    }

    [Test]
    public void A_relu_joins_the_layer_before_it_in_fixed_point_only()
    {
        Assert.Multiple(() =>
        {
            Assert.That(StepOf("qzo-ff:16w8a", TuningScheme.Full).Ops.Select(o => o.Op), Has.None.InstanceOf<Relu>());
            Assert.That(StepOf("qzo-ff:16w8a", TuningScheme.Full).Ops.Where(o => o.Rectifier is not null).Select(o => o.Name)
                .Distinct(), Is.EqualTo(new[] { "conv1", "conv2" }));
            Assert.That(StepOf("bp:fp32", TuningScheme.Full).Ops.Count(o => o.Op is Relu), Is.EqualTo(2));
        });
    }

    [Test]
    public void Trained_biases_reach_the_accumulator_by_an_operation_of_the_plan_and_frozen_ones_are_stored_there()
    {
        Plan plan = StepOf("qzo-ff:16w8a", TuningScheme.LastLayer);
        Assert.Multiple(() =>
        {
            Assert.That(plan.Tensors.First(t => t.Name == "conv1.bias").Format, Is.EqualTo(NumberFormat.Int32));
            Assert.That(plan.Tensors.First(t => t.Name == "head.bias").Format, Is.EqualTo(NumberFormat.Int16));
            Assert.That(plan.Ops.Count(o => o.Op is Requantize), Is.EqualTo(2), "one per pass");
        });
    }

    [Test]
    public void Operations_that_no_trained_weight_feeds_are_frozen([ValueSource(nameof(AllMethods))] string method)
    {
        Plan plan = StepOf(method, TuningScheme.LastLayer);
        Assert.Multiple(() =>
        {
            Assert.That(plan.Ops.Where(o => o.Op is Conv2d).All(o => o.Frozen));
            Assert.That(plan.Ops.Where(o => o.Op is Linear or CrossEntropy).Any(o => o.Frozen), Is.False);
            Assert.That(StepOf(method, TuningScheme.Full).Ops.Any(o => o.Frozen), Is.False);
        });
    }

    [Test]
    public void Reusing_the_prefix_computes_frozen_layers_once_instead_of_twice()
    {
        Graph graph = Networks.Convolutional(2);
        QuantizedForwardGradient method = new(NumberFormat.Int16, NumberFormat.Int8);
        Plan twice = StepPlanner.TrainingStep(graph, method, TuningScheme.LastLayer.Select(graph));
        Plan once = StepPlanner.TrainingStep(graph, method with { ReusePrefix = true }, TuningScheme.LastLayer.Select(graph));
        Assert.Multiple(() =>
        {
            Assert.That(twice.Ops.Count(o => o.Op is Conv2d), Is.EqualTo(4));
            Assert.That(once.Ops.Count(o => o.Op is Conv2d), Is.EqualTo(2));
            Assert.That(once.Ops.Where(o => o.Op is Conv2d).All(o => o.Phase == Phase.Forward));
        });
    }

    [Test]
    public void Backpropagation_into_the_head_alone_saves_its_operands_and_no_earlier_activation()
    {
        Plan plan = StepOf("bp:fp32", TuningScheme.LastLayer);
        string[] saved = [.. plan.Tensors.Where(t => t.Role == TensorRole.SavedActivation).Select(t => t.Name)];
        Assert.That(saved, Is.EquivalentTo(new[] { "flat", "head" }),
            "dW reads the head's input, the loss's gradient its logits");
    }

    [Test]
    public void A_weight_is_updated_after_its_last_reader_and_its_gradient_dies_there([Values("ft", "lp")] string scheme)
    {
        Plan plan = StepOf("bp:fp32", TuningScheme.Parse(scheme));
        foreach (PlannedOp update in plan.Ops.Where(o => o.Op is GradientDescentUpdate))
        {
            int lastReader = plan.Ops.Where(o => o != update && o.Inputs.Contains(update.Output)).Max(o => o.Index);
            int lastOfGradient = plan.Ops.Where(o => o.Inputs.Contains(update.Inputs[1])).Max(o => o.Index);
            Assert.That((lastReader < update.Index, lastOfGradient), Is.EqualTo((true, update.Index)), update.Name);
        }
    }

    [Test]
    public void Momentum_keeps_a_velocity_of_the_size_of_the_trained_weights()
    {
        Graph graph = Networks.Convolutional(2);
        Plan plan = StepPlanner.TrainingStep(graph, new Backpropagation(NumberFormat.Fp32, 0.9), TuningScheme.Full.Select(graph));
        Assert.That(
            plan.Tensors.Where(t => t.Role == TensorRole.OptimizerState).Sum(t => t.Bytes),
            Is.EqualTo(plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight).Sum(t => t.Bytes)));
    }

    [Test]
    public void Forward_gradients_need_less_scratch_than_backpropagation_where_gradients_pass_layers([Values(1, 2, 16)] int batch)
    {
        long bp = MemoryPlanner.Lay(StepOf("bp:fp32", TuningScheme.Full, batch), 16).ArenaBytes;
        long ff = MemoryPlanner.Lay(StepOf("ff:fp32", TuningScheme.Full, batch), 16).ArenaBytes;
        long qzo = MemoryPlanner.Lay(StepOf("qzo-ff:16w8a", TuningScheme.Full, batch), 16).ArenaBytes;
        Assert.That((ff < bp, qzo < ff), Is.EqualTo((true, true)), $"bp {bp}, ff {ff}, qzo-ff {qzo} bytes");
    }

    // A recurrent layer reads its bias at each step, into an accumulator of another scale.
    [TestCase("lp")]
    [TestCase("ft")]
    public void A_bias_that_several_operations_read_is_aligned_for_each(string scheme)
    {
        Graph graph = ModelCatalog.Find("crnn-small", 3, [16, 32, 1]).Folded().Build(2);
        int reads = graph.Nodes.Count(n => n.Inputs.Any(i => i.Name == "recurrent.hidden.bias"));
        Plan plan = Planner.Inference(graph, Method.Parse("qzo-ff:16w8a").Operands, TuningScheme.Parse(scheme).Select(graph));
        Assert.That(reads, Is.EqualTo(4));
        Assert.That(plan.Ops.Count(o => o.Name == "align recurrent.hidden.bias"), Is.EqualTo(reads));
    }
}
