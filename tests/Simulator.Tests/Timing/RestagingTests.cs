using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Engines that keep weights in a form of their own lay changed ones out anew.</summary>
public sealed class RestagingTests
{
    private static readonly HardwareProfile Plain =
        TestProfiles.Small with { Memory = TestProfiles.Small.Memory with { Dram = null } };

    [Test]
    public void A_perturbation_and_an_update_pay_for_each_changed_weight_that_the_engine_multiplies_by()
    {
        PlanCost plain = CostModel.Price(Step(), Plain),
            restaged = CostModel.Price(Step(), With(new(BytesPerWeight: 1, CyclesPerWeight: 3)));
        Assert.Multiple(() =>
        {
            Assert.That(plain.RestageCycles, Is.Zero);
            Assert.That(restaged.Ops.Select(o => o.RestageCycles), Is.EqualTo(new double[] { 3 * 64, 0, 0, 3 * 64, 0 }));
            Assert.That(restaged.Cycles, Is.EqualTo(plain.Cycles + restaged.RestageCycles));
            Assert.That(restaged.ExposedTransferCycles, Is.EqualTo(plain.ExposedTransferCycles));
            Assert.That(restaged.Traffic.ScratchpadWritten, Is.EqualTo(plain.Traffic.ScratchpadWritten + (2 * 64)));
            Assert.That(restaged.EnergyJoules, Is.GreaterThan(plain.EnergyJoules));
        });
    }

    [Test]
    public void Writing_the_bytes_counts_where_it_takes_longer_than_laying_out() => Assert.That(
        CostModel.Price(Step(), With(new(BytesPerWeight: 640, CyclesPerWeight: 3))).RestageCycles,
        Is.EqualTo(2 * 64 * 640 / 64.0)); // 64 bytes a cycle

    private static HardwareProfile With(Restage restage) => Plain with { Weights = new(restage) };

    // Perturbed weights are multiplied by, then the weights are updated and multiplied by; a bias is no operand of the engine.
    private static Plan Step()
    {
        PlanWriter plan = new();
        int x = plan.Tensor([4, 8], TensorRole.Input), loss = plan.Tensor([1], TensorRole.Input, NumberFormat.Int32);
        int w = plan.Tensor([8, 8], TensorRole.TrainedWeight), bias = plan.Tensor([8], TensorRole.TrainedWeight);
        int perturbed = plan.Tensor([8, 8], TensorRole.Perturbation), y = plan.Tensor([4, 8]), z = plan.Tensor([4, 8]);
        plan.Op(new Perturb(new Probe(0), 1), perturbed, [w], Phase.Perturb);
        plan.Op(new Linear(), y, [x, perturbed], unit: Unit.Engine);
        plan.Op(new ForwardGradientUpdate(new Estimate(new Probe(0), 1)), bias, [bias, loss, loss], Phase.Update);
        plan.Op(new ForwardGradientUpdate(new Estimate(new Probe(0), 1)), w, [w, loss, loss], Phase.Update);
        plan.Op(new Linear(), z, [x, w], unit: Unit.Engine);
        return plan.Build();
    }
}
