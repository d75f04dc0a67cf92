using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Timing;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>A step whose samples run some at a time.</summary>
public class MicroBatchTests
{
    private const int Batch = 12, Steps = 4;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dataset Data = ToyTask.Data(24, 4);
    private static readonly HardwareProfile Profile = ShippedProfiles.Find("systolic-int8-16x16");

    private static readonly Tuning Toy = TuningScheme.Full.Tune(ToyTask.Model.Build(Batch));

    [TestCase("qzo-ff:16w8a", "ft")]
    [TestCase("qzo-ff:8w8a+m2+momentum0.5+kernel-norm", "ft")]
    [TestCase("qzo-ff-steps:8w8a+sharpness+guided0.5+sparse50", "ft")]
    [TestCase("qzo-ff:16w8a+m2+reuse-prefix+sharpness", "lp")]
    [TestCase("qzo-ff:16w8a+m2+elastic1", "ft")]
    [TestCase("qzo-ff:8w8a+m2+one-sided+elastic1+sparse-smallest50", "ft")]
    [TestCase("bp:16w8a", "ft")]
    [TestCase("bp:8w8a+compact+recompute+momentum0.5", "ft")]
    [TestCase("bp:16w8a+compact", "sparse:conv2=0.5,head")]
    public void In_integers_a_run_has_the_same_bits_however_many_samples_run_at_once(string method, string scheme)
    {
        (float[][] whole, double[] losses) = Trained(method, scheme);
        foreach (int samples in new[] { 1, 3, 4, 6, 12 })
        {
            (float[][] parts, double[] itsLosses) = Trained($"{method}+micro{samples}", scheme);
            Assert.That(parts, Is.EqualTo(whole), $"{samples} at a time");
            Assert.That(itsLosses, Is.EqualTo(losses), $"{samples} at a time");
        }
    }

    [TestCase("bp:fp32+momentum0.5", "ft")]
    [TestCase("bp:fp32+recompute", "tinytl")]
    [TestCase("spsa:fp32+m2", "ft")]
    [TestCase("spsa:fp32+elastic2", "ft")]
    [TestCase("jvp:fp32+orthogonal+m2", "ft")]
    [TestCase("ff:fp32+sharpness+reuse-prefix", "lp")]
    public void In_floating_point_it_is_the_same_but_for_the_order_of_sums(string method, string scheme)
    {
        (float[][] whole, double[] losses) = Trained(method, scheme);
        (float[][] parts, double[] itsLosses) = Trained($"{method}+micro3", scheme);
        Assert.That(itsLosses, Is.EqualTo(losses).Within(1e-4));
        for (int i = 0; i < whole.Length; i++)
            Assert.That(parts[i], Is.EqualTo(whole[i]).Within(2e-4));
    }

    [TestCase("qzo-ff:16w8a+m2", TensorRole.WeightGradient, 0)]
    [TestCase("bp:16w8a", TensorRole.WeightGradient, 4)]
    public void Fewer_samples_at_once_take_less_memory_and_bp_keeps_its_gradients(string method, TensorRole role, int perWeight)
    {
        long[] arenas = [.. new[] { 1, 2, 4, 12 }.Select(n => StepOf($"{method}+micro{n}").Layout.ArenaBytes)];
        Assert.That(arenas, Is.Ordered.Ascending.And.Unique);
        Step step = StepOf($"{method}+micro4");
        long kept = step.Plan.Tensors.Where(t => t.Role == role && t.Name.StartsWith("sum of", StringComparison.Ordinal))
            .Sum(t => t.Bytes);
        Assert.That(kept, Is.EqualTo(perWeight * Toy.TrainedCount));
    }

