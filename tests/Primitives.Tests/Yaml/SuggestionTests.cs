using NpuSim.Yaml;

namespace NpuSim.Primitives.Tests.Yaml;

public sealed class SuggestionTests
{
    [TestCase("clokc", "clock")]      // a swap of neighbours is one step
    [TestCase("CLOCK", "clock")]      // the case does not count
    [TestCase("sizes", "size")]
    [TestCase("energy", null)]        // nothing near
    public void The_nearest_name_within_a_third_of_the_letters_is_meant(string name, string? expected) =>
        Assert.That(Suggestion.Nearest(name, ["size", "clock"]), Is.EqualTo(expected));

    [Test]
    public void Of_equally_near_names_the_one_that_begins_alike_is_meant() =>
        Assert.That(Suggestion.Nearest("KB", ["B", "MiB", "KiB"]), Is.EqualTo("KiB"));
}
