using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

public class SparseBackpropStudyTests
{
    private static readonly IReadOnlyDictionary<string, float[]> Pretrained = Pretraining.Run(
        ToyTask.Model, ToyTask.Data(300, 5), 12, 0.9, new TrainingSettings(150, 0.05, Decay.Linear), 1, null,
        CancellationToken.None);

    private static SparseBackpropResult Run(long? limit, int threads = 1)
    {
        TrainingBench bench = new(ToyTask.Model, Pretrained, ToyTask.Data(120, 1, contrast: 0.3),
            ToyTask.Data(90, 2, contrast: 0.3), 12, 4);
        Backpropagation method = new(NumberFormat.Fp32) { Compact = true };
        return new SparseBackpropStudy(bench, new(method, new TrainingSettings(60, 0.1, Decay.Linear), 1, limit, 20, 64, threads))
            .Run(null, CancellationToken.None);
    }

    [Test]
    public void Every_layer_is_measured_alone_at_each_share_that_makes_a_difference() =>
        Assert.That(
            Run(null).Contributions.Select(c => c.Layer.ToString()),
            Is.EqualTo(new[] { "conv1=0", "conv1", "conv2=0", "conv2=0.25", "conv2=0.5", "conv2", "head=0", "head=0.25",
                "head=0.5", "head" }));

    [Test]
    public void The_best_choice_fits_the_limit_and_reads_back_as_a_scheme()
    {
        SparseBackpropResult result = Run(null);
        TestContext.Out.WriteLine(result);
        Assert.Multiple(() =>
        {
            Assert.That(result.MemoryBytes,
                Is.EqualTo(result.InferenceBytes + ((result.Full.ArenaBytes - result.InferenceBytes) / 4)));
            Assert.That(result.Best!.ArenaBytes, Is.LessThanOrEqualTo(result.MemoryBytes));
            Assert.That(TuningScheme.Parse(result.Best.Scheme).Name, Is.EqualTo(result.Best.Scheme));
            Assert.That(result.Best.Accuracy, Is.GreaterThan(result.ZeroShot + 0.1));
        });
    }

    [Test]
    public void Without_a_limit_every_layer_that_helps_is_chosen()
    {
        SparseBackpropResult result = Run(long.MaxValue);
        string[] best = [.. result.Contributions.GroupBy(c => c.Layer.Layer).Select(g => g.MaxBy(c => c.Gain)!)
            .Where(c => c.Gain > 0).Select(c => c.Layer.Layer)];
        Assert.That(result.Best!.Scheme["sparse:".Length..].Split(',').Select(l => l.Split('=')[0]), Is.SupersetOf(best));
    }

    [Test]
    public void A_limit_below_every_step_leaves_no_choice() => Assert.That(Run(100).Best, Is.Null);

    [Test]
    public void The_result_does_not_depend_on_the_number_of_threads()
    {
        SparseBackpropResult one = Run(null), two = Run(null, threads: 2);
        Assert.Multiple(() =>
        {
            Assert.That(two.Contributions, Is.EqualTo(one.Contributions));
            Assert.That(two with { Contributions = one.Contributions }, Is.EqualTo(one));
        });
    }
}
