using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Execution;

/// <summary>Estimates that compare each direction's loss with that at the weights themselves.</summary>
public class OneSidedTests
{
    private const double Epsilon = 0.01, Rate = 0.1;

    private static readonly Dataset Data = ToyTask.Data(12, 4);
    private static readonly Graph Network = ToyTask.Model.Build(12);
    private static readonly IReadOnlyDictionary<string, float[]> Start = Initialization.Weights(Network, 7);

    [TestCase("ff:fp32+m3+one-sided", "ff:fp32+m3")]
    [TestCase("qzo-ff:16w8a+m3+one-sided", "qzo-ff:16w8a+m3")]
    public void There_are_m_plus_one_passes_and_m_perturbations(string oneSided, string twoSided)
    {
        Plan one = StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network), Method.Parse(oneSided)),
            two = StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network), Method.Parse(twoSided));
        Assert.Multiple(() =>
        {
            Assert.That(one.Ops.Count(o => o.Op.IsLoss), Is.EqualTo(4));
            Assert.That(two.Ops.Count(o => o.Op.IsLoss), Is.EqualTo(6));
            Assert.That(2 * one.Ops.Count(o => o.Op is Perturb), Is.EqualTo(two.Ops.Count(o => o.Op is Perturb)));
        });
    }

    [Test]
    public void It_costs_the_passes_that_it_makes()
    {
        HardwareProfile profile = ShippedProfiles.Find("systolic-int8-16x16");
        double one = Cycles("qzo-ff:16w8a+m3+one-sided"), two = Cycles("qzo-ff:16w8a+m3");
        Assert.That(one / two, Is.EqualTo(4.0 / 6).Within(0.03));

        double Cycles(string method) => CostModel.Price(
            Step.Of(profile, TuningScheme.Full.Tune(Network), Method.Parse(method)), profile).Cycles;
    }

    // The losses of the passes, recomputed from the plan's own results, give the step of a bias that is perturbed by known z.
    [TestCase("spsa:fp32+m3+one-sided", false)]
    [TestCase("spsa:fp32+m3+fzoo+rademacher", true)]
    public void The_step_follows_the_differences_to_the_loss_at_w(string text, bool isSpread)
    {
        Plan plan = StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network), Method.Parse(text));
        FloatWeights weights = new(Start);
        FloatMachine machine = new(Step.OnHost(plan), weights, Epsilon, threads: 1);
        List<double> losses = [];
        List<float[]> perturbed = [];
        machine.Observer = op =>
        {
            if (op.Op.IsLoss)
                losses.Add(machine.Values(op.Output)[0]);
            if (op is { Op: Perturb, Name: "perturb head.bias" })
                perturbed.Add(machine.Values(op.Output).ToArray());
        };
        machine.Run(new StepContext(3, 0, Rate), SampleStores.Float(Network, Data), [.. Enumerable.Range(0, 12)], fill: true);

        double mean = losses[..3].Average(),
            deviation = Math.Sqrt(losses[..3].Sum(l => (l - mean) * (l - mean)) / 2);
        float[] before = Start["head.bias"], after = weights.Of(plan.Tensors.First(t => t.Name == "head.bias"));
        for (int i = 0; i < before.Length; i++)
        {
            double g = Enumerable.Range(0, 3).Sum(d => (losses[d] - losses[3]) / (isSpread ? deviation : Epsilon)
                * (perturbed[d][i] - before[i]) / Epsilon) / 3;
            Assert.That(after[i], Is.EqualTo(before[i] - (Rate * g)).Within(1e-4));
        }
    }

    [Test]
    public void A_single_direction_has_no_spread() => Assert.That(
        () => StepPlanner.TrainingStep(TuningScheme.Full.Tune(Network), Method.Parse("spsa:fp32+m1+fzoo")),
        Throws.InstanceOf<InputException>().With.Message.StartsWith("spsa:fp32+m1+fzoo: losses of 1 direction have no spread"));

    [TestCase("ff:fp32+sharpness+one-sided", "exclude each other")]
    [TestCase("spsa:fp32+one-sided+fzoo", "exclude each other")]
    [TestCase("ff:fp32+fzoo", "has no switch fzoo")]
    [TestCase("jvp:fp32+one-sided", "has no switch one-sided")]
    [TestCase("spsa:fp32+m2+orthogonal+fzoo", "has no switch fzoo")]
    public void What_makes_no_sense_together_is_refused_by_name(string method, string message) =>
        Assert.That(() => Method.Parse(method), Throws.InstanceOf<InputException>().With.Message.Contains(message));

    [Test]
    public void Sparse_smallest_trains_the_weights_that_sparse_leaves_alone()
    {
        float[] magnitudes = [3, 0, 1, 2, 2];
        Assert.That(new Sparsity(SparsityKind.Smallest, 60).Mask(magnitudes), Is.EqualTo(new byte[] { 0b00110 }));
        Assert.That(new Sparsity(SparsityKind.Magnitude, 60).Mask(magnitudes), Is.EqualTo(new byte[] { 0b01001 }));
    }
}
