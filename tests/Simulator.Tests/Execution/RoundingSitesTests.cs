using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Where a step rounds at random, by how many bits, and what is kept of updates below a weight.</summary>
public sealed class RoundingSitesTests
{
    private const int Batch = 12;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dataset Data = ToyTask.Data(Batch, 4);
    private static readonly Graph Network = ToyTask.Model.Build(Batch);
    private static readonly Dictionary<string, float[]> Start = new(Initialization.Weights(Network, 7));
    private static readonly IReadOnlyDictionary<int, double> Ranges =
        Calibration.Ranges(Network, Start, SampleStores.Float(Network, Data), 1);

    // The integer gradient of the logits against its value before rounding.
    [TestCase("bp:8w8a+stochastic-gradient32", false)]
    [TestCase("bp:8w8a+stochastic-gradient16", false)]
    [TestCase("bp:8w8a", true)]
    [TestCase("bp:8w8a+stochastic-gradient1", true)] // one random bit sees the highest bit that is dropped, and none below it
    public void Gradients_rounded_at_random_are_without_bias(string text, bool isBiased)
    {
        const int Steps = 600;
        Plan plan = Planned(text);
        PlannedOp gradient = plan.Ops.Single(o => o.Op is CrossEntropyGradient);
        IReadOnlyDictionary<int, double> ranges = GradientRanges();
        FixedPointMachine machine = new(Step.OnHost(plan), Wrap32, new FixedWeights(Start), ranges, new(9, 0, Decay.None));
        var scales = PlanScales.Of(plan, ranges);
        double step = scales[gradient.Output].Step;
        double[] sums = new double[plan.Tensors[gradient.Output].Shape.Count];
        double[] exact = [];
        machine.Observer = op =>
        {
            if (op.Index != gradient.Index)
                return;
            ReadOnlySpan<sbyte> rounded = MemoryMarshal.Cast<byte, sbyte>(machine.Values(op.Output));
            for (int i = 0; i < sums.Length; i++)
                sums[i] += rounded[i];
            exact = Exact(MemoryMarshal.Cast<byte, short>(machine.Values(op.Inputs[0])), scales[op.Inputs[0]].Step, step);
        };
        SampleStore<byte> store = SampleStores.Fixed(Network, Data, machine);
        for (uint i = 0; i < Steps; i++)
            machine.Run(new StepContext(3, i, 0), store, [.. Enumerable.Range(0, Batch)], fill: true);
        // 600 draws, a variance of at most a quarter; p has 15 bits
        double within = (4.5 * Math.Sqrt(0.25 / Steps)) + 0.02;
        double worst = sums.Select((s, i) => Math.Abs((s / Steps) - exact[i])).Max();
        Assert.That(worst, isBiased ? Is.GreaterThan(within) : Is.LessThan(within));
    }

    // A learning rate at which every step of QZO-FF rounds to nothing.
    [TestCase("qzo-ff:8w8a+stochastic-perturb8", false)]
    [TestCase("qzo-ff:8w8a+stochastic-perturb8+stochastic-update8", true)]
    [TestCase("qzo-ff:8w8a+m3+stochastic-perturb8+residual8", true)]
    [TestCase("qzo-ff:8w8a+momentum0.5+stochastic-perturb8+residual16", true)]
    [TestCase("bp:8w8a", false)]
    [TestCase("bp:8w8a+stochastic-update32", true)]
    [TestCase("bp:8w8a+momentum0.5+residual12", true)]
    public void Updates_below_half_a_weight_are_lost_or_count(string text, bool moves)
    {
        Plan plan = Planned(text);
        double finest = plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight)
            .Min(t => PlanScales.Of(plan, GradientRanges())[t.Id].Step);
        double rate = text.StartsWith("bp", StringComparison.Ordinal) ? finest / 8 : finest / 20;
        FixedPointMachine machine = new(Step.OnHost(plan), Wrap32, new FixedWeights(Start), GradientRanges(),
            new(90, rate, Decay.None, 0.02));
        sbyte[] before = Weights();
        SampleStore<byte> store = SampleStores.Fixed(Network, Data, machine);
        for (uint i = 0; i < 60; i++)
            machine.Run(new StepContext(3, i, rate), store, [.. Enumerable.Range(0, Batch)], fill: i == 0);
        Assert.That(Weights(), moves ? Is.Not.EqualTo(before) : Is.EqualTo(before));

