using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Hardware of its own for random numbers draws beside the unit that reads and multiplies.</summary>
public sealed class RandomGeneratorTests
{
    // 64 weights of 16 bits: 64 draws; 32 cycles of perturbing at 4 bytes a cycle; 256 bytes pass at the scratchpad's bandwidth.
    [TestCase(0.5, 64, 128)] // drawing is slowest
    [TestCase(64, 64, 32)] // multiplying is
    [TestCase(64, 2, 128)] // reading and writing is
    public void A_perturbation_takes_as_long_as_the_slowest_of_draw_read_and_multiply(double draws, double bandwidth,
        double cycles) =>
        Assert.That(Cost(Profile(bandwidth, new(RandomGeneratorKind.Philox, draws, 0))).Cycles, Is.EqualTo(cycles));

    [Test]
    public void Without_one_the_unit_draws_first_and_perturbs_then() =>
        Assert.That(Cost(Profile(64, null)).Cycles, Is.EqualTo(64 + 32));

    [Test]
    public void A_draw_costs_the_energy_of_the_generator()
    {
        double Joules(double picojoules) => Cost(Profile(64, new(RandomGeneratorKind.Philox, 64, picojoules))).EnergyJoules;
        Assert.That(Joules(5) - Joules(0), Is.EqualTo(64 * 5e-12).Within(1e-18));
    }

    private static PlanCost Cost(HardwareProfile profile)
    {
        PlanWriter plan = new();
        int w = plan.Tensor([64], TensorRole.TrainedWeight, NumberFormat.Int16),
            p = plan.Tensor([64], TensorRole.Perturbation, NumberFormat.Int16);
        plan.Op(new Perturb(new Probe(0), 1), p, [w], Phase.Perturb);
        return CostModel.Price(plan.Build(), profile);
    }

    private static HardwareProfile Profile(double bandwidth, RandomGenerator? generator) => TestProfiles.Small with
    {
        Vector = TestProfiles.Small.Vector with { Generator = generator },
        Memory = new(TestProfiles.Memory(65536, bandwidth), null, null, null),
    };
}
