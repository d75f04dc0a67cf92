using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Training;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Tests.Execution;

public class RecurrentNetworkTests
{
    // Four steps read one bias into accumulators of four scales; a wrong one would show as chance.
    [TestCase("ft")]
    [TestCase("lp")]
    public void A_recurrent_network_classifies_in_integers_as_in_fp32(string scheme)
    {
        Model model = new("crnn", [8, 8, 1], 3, new ConvolutionalRecurrentNetwork([8, 8, 1], 3, 1, 16, 2).Build);
        var weights = Pretraining.Run(
            model, ToyTask.Data(240, 5), 24, 0.9, new TrainingSettings(150, 0.02, Workloads.Tasks.Decay.Cosine), 3, null,
            CancellationToken.None);
        TrainingBench bench = new(model.Folded(), weights, ToyTask.Data(60, 7), ToyTask.Data(150, 6), 12, 4);
        TrainingSettings settings = new(1, 1e-6, Workloads.Tasks.Decay.None, 1e-3);
        double fixedPoint = bench.Prepare(
            Method.Parse("qzo-ff:16w8a"), TuningScheme.Parse(scheme), settings,
            new NumericPolicy(new AccumulatorPolicy(32, Overflow.Wrap)))
            .Run(1, null, CancellationToken.None).Curve.ZeroShot;
        Assert.That(bench.ZeroShot(), Is.GreaterThan(0.9));
        Assert.That(fixedPoint, Is.EqualTo(bench.ZeroShot()).Within(0.03));
    }
}
