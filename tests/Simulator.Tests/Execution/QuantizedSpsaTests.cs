using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels.Randomness;
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

/// <summary>Estimates that use the size of a loss difference, in integers: SPSA, FZOO and QuZO.</summary>
public sealed class QuantizedSpsaTests
{
    private const double Epsilon = 0.02, Rate = 0.05;
    private const int Batch = 12;

    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Dataset Data = ToyTask.Data(Batch, 4);
    private static readonly Graph Network = ToyTask.Model.Build(Batch);
    private static readonly Dictionary<string, float[]> Start = new(Initialization.Weights(Network, 7));
    private static readonly IReadOnlyDictionary<int, double> Ranges =
        Calibration.Ranges(Network, Start, SampleStores.Float(Network, Data), 1);

    // Each loss of a step gives, by the formula in floating point, the step of a weight whose z is known: to half a step of w, of
    // QuZO to one for each direction.
    [TestCase("spsa:16w8a", 0.51)]
    [TestCase("spsa:16w8a+m3", 0.51)]
    [TestCase("spsa:16w8a+m3+one-sided", 0.51)]
    [TestCase("spsa:16w8a+m3+fzoo+rademacher", 0.51)]
    [TestCase("quzo:16w8a", 1.01)]
    [TestCase("quzo:16w8a+m3", 3.01)]
    [TestCase("quzo:16w8a+m3+fzoo", 3.01)]
    [TestCase("quzo:16w8a+m2+micro4", 2.01)]
    public void The_step_follows_the_differences_of_the_losses(string text, double tolerance)
    {
        Plan plan = Planned(text);
        FixedWeights weights = new(Start);
        FixedPointMachine machine = Machine(plan, weights);
        List<double> losses = [];
        machine.Observer = op =>
        {
            if (op.Op.IsLoss)
                losses.Add(MemoryMarshal.Read<long>(machine.Values(op.Output)) / (double)(Batch << 24));
        };
        int head = plan.Tensors.First(t => t.Name == "head.weight").Id;
        double step = PlanScales.Of(plan, Ranges)[head].Step;
        short[] before = Values(machine);
        machine.Run(new StepContext(3, 5, Rate), SampleStores.Fixed(Network, Data, machine), [.. Enumerable.Range(0, Batch)],
            fill: true);
        short[] after = Values(machine);
        ForwardGradientUpdate update = (ForwardGradientUpdate)plan.Ops.First(o => o.Name == "update head.weight").Op;
        if (text.Contains("micro"))
            losses = Sums(losses, 4);
        double[] slopes = Slopes(losses, update.Estimate);
        int m = slopes.Length;
        PerturbationDistribution distribution = update.Estimate.Probe.Distribution;
        double[] expected = new double[before.Length];
        for (int d = 0; d < m; d++)
        {
            sbyte[] z = new sbyte[before.Length];
            Perturbation.Draw(new RandomAddress(3, 5, (uint)d, (uint)update.Estimate.Probe.Parameter), 0, z, distribution);
            for (int i = 0; i < z.Length; i++)
                expected[i] += Rate * slopes[d] / m * z[i] * Perturbation.Step / step;
        }

        Assert.That(expected.Max(Math.Abs), Is.GreaterThan(20)); // steps of w: the tolerance is a small part
        double within = tolerance + (1e-3 * expected.Max(Math.Abs)); // 15 bits of a factor, summed losses
        for (int i = 0; i < before.Length; i++)
            Assert.That(before[i] - after[i], Is.EqualTo(expected[i]).Within(within), $"{i}");
    }

