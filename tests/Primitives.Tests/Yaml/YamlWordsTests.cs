using NpuSim.Yaml;

namespace NpuSim.Primitives.Tests.Yaml;

public sealed class YamlWordsTests
{
    private enum Taste
    {
        Sweet,

        [Yaml("with lemon", Key = "sour!")]
        VerySour,

        BitterSweet,
    }

    [Test]
    public void Words_are_those_of_files() =>
        Assert.That(YamlWords.All<Taste>(), Is.EqualTo(new[] { "sweet", "sour!", "bitter-sweet" }));

    [Test]
    public void A_word_and_its_value_name_each_other()
    {
        foreach (Taste taste in Enum.GetValues<Taste>())
            Assert.That(YamlWords.Find<Taste>(YamlWords.Of(taste)), Is.EqualTo(taste));
        Assert.That(YamlWords.Find<Taste>("salty"), Is.Null);
    }
}
