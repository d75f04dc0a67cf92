using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Schemes;

/// <summary>Whatever schemes are registered, parsing, learning rates and documentation have them.</summary>
public sealed class TuningSchemesTests
{
    private static IEnumerable<string> Names => TuningSchemes.All.Select(f => f.Name);

    [Test]
    public void Every_family_has_a_name_and_a_line_of_its_own()
    {
        Assert.That(Names, Is.Unique);
        Assert.That(TuningSchemes.All.Select(f => f.Description), Is.Unique);
        Assert.That(LearningRates.Schemes, Is.EqualTo(Names));
    }

    [TestCaseSource(nameof(Names))]
    public void It_is_read_by_its_name_and_keeps_it(string name)
    {
        SchemeFamily family = TuningSchemes.All.Single(f => f.Name == name);
        string text = family.Options.StartsWith(':') ? $"{name}:layer" : name;
        TuningScheme scheme = TuningScheme.Parse(text);
        Assert.That(scheme.Family, Is.EqualTo(name));
        Assert.That(TuningScheme.Parse(scheme.Name), Is.EqualTo(scheme));
        if (family.Options.StartsWith("[=", StringComparison.Ordinal))
        {
            Assert.That(TuningScheme.Parse($"{name}=7").Name, Is.EqualTo($"{name}=7"));
            Assert.That(() => TuningScheme.Parse($"{name}=0"),
                Throws.TypeOf<InputException>().With.Message.Contains("from 1 to 4096"));
        }
        else
        {
            Assert.That(() => TuningScheme.Parse($"{name}=7"),
                Throws.TypeOf<InputException>().With.Message.Contains(family.Form));
        }
    }

    [TestCaseSource(nameof(Names))]
    public void It_has_a_learning_rate_and_a_place_in_the_pages(string name)
    {
        Assert.That(LearningRates.Keys.Single(k => k.Key == name).Description, Does.StartWith("Where "));
        string form = TuningSchemes.All.Single(f => f.Name == name).Form;
        Assert.That(File.ReadAllText(Repository.At("docs", "schemes.md")), Does.Contain($"\n| `{form}` |"));
        Assert.That(File.ReadAllText(Repository.At("docs", "workloads.md")), Does.Contain($"\n| `{name}` |"));
    }
}
