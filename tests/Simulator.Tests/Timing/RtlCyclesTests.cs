using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Shipped profiles of open RTL held against simulations of it.</summary>
public sealed class RtlCyclesTests
{
    [Test]
    public void Gemm_top_takes_the_cycles_of_its_RTL_in_every_row() => Equal(RtlArrays.GemmTop, 166);

    [Test]
    public void Axis_sa_takes_the_cycles_of_its_RTL_in_every_row() => Equal(RtlArrays.AxisSa, 124);

    [Test]
    public void TinyTPU_with_long_instructions_takes_the_cycles_of_its_RTL_in_every_row()
    {
        Equal(RtlArrays.TinyTpuLong, 19);
        Equal(RtlArrays.TinyTpuLongSums, 19);
    }

    [Test]
    public void TinyTPU_fold_by_fold_comes_within_2_percent_and_never_10()
    {
        foreach (Reference reference in new[] { RtlArrays.TinyTpu8Bit, RtlArrays.TinyTpuSums })
        {
            Print(reference.Rows.Where(r => r.Error > 0));
            Assert.That(reference.Rows, Has.Count.AtLeast(80));
            Assert.That(reference.Median, Is.LessThanOrEqualTo(0.02), reference.Name);
            Assert.That(reference.Worst, Is.LessThanOrEqualTo(0.10), reference.Name);
        }
    }

    [Test]
    public void Gemmini_comes_within_5_percent_and_never_20_on_rows_that_nothing_was_fitted_on()
    {
        IReadOnlyList<ReferenceRow> rows = GemminiRtl.Rows;
        Print(rows);
        Reference kept = new("Gemmini", "RTL", [.. rows.Where(r => !r.IsFitted)]);
        Assert.That(2 * kept.Rows.Count, Is.AtLeast(rows.Count));
        Assert.That(kept.Median, Is.LessThanOrEqualTo(0.05));
        Assert.That(rows.Max(r => r.Error), Is.LessThanOrEqualTo(0.20));
    }

    // Bytes read from memory are counted request by request: what a request brings beside the wanted bytes, too.
    [Test]
    public void Gemmini_reads_and_writes_the_bytes_of_its_RTL_in_every_row() => Assert.Multiple(() =>
    {
        foreach (IReadOnlyDictionary<string, string> row in GoldenFolder.Rows("rtl/gemmini-ws.csv"))
        {
            Plan plan = GemmPlan.Create(int.Parse(row["M"]), int.Parse(row["N"]), int.Parse(row["K"]));
            HardwareProfile profile = GemminiRtl.Profile(row);
            PlanCost cost = CostModel.Price(Step.Of(plan, 16), profile, OperandPlace.OffChip);
            Assert.That(cost.Traffic.DramRead, Is.EqualTo(double.Parse(row["rd"])), string.Join(',', row.Values));
            Assert.That(cost.Traffic.DramWritten, Is.EqualTo(double.Parse(row["wr"])), string.Join(',', row.Values));
        }
    });

    [Test]
    public void A_sequenced_product_never_gains_by_latency_or_by_less_bandwidth(
        [Values(1, 16, 40, 200, 1024)] int m, [Values(16, 50, 144, 784)] int k, [Values(16, 64, 100)] int n)
    {
        double before = 0;
        for (int latency = 0; latency < 100; latency += 3)
            before = NoLess(before, Cycles(latency, 16));
        for (double bandwidth = 16; bandwidth > 1; bandwidth /= 1.3)
            before = NoLess(bandwidth == 16 ? 0 : before, Cycles(50, bandwidth));

        double NoLess(double than, double cycles)
        {
            Assert.That(cycles, Is.GreaterThanOrEqualTo(than * (1 - 1e-12)));
            return cycles;
        }

        double Cycles(int latency, double bandwidth)
        {
            HardwareProfile profile = ShippedProfiles.Find("gemmini-16x16-rtl");
            Accelerators.Profiles.Memory dram =
                profile.Memory.Dram! with { LatencyCycles = latency, BytesPerSecond = bandwidth * profile.ClockHz };
            Plan plan = GemmPlan.Create(m, n, k);
            PlanCost cost = CostModel.Price(Step.Of(plan, 16), profile with { Memory = profile.Memory with { Dram = dram } },
                OperandPlace.OffChip);
            Assert.That(cost.ExposedTransferCycles, Is.GreaterThanOrEqualTo(0));
            Assert.That(cost.Cycles, Is.GreaterThanOrEqualTo(cost.Traffic.Dram / bandwidth * (1 - 1e-9)));
            return cost.Cycles;
        }
    }

    private static void Equal(Reference reference, int rows) => Assert.Multiple(() =>
    {
        Assert.That(reference.Rows, Has.Count.AtLeast(rows));
        foreach (ReferenceRow row in reference.Rows)
            Assert.That(row.Ours, Is.EqualTo(row.Theirs), row.Name);
    });

    private static void Print(IEnumerable<ReferenceRow> rows)
    {
        foreach (ReferenceRow row in rows)
            TestContext.Out.WriteLine($"{row.Name}: {row.Ours:N0} of {row.Theirs:N0} {(row.Ours / row.Theirs) - 1:+0.0%;−0.0%}");
    }
}
