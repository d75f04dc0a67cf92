using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Accelerators.Tests.Engines;

public sealed class OuterProductUnitTests
{
    // SME with vectors of 512 bits: tiles of 16×16, four products an instruction, one in two cycles, four cycles to the same
    // tile.
    private static readonly OuterProductUnit Sme = new(16, 16, 4, 2, 2, 2, 4, 1);

    // Rows of finished tiles: those of the result, for each column of tiles.
    [TestCase(32, 32, 64, (16 * 8) + (32 * 2), Description = "one block of 2×2 tiles, 16 steps of four products")]
    [TestCase(1, 16, 64, (16 * 4) + 1, Description = "one tile: its next product waits for the latency, not for the issue")]
    [TestCase(48, 16, 8, (2 * (4 + 4)) + 48, Description = "two tiles together, then one")]
    [TestCase(33, 17, 4, 8 + 4 + (33 * 2), Description = "a block of 2×2, of which two tiles are all but empty, then two tiles")]
    [TestCase(1, 1, 1, 4 + 1, Description = "a tile costs the same however little of it is used")]
    public void Cycles_are_those_of_blocks_of_tiles_and_of_the_rows_that_leave(int m, int n, int k, int cycles) =>
        Assert.That(Sme.Cycles(Gemm.Plain(m, n, k)), Is.EqualTo(cycles));

    [Test]
    public void Products_of_sixteen_bits_take_twice_the_steps() =>
        Assert.That(Sme.Cycles(Gemm.Plain(32, 32, 64), rate: 0.5), Is.EqualTo((32 * 8) + 64));

    [Test]
    public void A_depthwise_convolution_uses_one_column_of_each_tile() => // nine products are three steps
        Assert.That(Sme.Cycles(new Gemm(KernelClass.Depthwise, 8, 16, 1, 9, 4, 4, 9)), Is.EqualTo(8 * ((3 * 4) + 16)));

    [Test]
    public void Independent_products_follow_each_other() =>
        Assert.That(Sme.Cycles(Gemm.Plain(16, 16, 4, count: 5)), Is.EqualTo(5 * Sme.Cycles(Gemm.Plain(16, 16, 4))));

    [Test]
    public void Operands_are_read_again_for_every_block_and_sums_stay() =>
        Assert.That(Sme.Passes(Gemm.Plain(33, 65, 4)), Is.EqualTo((3, 2, 1)));

    // m4-sme-exploration, reports/02: SMOPA at 4000 GOP/s from 8 bits and 2000 GOP/s from 16 bits, a product and a sum being two.
    [TestCase(1, 4000)]
    [TestCase(0.5, 2000)]
    public void A_long_product_reaches_the_throughput_that_was_measured(double rate, double expected)
    {
        HardwareProfile m4 = ShippedProfiles.Find("sme-m4");
        Gemm product = Gemm.Plain(1024, 1024, 1 << 16);
        double measured = 2 * product.Macs / (m4.Engine.Cycles(product, rate) / m4.ClockHz) / 1e9;
        Assert.That(measured, Is.EqualTo(expected).Within(1).Percent);
    }
}
