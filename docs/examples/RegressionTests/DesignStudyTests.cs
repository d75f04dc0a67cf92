using NpuSim.Simulator.Studies.Sweeps;

namespace NpuSim.RegressionTests;

/// <summary>How small the chip may be on which the product still works, as rules that continuous integration checks.</summary>
public sealed class DesignStudyTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-study").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    // Costs are computed in milliseconds; nothing trains.
    [Test]
    public void Forward_gradients_fit_half_of_the_scratchpad_that_integer_backpropagation_needs()
    {
        SweepOutcome study = SweepOutcome.Of(
            new(["systolic-int8-16x16"], ["glyphs-cnn"], ["qzo-ff-steps:8w8a", "bp:8w8a"], ["ft"],
                ["memory.scratchpad.size=16KiB..4MiB*2"],
                Least: ["memory.scratchpad.size"], SuchThat: ["fits == true"]),
            folder);
        Assert.That(study.Least("scratchpad", "qzo-ff-steps:8w8a"), Is.AtMost(study.Least("scratchpad", "bp:8w8a") / 2));
    }

    // Of eleven widths only those train that the search comes to.
    [Test]
    public void Sums_of_integer_backpropagation_never_leave_24_bits()
    {
        SweepOutcome study = SweepOutcome.Of(
            new(["systolic-int8-16x16"], ["glyphs-cnn"], ["bp:8w8a"], ["lp"], ["numerics.accumulator.bits=16..36+2"],
                DropPairs: true, Seeds: 1, Steps: 4,
                Least: ["numerics.accumulator.bits"], SuchThat: ["overflowed == 0"]),
            folder);
        Assert.That(study.Least("accumulator"), Is.AtMost(24));
    }
}
