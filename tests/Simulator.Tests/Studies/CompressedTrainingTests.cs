using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Simulator.Tests.OpenCl;
using NpuSim.Simulator.Training;
using NpuSim.Support.OpenCl;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

public class CompressedTrainingTests
{
    private static readonly NumericPolicy Wrap32 = new(new AccumulatorPolicy(32, Overflow.Wrap));
    private static readonly Model Wide = new("wide", [8, 8, 1], 3, Networks.Linears);

    [Test]
    public void Decoding_gives_what_the_same_weights_stored_whole_give_in_every_bit(
        [Values("bp:fp32", "bp:fp16", "bp:8w8a+recompute", "ff:fp32+m2", "qzo-ff:8w8a+sharpness", "jvp:fp32")] string method,
        [Values("lp", "bias")] string scheme) => Compare(ToyTask.Model, method, scheme);

    [Test]
    public void So_it_does_in_parts_of_channels(
        [Values("bp:16w8a", "qzo-ff:16w8a", "qzo-ff:16w8a+reuse-prefix")] string method, [Values("lp", "bias")] string scheme) =>
        Compare(Wide, method, scheme);

    [Test]
    public void A_device_without_a_kernel_for_decoding_leaves_it_to_the_processor()
    {
        IReadOnlyDictionary<string, float[]> weights =
            CompressedWeights.Of(ToyTask.Model.Build(1), Initialization.Weights(ToyTask.Model.Build(1), 3), new(0.6));
        Method method = Method.Parse("qzo-ff:16w8a") with { Compression = new(0.6) };
        List<string> announced = [];
        using FallbackBackend backend = new(new OpenClBackend(Device.First(), Device.Cache), announced.Add);
        (TrainingCurve curve, _) = Train(ToyTask.Model, weights, method, "lp");
        (TrainingCurve fallen, _) = Train(ToyTask.Model, weights, method, "lp", backend);
        Assert.That(fallen.Losses, Is.EqualTo(curve.Losses));
        Assert.That(announced, Has.Count.EqualTo(1).And.All.Contains("'decode conv1.weight' (decode)"));
    }

    // The same network with the values that the compressed form stands for, stored as they are.
    private static void Compare(Model model, string method, string scheme)
    {
        Dictionary<string, float[]> first = Initialization.Weights(model.Build(1), 3).ToDictionary(
            // Not all zero
            w => w.Key, w => w.Key.EndsWith("bias", StringComparison.Ordinal)
            ? [.. w.Value.Select((_, i) => 0.01f * (i % 7))] : w.Value);
        foreach (Compression compression in new Compression[] { new(0.6), new(0, 5), new(0.7, 16) })
        {
            Dictionary<string, float[]> weights = CompressedWeights.Of(model.Build(1), first, compression);
            Dictionary<string, float[]> dense = first.Keys.ToDictionary(name => name, name => weights[name]);
            (TrainingCurve curve, NumericsResult? numerics) = Train(model, dense, Method.Parse(method), scheme);
            (TrainingCurve decoded, NumericsResult? counted) =
                Train(model, weights, Method.Parse(method) with { Compression = compression }, scheme);
            Assert.Multiple(() =>
            {
                Assert.That(decoded.Losses, Is.EqualTo(curve.Losses), $"{compression}");
                Assert.That((decoded.ZeroShot, decoded.Final), Is.EqualTo((curve.ZeroShot, curve.Final)));
                Assert.That(counted?.Layers, Is.EqualTo(numerics?.Layers));
                Assert.That(curve.Losses.Distinct().Count(), Is.GreaterThan(1), "something is learnt");
            });
        }
    }

    private static (TrainingCurve Curve, NumericsResult? Numerics) Train(Model model,
        IReadOnlyDictionary<string, float[]> weights, Method method, string scheme, FixedPointBackend? backend = null)
    {
        TrainingBench bench = new(model, weights, ToyTask.Data(24, 1), ToyTask.Data(15, 2), 6, 2);
        return bench.Prepare(method, TuningScheme.Parse(scheme), new TrainingSettings(4, 0.05, Decay.None, 1e-2), Wrap32, 0,
            backend).Run(1, null, CancellationToken.None);
    }
}
