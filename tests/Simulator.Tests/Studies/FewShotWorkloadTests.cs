using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Tasks;
using NpuSim.Workloads.Tests;

namespace NpuSim.Simulator.Tests.Studies;

public sealed class FewShotWorkloadTests
{
    // 95.0 and 94.4 % when the weights were shipped; one of 25 queries in 20 episodes is 0.2 %.
    [TestCase(FewShotHead.ProtoNets, 0.95)]
    [TestCase(FewShotHead.SimpleShot, 0.93)]
    public void Shipped_weights_tell_five_characters_of_unseen_alphabets_apart(FewShotHead head, double least)
    {
        Workload workload = Workload.Load("omniglot-fewshot");
        workload = workload with { Adapt = workload.Adapt with { FewShot = workload.Adapt.FewShot! with { Head = head } } };
        WorkloadData data = new(workload, ReferenceData.Folder("omniglot-small"));
        (double seen, double unseen) = WorkloadSetup.Measure(workload, data, ShippedWeights.Load(workload.Weights!));
        TestContext.Out.WriteLine($"{head}: {seen:P1} of the characters pre-trained on, {unseen:P1} in the episodes");
        Assert.That(seen, Is.GreaterThan(0.8));
        Assert.That(unseen, Is.GreaterThanOrEqualTo(least - 1e-9));
    }
}
