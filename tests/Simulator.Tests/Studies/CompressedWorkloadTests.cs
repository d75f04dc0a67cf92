using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Tests.Studies;

public class CompressedWorkloadTests
{
    [TestCase("bp:fp32")]
    [TestCase("qzo-ff:16w8a")]
    public void Every_method_starts_from_the_compressed_weights(string method)
    {
        Workload workload = Workload.Load("glyphs-cnn");
        workload = workload with { Adapt = workload.Adapt with { TrainSamples = 64, TestSamples = 200, Steps = 2 } };
        Workload coarse = workload with { Compress = new Compression(0.8, 4) };
        (double before, string hash) = ZeroShot(workload, method);
        (double compressed, string other) = ZeroShot(coarse, method);
        Assert.Multiple(() =>
        {
            Assert.That(compressed, Is.LessThan(before - 0.1), "so coarse a network has forgotten much");
            Assert.That(other, Is.Not.EqualTo(hash), "runs are told apart by their weights");
            Assert.That(coarse.Configure(Method.Parse(method)).Compression, Is.EqualTo(new Compression(0.8, 4)));
            Assert.That(coarse.Configure(Method.Parse(method)).ToString(),
                Is.EqualTo(workload.Configure(Method.Parse(method)).ToString()));
        });
    }

    private static (double ZeroShot, string Hash) ZeroShot(Workload workload, string method)
    {
        IBench bench = WorkloadSetup.Open(workload, null, null, CancellationToken.None).Bench;
        Method how = workload.Configure(Method.Parse(method));
        TuningScheme scheme = TuningScheme.Parse("lp");
        NumericPolicy wrap = new(new AccumulatorPolicy(32, Overflow.Wrap));
        return (bench.Prepare(how, scheme, workload.Settings(how, scheme), wrap)
            .Run(1, null, CancellationToken.None).Curve.ZeroShot, bench.WeightsHash);
    }
}