    // ε is a tenth of a step of 8-bit weights: what rounds to nearest leaves them where they are.
    [TestCase("qzo-ff:8w8a", 0)]
    [TestCase("spsa:8w8a", 0)]
    [TestCase("quzo:8w8a", 1)]
    public void Only_rounding_at_random_perturbs_by_less_than_half_a_weight(string text, int most)
    {
        Plan plan = Planned(text);
        double coarsest = plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight).Max(t => PlanScales.Of(plan, Ranges)[t.Id].Step);
        FixedPointMachine machine = Machine(plan, new FixedWeights(Start), coarsest / 10);
        sbyte[] plus = [], minus = [];
        machine.Observer = op =>
        {
            if (op is { Op: Perturb { Sign: var sign }, Name: "perturb conv2.weight" })
                (sign > 0 ? ref plus : ref minus) = [.. MemoryMarshal.Cast<byte, sbyte>(machine.Values(op.Output))];
        };
        machine.Run(new StepContext(3, 5, 0), SampleStores.Fixed(Network, Data, machine), [.. Enumerable.Range(0, Batch)], fill: true);
        sbyte[] w = [.. MemoryMarshal.Cast<byte, sbyte>(machine.Persistent("conv2.weight"))];
        int[] apart = [.. plus.Zip(minus, (a, b) => (a - b) / 2)];
        Assert.That(apart.Max(Math.Abs), Is.EqualTo(most));
        if (most > 0)
        {
            Assert.That(plus.Zip(minus, (a, b) => (a + b) / 2).Zip(w).Where(p => Math.Abs(p.Second) < 127)
                .All(p => p.First == p.Second), "w± lie alike on both sides of w");
            Assert.That(machine.Numerics.Epsilon.All(e => e.Steps >= 1));
        }
    }

    [TestCase("spsa:16w8a")]
    [TestCase("spsa:8w8a+m3")]
    [TestCase("quzo:16w8a+m3")]
    [TestCase("quzo:8w8a")]
    public void They_take_the_memory_of_signs_and_the_time_of_their_roundings(string text)
    {
        string signs = $"qzo-ff:{text.Split(':')[1]}";
        HardwareProfile profile = ShippedProfiles.Find("systolic-int8-16x16");
        Step own = Stepped(text), other = Stepped(signs);
        Assert.That(own.Layout.ArenaBytes, Is.EqualTo(other.Layout.ArenaBytes));
        PlanCost cost = CostModel.Price(own, profile), plain = CostModel.Price(other, profile);
        if (text.StartsWith("spsa", StringComparison.Ordinal))
        {
            Assert.That(cost.Cycles, Is.EqualTo(plain.Cycles));
            return;
        }

        // Per weight: 32 random bits at each perturbation and each direction's update, and m updates where there was one.
        int m = text.EndsWith("m3", StringComparison.Ordinal) ? 3 : 1;
        double weights = own.Plan.Tensors.Where(t => t.Role == TensorRole.TrainedWeight).Sum(t => (double)t.Shape.Count);
        double bytes = text.Contains("16w") ? 2 : 1;
        VectorUnit unit = profile.Vector;
        double expected = weights * ((3 * m * 4 / unit.Random) + ((m - 1) * bytes / unit.Update));
        Assert.That(cost.Ops.Sum(o => o.ComputeCycles) - plain.Ops.Sum(o => o.ComputeCycles), Is.EqualTo(expected).Within(1e-6 * expected));

        Step Stepped(string method) => Step.Of(profile, TuningScheme.Full.Tune(Network), Method.Parse(method));
    }

    [TestCase("spsa:16w8a+momentum0.9", "has no switch momentum")]
    [TestCase("spsa:16w8a+kernel-norm", "has no switch kernel-norm")]
    [TestCase("quzo:16w8a+m2+orthogonal", "has no switch orthogonal")]
    [TestCase("qzo-ff:16w8a+m2+fzoo", "has no switch fzoo")]
    public void What_needs_a_static_range_or_floats_is_refused_by_name(string method, string message) =>
        Assert.That(() => Method.Parse(method), Throws.InstanceOf<InputException>().With.Message.Contains(message));

    private static Plan Planned(string text) => StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network), Method.Parse(text));

    private static FixedPointMachine Machine(Plan plan, FixedWeights weights, double epsilon = Epsilon) =>
        new(Step.OnHost(plan), Wrap32, weights, Ranges, new(9, Rate, Decay.None, epsilon));

    private static short[] Values(FixedPointMachine machine) =>
        [.. MemoryMarshal.Cast<byte, short>(machine.Persistent("head.weight"))];

    // Losses of micro-batches in the order in which they ran: pass after pass within each.
    private static List<double> Sums(List<double> losses, int passes) =>
        [.. Enumerable.Range(0, passes).Select(p => losses.Where((_, i) => i % passes == p).Sum())];

    private static double[] Slopes(List<double> losses, Estimate estimate)
    {
        int m = estimate.Directions;
        double[] ahead = [.. Enumerable.Range(0, m).Select(d => losses[estimate.IsOneSided ? d : 2 * d])];
        double[] differences = [.. ahead.Select((l, d) => l - losses[estimate.IsOneSided ? m : (2 * d) + 1])];
        double mean = ahead.Average(), deviation = Math.Sqrt(ahead.Sum(l => (l - mean) * (l - mean)) / Math.Max(1, m - 1));
        return [.. differences.Select(d => d / (estimate.IsSpreadNormalized ? deviation : estimate.Apart * Epsilon))];
    }
}
