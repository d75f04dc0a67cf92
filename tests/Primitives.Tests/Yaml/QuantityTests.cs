using NpuSim.Yaml;

namespace NpuSim.Primitives.Tests.Yaml;

public sealed class QuantityTests
{
    [TestCase("ClockHz", "a frequency")]
    [TestCase("SizeBytes", "a size")]
    [TestCase("TransferBytesPerSecond", "a bandwidth")]
    [TestCase("ReadPicojoulesPerByte", "an energy per byte")]
    [TestCase("Int8MacPicojoules", "an energy")]
    [TestCase("Rows", null)]
    public void The_ending_of_a_name_is_its_quantity(string name, string? quantity) =>
        Assert.That(Quantity.OfName(name)?.Name, Is.EqualTo(quantity));

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void Any_finite_number_reads_back_from_its_print_bit_for_bit(double value)
    {
        foreach (Quantity quantity in Quantity.All.Where(_ => double.IsFinite(value)))
        {
            string[] parts = quantity.Print(value).Split(' ');
            Assert.That(Quantity.ToDouble(parts[0], quantity.Units.Single(u => u.Symbol == parts[1])), Is.EqualTo(value));
        }
    }

    [TestCase("3.2", "GB/s", 3.2e9)]
    [TestCase("0.1", "GB/s", 1e8)]
    public void A_unit_scales_without_rounding_twice(string number, string symbol, double expected) =>
        Assert.That(Quantity.ToDouble(number, Quantity.All[0].Units.Single(u => u.Symbol == symbol)), Is.EqualTo(expected));
}
