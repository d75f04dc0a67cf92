using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

public class LandscapeStudyTests
{
    private static readonly Dictionary<string, float[]> Initial = new(Initialization.Weights(Networks.Convolutional(1), 7));
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));

    private static TrainingBench Bench => new(ToyTask.Model, Initial, ToyTask.Data(120, 1), ToyTask.Data(30, 2), 12, 2);

    private static LandscapeMethod Trained(string method) => new(
        Method.Parse(method), new(24, 0.05, Decay.Linear, 1e-2), Method.Parse(method).Operands.IsFixedPoint ? Wrap32 : null);

    private static LandscapeResult Run(int threads) => new LandscapeStudy(
        Bench, new([Trained("bp:fp32"), Trained("qzo-ff:16w8a")], TuningScheme.Full, 1, 6, 24, 5, threads))
        .Run(null, CancellationToken.None);

    [Test]
    public void The_plane_goes_through_the_end_of_the_first_training_and_the_grid_holds_every_point()
    {
        LandscapeResult result = Run(1);
        TrajectoryPoint end = result.Trajectories[0].Points[^1];
        Assert.Multiple(() =>
        {
            Assert.That(result.Trajectories.Select(t => t.Method), Is.EqualTo(new[] { "bp:fp32", "qzo-ff:16w8a" }));
            Assert.That(end, Is.EqualTo(new TrajectoryPoint(24, 0, 0, end.Loss)));
            Assert.That(end.Loss, Is.LessThan(result.Trajectories[0].Points[0].Loss), "training helps");
            foreach (Trajectory way in result.Trajectories)
            {
                Assert.That(way.Points.Select(p => p.Step), Is.EqualTo(new[] { 0, 6, 12, 18, 24 }));
                Assert.That(way.Points.Select(p => p.X), Is.All.InRange(result.Xs[0], result.Xs[^1]));
                Assert.That(way.Points.Select(p => p.Y), Is.All.InRange(result.Ys[0], result.Ys[^1]));
                Assert.That(way.InPlane, Is.GreaterThan(0).And.LessThanOrEqualTo(1 + 1e-9));
                Assert.That(way.Travelled, Is.GreaterThanOrEqualTo(way.Displacement));
            }
        });
    }

    [Test]
    public void No_number_depends_on_the_number_of_threads()
    {
        LandscapeResult one = Run(1), two = Run(2);
        Assert.Multiple(() =>
        {
            Assert.That(two.Losses, Is.EqualTo(one.Losses));
            Assert.That(two.Xs.Concat(two.Ys), Is.EqualTo(one.Xs.Concat(one.Ys)));
            Assert.That(two.Trajectories.SelectMany(t => t.Points), Is.EqualTo(one.Trajectories.SelectMany(t => t.Points)));
        });
    }

    [Test]
    public void The_loss_of_several_batches_is_the_mean_over_their_samples()
    {
        double[] single = [.. Enumerable.Range(0, 66).Select(i => Probe([i]).Loss([]))]; // 66 samples: two batches of 33
        Assert.That(Probe([.. Enumerable.Range(0, 66)]).Loss([]), Is.EqualTo(single.Average()).Within(1e-6));

        static LossProbe Probe(int[] samples) =>
            new(ToyTask.Model, TuningScheme.Full, Initial, ToyTask.Data(120, 1).Select(samples));
    }

    [Test]
    public void Weights_in_integers_are_watched_as_the_numbers_they_stand_for()
    {
        Dictionary<int, Workloads.Formats.Weights> seen = [];
        LandscapeMethod method = Trained("qzo-ff:16w8a");
        Bench.Prepare(method.Method, TuningScheme.Full, method.Settings, method.Policy)
            .Run(1, null, CancellationToken.None, new Checkpoints(10, Save: null, Watch: seen.Add));
        Assert.That(seen.Keys, Is.EqualTo(new[] { 0, 10, 20, 24 }));
        foreach ((string name, Workloads.Formats.WeightTensor tensor) in seen[0].Tensors)
        {
            float[] near = tensor.Values.ToArray();
            float most = Math.Max(Initial[name].Max(Math.Abs), 0.1f);
            // 16 bits, with room
            Assert.That(near.Zip(Initial[name], (a, b) => Math.Abs(a - b)), Is.All.LessThan(most / 1000), name);
        }
    }
}
