using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Tests.Numerics;

/// <summary>Ends of ranges, signs and orders, each beside its neighbour.</summary>
public sealed class BoundaryTests
{
    private static readonly FixedScale One = FixedScale.OfParts(1 << 30, 1, "one"), Half = FixedScale.OfParts(1 << 30, 0, "half"),
        Quarter = FixedScale.OfParts(1 << 30, -1, "quarter");

    [Test]
    public void A_number_of_128_bits_is_clamped_to_64() => Assert.Multiple(() =>
    {
        Assert.That(Fixed.ClampToInt64((Int128)long.MaxValue + 1), Is.EqualTo(long.MaxValue));
        Assert.That(Fixed.ClampToInt64((Int128)long.MaxValue - 1), Is.EqualTo(long.MaxValue - 1));
        Assert.That(Fixed.ClampToInt64((Int128)long.MinValue - 1), Is.EqualTo(long.MinValue));
        Assert.That(Fixed.ClampToInt64((Int128)long.MinValue + 1), Is.EqualTo(long.MinValue + 1));
    });

    [TestCase(0L, -31L, true)]
    [TestCase(int.MaxValue, 30L, true)]
    [TestCase(-1L, 0L, false)]
    [TestCase(int.MaxValue + 1L, 0L, false)]
    [TestCase(1L, -32L, false)]
    [TestCase(1L, 31L, false)]
    public void Parts_of_a_scale_have_ranges_that_include_their_ends(long multiplier, long shift, bool accepted) => Assert.That(
        () => FixedScale.OfParts(multiplier, shift, "it"), accepted
        ? Throws.Nothing : Throws.TypeOf<InputException>().With.Message.StartsWith("it: "));

    [Test]
    public void A_zero_point_is_added_once_whatever_the_order() => Assert.Multiple(() =>
    {
        foreach (int zero in (int[])[-7, 7])
        {
            Assert.That(DoubleScaling<ZeroPointAfter>.Apply(1000, Half, zero, 0), Is.EqualTo(500 + zero));
            Assert.That(DoubleScaling<ZeroPointBefore>.Apply(1000, Half, zero, 0), Is.EqualTo(500 + zero));
            Assert.That(Reduced16Scaling<ZeroPointAfter>.Apply(1000, Half, zero, 0), Is.EqualTo(500 + zero));
            Assert.That(Reduced16Scaling<ZeroPointAfter>.Apply(1000, FixedScale.OfParts(1 << 30, 17, "large"), zero, 0),
                Is.EqualTo((1000L << 16) + zero));
            Assert.That(Float32Scaling<ZeroPointAfter>.Apply(1000, Half, zero, 0), Is.EqualTo(500 + zero));
            Assert.That(Float32Scaling<ZeroPointBefore>.Apply(1000, Half, zero, 0), Is.EqualTo(500 + zero));
        }
    });

    // Half away from zero: with the zero point added first, −0.5 + 1 = 0.5 becomes 1; with it added after, −1 + 1 = 0.
    [Test]
    public void The_order_of_zero_point_and_rounding_shows_at_a_tie() => Assert.Multiple(() =>
    {
        Assert.That(DoubleScaling<ZeroPointBefore>.Apply(-2, Quarter, 1, 0), Is.EqualTo(1));
        Assert.That(DoubleScaling<ZeroPointAfter>.Apply(-2, Quarter, 1, 0), Is.Zero);
        Assert.That(DoubleScaling<ZeroPointBefore>.HasVector, Is.False);
        Assert.That(DoubleScaling<ZeroPointAfter>.HasVector, Is.True);
    });

    // The last multiplier that is cut by rounding, and the first that would leave 15 bits.
    [TestCase(0x7FFEFFFF, 0x7FFF)]
    [TestCase(0x7FFE7FFF, 0x7FFE)]
    [TestCase(0x7FFF0000, 0x7FFF)]
    [TestCase(0x7FFFFFFF, 0x7FFF)]
    public void A_multiplier_is_cut_to_sixteen_bits(int multiplier, int cut) =>
        Assert.That(Reduced16Scaling<ZeroPointAfter>.Apply(1 << 15, FixedScale.OfParts(multiplier, 0, "it"), 0, 0),
            Is.EqualTo(cut));

    [TestCase(NumberFormat.Bit, false)]
    [TestCase(NumberFormat.Fp16, false)]
    [TestCase(NumberFormat.Fp32, false)]
    [TestCase(NumberFormat.Int8, true)]
    [TestCase(NumberFormat.Int64, true)]
    public void Formats_are_integers_or_not(NumberFormat format, bool isInteger) =>
        Assert.That(format.IsInteger(), Is.EqualTo(isInteger));

    [TestCase(4, 16, 32, "")]
    [TestCase(4, 18, 32, "block-macs")]
    [TestCase(4, 0, 16, "")]
    [TestCase(4, 16, 31, "outer-bits")]
    [TestCase(0, 3, 32, "")]
    [TestCase(1, 1, 32, "")]
    public void A_block_is_of_whole_groups_and_its_outer_accumulator_no_narrower(int group, int block, int outer,
        string key) => Assert.That(
        new AccumulatorPolicy(32, Overflow.Saturate, group, block, outer).Problems().Select(p => p.Key),
        Is.EqualTo(key.Length == 0 ? [] : new[] { key }));

    [Test]
    public void One_is_one() => Assert.That(DoubleScaling<ZeroPointAfter>.ApplyWide(1L << 40, One, 3, 0),
        Is.EqualTo((1L << 40) + 3));
}