        sbyte[] Weights() => [.. MemoryMarshal.Cast<byte, sbyte>(machine.Persistent("conv2.weight"))];
    }

    [TestCase("qzo-ff:16w8a", 1)]
    [TestCase("bp:8w8a", 1)]
    [TestCase("quzo:8w8a+m2", 2)]
    public void Residual_bits_take_a_byte_or_two_for_each_weight_and_an_update_more(string method, int updates)
    {
        HardwareProfile profile = ShippedProfiles.Find("systolic-int8-16x16");
        Step plain = Stepped(method), eight = Stepped(method + "+residual8"), nine = Stepped(method + "+residual9");
        long weights = plain.Plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight).Sum(t => t.Shape.Count);
        Assert.That(eight.Layout.PersistentBytes - plain.Layout.PersistentBytes, Is.EqualTo(weights));
        Assert.That(nine.Layout.PersistentBytes - plain.Layout.PersistentBytes, Is.EqualTo(2 * weights));
        Assert.That(eight.Layout.ArenaBytes, Is.EqualTo(plain.Layout.ArenaBytes));
        double bytes = method.Contains("16w") ? 2 : method.StartsWith("bp", StringComparison.Ordinal) ? 4 : 1;
        Assert.That(Compute(eight) - Compute(plain),
            Is.EqualTo(updates * weights * bytes / profile.Vector.Update).Within(1e-6).Percent);

        Step Stepped(string text) => Step.Of(profile, TuningScheme.Full.Tune(Network), Method.Parse(text));

        double Compute(Step step) => CostModel.Price(step, profile).Ops.Sum(o => o.ComputeCycles);
    }

    // Per weight N bits at each of two perturbations, and at the one rounding of the step.
    [TestCase("stochastic-perturb4", 2 * 4)]
    [TestCase("stochastic-update12", 12)]
    public void Random_bits_are_drawn_by_their_number(string given, int bits)
    {
        HardwareProfile profile = ShippedProfiles.Find("systolic-int8-16x16");
        double weights = Step.Of(profile, TuningScheme.Full.Tune(Network), Method.Parse("qzo-ff:8w8a")).Plan.Tensors
            .Where(t => t.Role == TensorRole.TrainedWeight).Sum(t => (double)t.Shape.Count);
        double drawn = Compute("qzo-ff:8w8a+" + given) - Compute("qzo-ff:8w8a"), least = given.Contains("perturb") ? 2 * 8 : bits;
        Assert.That(drawn, Is.EqualTo(weights * least / 8 / profile.Vector.Random).Within(1e-6).Percent); // below 8 bits as 8

        double Compute(string text) => CostModel.Price(
            Step.Of(profile, TuningScheme.Full.Tune(Network), Method.Parse(text)), profile).Ops.Sum(o => o.ComputeCycles);
    }

    [TestCase("ff:fp32+stochastic-update8", "has no switch stochastic-update")]
    [TestCase("bp:8w8a+stochastic-perturb8", "has no switch stochastic-perturb")]
    [TestCase("qzo-ff:8w8a+stochastic-gradient8", "has no switch stochastic-gradient")]
    [TestCase("bp:8w8a+recompute+stochastic-gradient8", "has no switch stochastic-gradient")]
    [TestCase("bp:8w8a+stochastic-gradient8+recompute", "has no switch recompute")]
    [TestCase("qzo-ff:8w8a+stochastic-update33", "takes a whole number from 1 to 32")]
    [TestCase("bp:fp16+residual8", "has no switch residual")]
    [TestCase("qzo-ff:16w8a+fw+stochastic-update8", "has no switch stochastic-update")]
    [TestCase("qzo-ff:16w8a+fw+residual8", "has no switch residual")]
    [TestCase("qzo-ff:16w8a+residual8+fw", "has no switch fw")]
    public void What_has_no_such_place_is_refused_by_name(string method, string message) =>
        Assert.That(() => Method.Parse(method), Throws.InstanceOf<InputException>().With.Message.Contains(message));

    [TestCase("quzo:8w8a+stochastic-update32", "quzo:8w8a")]
    [TestCase("quzo:8w8a+stochastic-update8", "quzo:8w8a+stochastic-update8")]
    public void The_bits_of_quzo_are_shown_where_they_are_others(string text, string canonical) =>
        Assert.That(Method.Parse(text).ToString(), Is.EqualTo(canonical));

    private static Plan Planned(string text) => StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network), Method.Parse(text));

    private static Dictionary<int, double> GradientRanges()
    {
        Dictionary<int, double> ranges = new(Ranges);
        foreach ((int value, double range) in Calibration.GradientRanges(TuningScheme.Full.Tune(Network),
            (Backpropagation)Method.Parse("bp:8w8a"), Start, SampleStores.Float(Network, Data), 1))
            ranges[value] = range;
        return ranges;
    }

    // (p − one-hot) / (B·Δ), in steps of the gradient.
    private static double[] Exact(ReadOnlySpan<short> logits, double scale, double step)
    {
        double[] exact = new double[logits.Length];
        for (int row = 0; row < Batch; row++)
        {
            double[] powers = [.. logits.Slice(row * 3, 3).ToArray().Select(l => Math.Exp(l * scale))];
            for (int c = 0; c < 3; c++)
                exact[(row * 3) + c] = ((powers[c] / powers.Sum()) - (Data.Labels.Span[row] == c ? 1 : 0)) / (Batch * step);
        }

        return exact;
    }
}
