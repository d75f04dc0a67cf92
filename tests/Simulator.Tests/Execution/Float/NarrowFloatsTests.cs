using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Execution.Float;

/// <summary>Steps whose tensors are stored in floats narrower than fp32.</summary>
public sealed class NarrowFloatsTests
{
    private static readonly string[] Methods =
    [
        "bp:bf16", "bp:fp8+momentum0.9", "bp:mxint8+compact", "bp:mxfp8", "ff:bf16", "ff:fp8", "spsa:mxfp8+m2", "jvp:bf16",
    ];

    private static readonly Graph Network = Networks.Convolutional(6);

    [Test]
    public void Every_result_is_a_number_of_the_format_of_its_tensor([ValueSource(nameof(Methods))] string method)
    {
        Tuning tuning = TuningScheme.Full.Tune(Network);
        Plan plan = StepPlanner.TrainingStep(tuning, Method.Parse(method));
        FloatWeights weights = new(tuning.StartFrom(Initialization.Weights(Network, 7)));
        FloatMachine machine = new(Step.OnHost(plan), weights, 1e-2);
        int looked = 0;
        machine.Observer = op =>
        {
            PlanTensor tensor = plan.Tensors[op.Output];
            if (tensor.Format is NumberFormat.Bit || tensor.Format.IsInteger())
                return;
            float[] values = [.. tensor.IsPersistent ? weights.Tensors[tensor.Name] : machine.Values(op.Output)];
            float[] rounded = [.. values];
            FloatRounding.Round(tensor.Format, rounded);
            Assert.That(rounded, Is.EqualTo(values), $"{op.Name}, {tensor.Format}");
            looked++;
        };
        for (uint step = 0; step < 2; step++)
            machine.Run(new StepContext(1, step, 0.1), SampleStores.Float(tuning.Graph, ToyTask.Data(6, step)), [0, 1, 2, 3, 4, 5],
                fill: true);
        Assert.That(looked, Is.GreaterThan(20));
    }

    [Test]
    public void Products_of_8_bits_take_8_bits_forwards_and_backwards(
        [Values("bp:fp8", "bp:mxint8", "bp:mxfp8", "ff:fp8")] string method, [Values("ft", "lp")] string scheme)
    {
        Plan plan = StepPlanner.TrainingStep(TuningScheme.Parse(scheme).Tune(Network), Method.Parse(method));
        PlannedOp[] products = [.. plan.Ops.Where(o => o.Op.AsContraction(plan.InputShapes(o)) is not null)];
        Assert.That(products.SelectMany(o => o.Inputs.Take(2)).Select(i => plan.Tensors[i].Format.Bits()), Is.All.EqualTo(8));
    }

    [Test]
    public void Of_fp8_gradients_have_the_wider_range_and_what_is_kept_has_16_bits()
    {
        Plan plan = StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network), Method.Parse("bp:fp8+momentum0.9"));
        Assert.Multiple(() =>
        {
            Assert.That(Formats(TensorRole.ActivationGradient), Is.EqualTo((NumberFormat[])[NumberFormat.Fp8E5M2]));
            Assert.That(Formats(TensorRole.SavedActivation), Does.Contain(NumberFormat.Fp8E4M3));
            foreach (TensorRole role in (TensorRole[])[TensorRole.TrainedWeight, TensorRole.WeightGradient, TensorRole.OptimizerState])
                Assert.That(Formats(role), Is.EqualTo((NumberFormat[])[NumberFormat.Fp16]), $"{role}");
        });

        ImmutableArray<NumberFormat> Formats(TensorRole role) =>
            [.. plan.Tensors.Where(t => t.Role == role).Select(t => t.Format).Distinct()];
    }

    [Test]
    public void Frozen_weights_of_products_have_8_bits_and_no_copy()
    {
        Plan plan = StepPlanner.TrainingStep(TuningScheme.Parse("lp").Tune(Network), Method.Parse("bp:mxfp8"));
        PlanTensor weight = plan.Tensors.First(t => t.Name == "conv1.weight");
        Assert.Multiple(() =>
        {
            Assert.That(weight.Format, Is.EqualTo(NumberFormat.MxFp8E4M3));
            Assert.That(plan.Ops.Select(o => o.Name), Does.Not.Contain("align conv1.weight").And.Contains("align head.weight"));
        });
    }

    [TestCase("bp:fp32", 1024)]
    [TestCase("bp:fp32+momentum0.5", 2)]
    public void The_scale_of_the_loss_is_a_power_of_two_and_changes_no_bit_where_nothing_is_lost(string method, int scale) =>
        Assert.That(Trained(Scaled(method, scale)), Is.EqualTo(Trained(Method.Parse(method))));

    [Test]
    public void Gradients_of_fp8_are_larger_by_the_scale_of_the_loss() => Assert.That(
        LargestGradient(Method.Parse("bp:fp8")), Is.EqualTo(256 * LargestGradient(Scaled("bp:fp8", 1))));

    private static Method Scaled(string method, double scale) =>
        ((Backpropagation)Method.Parse(method)) with { OwnLossScale = scale };

    private static float LargestGradient(Method method)
    {
        Tuning tuning = TuningScheme.Full.Tune(Network);
        Plan plan = StepPlanner.TrainingStep(tuning, method);
        FloatMachine machine = new(Step.OnHost(plan), new(tuning.StartFrom(Initialization.Weights(Network, 7))));
        float largest = 0;
        machine.Observer = op => largest = op.Op is Workloads.Graphs.Ops.CrossEntropyGradient
            ? machine.Values(op.Output).ToArray().Max(Math.Abs) : largest;
        machine.Run(new StepContext(1, 0, 0.1), SampleStores.Float(tuning.Graph, ToyTask.Data(6, 1)), [0, 1, 2, 3, 4, 5], fill: true);
        return largest > 0 ? largest : throw new InvalidOperationException("no gradient of the logits was seen");
    }

    private static int[][] Trained(Method method)
    {
        Tuning tuning = TuningScheme.Full.Tune(Network);
        FloatWeights weights = new(tuning.StartFrom(Initialization.Weights(Network, 7)));
        FloatMachine machine = new(Step.OnHost(StepPlanner.TrainingStep(tuning, method)), weights);
        for (uint step = 0; step < 3; step++)
            machine.Run(new StepContext(1, step, 0.1), SampleStores.Float(tuning.Graph, ToyTask.Data(6, step)), [0, 1, 2, 3, 4, 5],
                fill: true);
        return [.. tuning.Trained.Order().Select(n => MemoryMarshal.Cast<float, int>(weights.Tensors[n].AsSpan()).ToArray())];
    }
}
