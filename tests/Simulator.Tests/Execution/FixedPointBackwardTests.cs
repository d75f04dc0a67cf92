using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Backpropagation in integers against the same in floating point.</summary>
public class FixedPointBackwardTests
{
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dataset Data = ToyTask.Data(12, 4);
    private static readonly int[] Samples = [.. Enumerable.Range(0, 12)];

    private static double[] Real(Plan plan, int tensor, ReadOnlySpan<byte> bytes, double step) =>
        plan.Tensors[tensor].Format switch
        {
            NumberFormat.Int32 => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(i => i * step)],
            NumberFormat.Int16 => [.. MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(i => i * step)],
            _ => [.. bytes.ToArray().Select(i => (sbyte)i * step)],
        };

    [TestCase("bp:16w8a", 1.25)]
    [TestCase("bp:16w8a+compact", 1.25)]
    public void So_does_that_of_rectifiers_with_a_ceiling(string method, double slack) =>
        Compare(Networks.Convolutional(12, 0.7), method, "ft", slack);

    [TestCase("bp:16w8a", "ft", 1.35)]
    [TestCase("bp:8w8a", "ft", 1.35)]
    [TestCase("bp:16w8a+recompute", "ft", 1.35)]
    [TestCase("bp:16w8a", "norm", 1.35)]
    public void So_does_that_of_a_transformer(string method, string scheme, double slack) =>
        Compare(ModelCatalog.Find("vit-small", 3, [8, 8, 1]).Build(12), method, scheme, slack);

    [TestCase("bp:16w8a", "ft", 1.25)]
    [TestCase("bp:8w8a", "ft", 1.25)]
    [TestCase("bp:8w8a+compact", "ft", 1.25)]
    [TestCase("bp:16w8a+compact+recompute", "tinytl", 2)]
    [TestCase("bp:16w8a+compact", "sparse:conv2=0.5,head", 1.25)]
    public void Every_gradient_points_where_that_of_floating_point_does(string method, string scheme, double slack)
    {
        Compare(Networks.Convolutional(12), method, scheme, slack);
    }

    private static void Compare(Graph graph, string method, string scheme, double slack)
    {
        Tuning tuning = TuningScheme.Parse(scheme).Tune(graph);
        IReadOnlyDictionary<string, float[]> weights = tuning.GrownFrom(Initialization.Weights(graph, 7));
        SampleStore<float> samples = SampleStores.Float(tuning.Graph, Data);
        Backpropagation integers = (Backpropagation)Method.Parse(method);
        Dictionary<int, double> ranges = new(Calibration.Ranges(tuning.Graph, weights, samples, 1));
        foreach ((int value, double range) in Calibration.GradientRanges(tuning, integers, weights, samples, 1))
            ranges.Add(value, range);

        Dictionary<int, double[]> wanted = [];
        Plan inFloat = StepPlanner.TrainingStep(tuning, integers with { FixedPoint = null });
        FloatMachine reference = new(Step.OnHost(inFloat), new FloatWeights(weights));
        reference.Observer = op =>
        {
            if (op.Phase == Phase.Backward
                && inFloat.Tensors[op.Output].Role is TensorRole.ActivationGradient or TensorRole.WeightGradient)
                wanted[inFloat.Tensors[op.Output].Source!.Value] = [.. reference.Values(op.Output).ToArray()
                    .Select(v => (double)v)];
        };
        reference.Run(default, samples, Samples, fill: true);

        Plan plan = StepPlanner.TrainingStep(tuning, integers);
        System.Collections.Immutable.ImmutableArray<TensorScale> scales = PlanScales.Of(plan, ranges);
        FixedPointMachine machine = new(Step.OnHost(plan), Wrap32, new FixedWeights(weights), ranges,
            new TrainingSettings(1, 0, Decay.None));
        int compared = 0;
        machine.Observer = op =>
        {
            PlanTensor tensor = plan.Tensors[op.Output];
            // The gradient of a bias of attention's keys is 0: it moves all scores of a row alike
            if (tensor.Role is not (TensorRole.ActivationGradient or TensorRole.WeightGradient) || op.Op.Name == "fill"
                || op.Name.EndsWith("attention.key.bias", StringComparison.Ordinal))
                return;
            double[] got = Real(plan, op.Output, machine.Values(op.Output), scales[op.Output].Step),
                expected = wanted[tensor.Source!.Value];
            double product = got.Zip(expected, (a, b) => a * b).Sum(),
                lengths = Math.Sqrt(got.Sum(a => a * a) * expected.Sum(b => b * b));
            double ratio = Math.Sqrt(got.Sum(a => a * a) / expected.Sum(b => b * b));
            TestContext.Out.WriteLine($"{op.Name}: cosine {product / lengths:F4}, length {ratio:F3}");
            Assert.That((product / lengths > 0.9, ratio > 1 / slack && ratio < slack), Is.EqualTo((true, true)), op.Name);
            compared++;
        };
        machine.Run(new StepContext(1, 0, 0), SampleStores.Fixed(tuning.Graph, Data, machine), Samples, fill: true);
        Assert.That(compared, Is.GreaterThan(4));
    }
}
