using NpuSim.Reports.Text;

namespace NpuSim.Reports.Tests.Text;

[TestFixture]
internal sealed class QuantityTests
{
    [TestCase(0, "0 B")]
    [TestCase(512, "512 B")]
    [TestCase(1024, "1.00 KiB")]
    [TestCase(18637, "18.2 KiB")]
    [TestCase(1048575, "1.00 MiB")] // 1024 KiB by rounding is the next unit
    [TestCase(33183334, "31.6 MiB")]
    public void Bytes_have_three_digits_and_binary_prefixes(double bytes, string text) =>
        Assert.That(Quantity.Bytes(bytes), Is.EqualTo(text));

    [TestCase(1240000, "", "1.24 M")]
    [TestCase(3.12e-6, "J", "3.12 µJ")]
    [TestCase(999.96, "", "1.00 k")]
    [TestCase(12, "", "12")]
    [TestCase(0, "J", "0 J")]
    [TestCase(double.NaN, "J", "–")]
    public void Metric_prefixes_keep_one_to_three_digits_before_the_point(double value, string unit, string text) =>
        Assert.That(Quantity.Metric(value, unit), Is.EqualTo(text));

    [TestCase(310, 18.2, "17×")]
    [TestCase(13, 10, "1.3×")]
    [TestCase(7, 10, "0.70×")]
    public void Ratios_have_two_digits(double a, double b, string text) => Assert.That(Quantity.Ratio(a, b), Is.EqualTo(text));

    [TestCase(0, "0 %")]
    [TestCase(1, "100 %")]
    [TestCase(0.00001, "< 0.01 %")] // some is never shown as none
    [TestCase(0.9999, "> 99.9 %")] // nearly all is never shown as all
    [TestCase(0.0012, "0.12 %")]
    [TestCase(0.5, "50.0 %")]
    public void Shares_tell_some_from_none_and_most_from_all(double share, string text) =>
        Assert.That(Quantity.Share(share), Is.EqualTo(text));

    [Test]
    public void A_negative_zero_has_no_sign() => Assert.That(Quantity.Fixed(-0.01, 1), Is.EqualTo("0.0"));
}
