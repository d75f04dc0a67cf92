using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Where operands and result of a plan lie can be said.</summary>
public sealed class OperandPlaceTests
{
    [Test]
    public void Cold_operands_pay_latency_and_bandwidth_of_every_byte()
    {
        PlanCost cold = Price(TestProfiles.Small, OperandPlace.OffChip),
            resident = Price(TestProfiles.Small, OperandPlace.Resident);
        Assert.That(cold.Traffic.Dram, Is.GreaterThanOrEqualTo((16 * 8) + (8 * 8) + (16 * 8)));
        Assert.That(cold.Cycles, Is.GreaterThanOrEqualTo(320 + (2 * 20))); // one byte a cycle; 20 cycles there and 20 back
        Assert.That(resident.Cycles, Is.EqualTo(resident.ComputeCycles));
        Assert.That(resident.Traffic.Dram, Is.Zero);
    }

    // 16 requests of 4 bytes a time, 20 + 12 cycles each: half a byte a cycle, though the memory gives one.
    [Test]
    public void Requests_under_way_are_a_second_limit_beside_bandwidth()
    {
        HardwareProfile Limited(int inFlight) => TestProfiles.Small with
        {
            Memory = TestProfiles.Small.Memory with { Dma = new(RequestBytes: 4, BeatBytes: 4, inFlight, RequestCycles: 12) },
        };
        double free = Price(TestProfiles.Small, OperandPlace.OffChip).Cycles;
        Assert.That(Price(Limited(1000), OperandPlace.OffChip).Cycles, Is.EqualTo(free));
        Assert.That(Price(Limited(4), OperandPlace.OffChip).Cycles, Is.GreaterThan(320 * 32 / 4 / 4));
    }

    [Test]
    public void Off_chip_without_such_memory_is_refused_and_resident_without_room_does_not_run()
    {
        HardwareProfile alone = TestProfiles.Small with { Memory = TestProfiles.Small.Memory with { Dram = null } };
        Assert.That(() => Price(alone, OperandPlace.OffChip),
            Throws.TypeOf<InputException>().With.Message.Contains("no off-chip memory"));
        HardwareProfile tight = TestProfiles.Small with
        {
            Memory =
            TestProfiles.Small.Memory with { Scratchpad = TestProfiles.Memory(64, 64) }
        };
        Assert.That(() => Price(tight, OperandPlace.Resident),
            Throws.TypeOf<NotRunnableException>().With.Message.Contains("do not fit"));
    }

    [Test]
    public void Whole_tiles_move_zeros_too()
    {
        SystolicArray array = (SystolicArray)TestProfiles.Small.Engine;
        HardwareProfile whole = TestProfiles.Small with { Engine = array with { Overheads = new(WholeTiles: true) } };
        Plan plan = GemmPlan.Create(16, 9, 9); // weights of 16 × 16, rows of 16 in and out
        MemoryLayout layout = MemoryPlanner.Lay(plan, 16);
        Assert.That(CostModel.Price(new(plan, layout), whole, OperandPlace.Resident).Traffic.ScratchpadRead,
            Is.EqualTo((2 * 16 * 16) + (16 * 16)));
        Assert.That(CostModel.Price(new(plan, layout), whole, OperandPlace.Resident).Traffic.ScratchpadWritten,
            Is.EqualTo(16 * 16));
    }

    private static PlanCost Price(HardwareProfile profile, OperandPlace operands)
    {
        Plan plan = GemmPlan.Create(16, 8, 8);
        return CostModel.Price(Step.Of(plan, 16), profile, operands);
    }
}
