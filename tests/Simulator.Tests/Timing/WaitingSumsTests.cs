using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>An 8×8 weight-stationary array adds up folds of the reduction in a buffer of partial sums: 32 bytes a row.</summary>
public sealed class WaitingSumsTests
{
    private const int Rows = 128, Columns = 16, Depth = 64;

    private static readonly Plan Product = GemmPlan.Create(Rows, Columns, Depth);

    [Test]
    public void A_buffer_of_as_many_rows_as_the_array_has_costs_no_cycles()
    {
        Assert.That(Cost(8 * 32).Cycles, Is.EqualTo(Cost(Rows * 32).Cycles));
        Assert.That(Cost(8 * 32).Traffic, Is.EqualTo(Cost(Rows * 32).Traffic));
    }

    // Pieces of 4 rows take as long as loading 8: 16 folds · 32 pieces.
    [Test]
    public void Pieces_shorter_than_the_array_take_as_long_as_loading_and_read_the_weights_again()
    {
        PlanCost cost = Cost(4 * 32, 1e6, 12000); // no room in the scratchpad for what waits
        Assert.That(cost.Traffic.ScratchpadRead, Is.EqualTo((Rows * Depth * 2) + (Columns * Depth * 32)));
        Assert.That(cost.Cycles, Is.EqualTo((((16 * 32) - 1) * 8) + 8 + 4 + 8 + 8 - 2));
    }

    [Test]
    public void Where_it_is_cheaper_sums_wait_in_the_scratchpad_and_their_bytes_are_counted()
    {
        PlanCost cost = Cost(32, 1e6);
        double waiting = 4.0 * Rows * Columns * (Rows - 1) / Rows * 7; // eight folds, all rows but one
        Assert.That(cost.Traffic.ScratchpadRead, Is.EqualTo((Rows * Depth * 2) + (Columns * Depth) + waiting));
        Assert.That(cost.Traffic.ScratchpadWritten, Is.EqualTo((Rows * Columns) + waiting));
        Assert.That(cost.Cycles, Is.EqualTo(Cost(Rows * 32).Cycles));
    }

    [Test]
    public void Weights_that_are_read_again_are_traffic_where_the_profile_counts_them()
    {
        HardwareProfile profile = Profile(64 * 32);
        PlanCost counted = CostModel.Price(Product, profile with { Memory = profile.Memory with { CountsReloads = true } });
        Assert.That(counted.Traffic.ScratchpadRead, Is.EqualTo((Rows * Depth * 2) + (2 * Columns * Depth)));
        Assert.That(counted.Cycles, Is.EqualTo(CostModel.Price(Product, profile).Cycles));
    }

    [Test]
    public void A_smaller_buffer_never_costs_less([Values(64, 200)] int bandwidth)
    {
        double before = 0;
        for (int rows = Rows; rows >= 1; rows--)
        {
            double cycles = Cost(rows * 32, bandwidth).Cycles;
            Assert.That(cycles, Is.GreaterThanOrEqualTo(before));
            before = cycles;
        }
    }

    [Test]
    public void A_reduction_of_one_fold_has_nothing_that_waits() => Assert.That(
        CostModel.Price(GemmPlan.Create(128, 8, 8), Profile(32)).Cycles,
        Is.EqualTo(CostModel.Price(GemmPlan.Create(128, 8, 8), Profile(1 << 20)).Cycles));

    private static PlanCost Cost(long bytes, double bandwidth = 64, long scratchpad = 65536) =>
        CostModel.Price(Product, Profile(bytes, bandwidth, scratchpad));

    private static HardwareProfile Profile(long bytes, double bandwidth = 64, long scratchpad = 65536) => TestProfiles.Small with
    {
        Memory = new(TestProfiles.Memory(scratchpad, bandwidth), TestProfiles.Memory(bytes, 1e6), null, null),
    };
}