    [TestCase("qzo-ff:16w8a")]
    [TestCase("bp:16w8a+compact")]
    public void Products_are_the_same_and_what_is_done_for_each_micro_batch_costs_its_times(string method)
    {
        PlanCost whole = CostModel.Price(StepOf(method), Profile), parts = CostModel.Price(StepOf($"{method}+micro3"), Profile);
        Assert.Multiple(() =>
        {
            Assert.That(parts.Ops.Sum(o => o.Macs), Is.EqualTo(whole.Ops.Sum(o => o.Macs)));
            Assert.That(parts.Cycles, Is.GreaterThan(whole.Cycles));
            Assert.That(Perturbing(parts), Is.EqualTo(4 * Perturbing(whole)));
            Assert.That(parts.Ops.Where(o => o.Phase == Phase.Update).Sum(o => o.Cycles),
                Is.EqualTo(whole.Ops.Where(o => o.Phase == Phase.Update).Sum(o => o.Cycles)).Within(1e-6));
        });

        static double Perturbing(PlanCost cost) => cost.Ops.Where(o => o.Phase == Phase.Perturb).Sum(o => o.ComputeCycles);
    }

    [Test]
    public void A_batch_at_once_is_the_plan_without_the_switch()
    {
        Plan plain = StepPlanner.TrainingStep(Toy, Method.Parse("bp:8w8a")),
            whole = StepPlanner.TrainingStep(Toy, Method.Parse("bp:8w8a+micro12"));
        Assert.That(whole.Ops.Select(o => o.ToString()), Is.EqualTo(plain.Ops.Select(o => o.ToString())));
    }

    [TestCase("qzo-ff:16w8a")]
    [TestCase("bp:16w8a")]
    public void The_largest_micro_batch_fits_and_the_next_does_not(string method)
    {
        foreach (int samples in new[] { 1, 2, 4, 6 })
        {
            HardwareProfile exact = WithScratchpad(StepOf($"{method}+micro{samples}").Layout.ArenaBytes);
            Assert.That(MicroBatch.Largest(exact, Toy, Method.Parse(method)), Is.EqualTo(samples));
            Assert.That(Step.Of(exact, Toy, Method.Parse($"{method}+micro-auto")).Plan.SamplesAtOnce, Is.EqualTo(samples));
        }

        HardwareProfile small = WithScratchpad(StepOf($"{method}+micro1").Layout.ArenaBytes - 1);
        Assert.That(MicroBatch.Largest(small, Toy, Method.Parse(method)), Is.Null);
        Assert.That(Step.Of(small, Toy, Method.Parse($"{method}+micro-auto")).Plan.SamplesAtOnce, Is.EqualTo(1));
    }

    [Test]
    public void What_is_no_part_of_a_batch_is_refused_by_name() => Assert.That(
        () => StepPlanner.TrainingStep(Toy, Method.Parse("bp:8w8a+micro5")),
        Throws.InstanceOf<InputException>().With.Message.EqualTo(
            "bp:8w8a+micro5: a step of 12 samples is no whole number of times 5; accepted are 1, 2, 3, 4, 6, 12."));

    [Test]
    public void What_fits_is_not_guessed_without_an_accelerator() => Assert.That(
        () => StepPlanner.TrainingStep(Toy, Method.Parse("bp:8w8a+micro-auto")),
        Throws.InstanceOf<InputException>().With.Message.Contains("accepted is +microN"));

    private static Step StepOf(string method) => Step.Of(Profile, Toy, Method.Parse(method));

    private static HardwareProfile WithScratchpad(long bytes) => Profile with
    {
        Memory = Profile.Memory with { Scratchpad = Profile.Memory.Scratchpad with { SizeBytes = bytes } },
    };

    // What each trained tensor and each state holds after some steps, and the losses on the way.
    private static (float[][] Values, double[] Losses) Trained(string text, string scheme)
    {
        Method method = Method.Parse(text);
        TrainingBench bench = new(ToyTask.Model, Initialization.Weights(ToyTask.Model.Build(1), 7), Data, Data, Batch, 1);
        TrainingState? last = null;
        TrainingSettings settings = new(Steps, 0.01, Decay.None, 0.02);
        (TrainingCurve curve, _) = bench.Prepare(method, TuningScheme.Parse(scheme),
            method is QuantizedForwardGradient { InSteps: true }
                ? settings with { LearningRate = 4, Epsilon = 4, InSteps = true } : settings,
            method.Operands.IsFixedPoint ? Wrap32 : null, threads: 1)
            .Run(3, null, default, new Checkpoints(0, state => last = state));
        return ([.. last!.Tensors.Tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value.Values.ToArray())],
            [.. curve.Losses]);
    }
}
