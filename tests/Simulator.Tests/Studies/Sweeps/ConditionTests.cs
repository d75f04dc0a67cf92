using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.Simulator.Tests.Studies.Sweeps;

/// <summary>What a condition takes, and that anything else is refused in one line.</summary>
public sealed class ConditionTests
{
    [TestCase("bits <= 8 * 4", true)]
    [TestCase("bits - 8 > 2e1 + 4", false)]
    [TestCase("32 == bits and size >= 1 KiB", true)]
    [TestCase("(bits + 32) / 2 == 32", true)]
    [TestCase("bits != 1e+1", true)]
    public void Names_numbers_units_and_brackets_are_compared(string text, bool holds) =>
        Assert.That(Condition.Parse(text).Holds(name => name switch
        {
            "bits" => new Operand(32),
            "size" => new Operand(2048),
            _ => (Operand?)null,
        }), Is.EqualTo(holds));

    [Test]
    public void A_text_that_is_no_condition_is_refused(
        [Values("", "1", "1e", "1 <", "bits <= 1e", "bits <= 1e999", "bits <= 1e+", "bits <= 1E KiB", "bits <= 5 parsecs", "(bits < 3",
            "< 3",
            "bits < 3 or 4", "bits < 3 and", "bits < 1 < 2", "½ < 1", "bits < 1.")] string text) =>
        Assert.That(() => Condition.Parse(text), Throws.TypeOf<InputException>().With.Message.Contains("accepted is"));

    [TestCase("bits / 0 > 1")]
    [TestCase("bits / (bits - 32) > 1")]
    public void A_division_by_zero_is_refused(string text) =>
        Assert.That(() => Condition.Parse(text).Holds(_ => new Operand(32)),
            Throws.TypeOf<InputException>().With.Message.Contains("divides by 0"));
}
