using NpuSim.Workloads.Networks.Onnx;

namespace NpuSim.Onnx.Tests;

/// <summary>The table of operators, what reads them and the documentation agree.</summary>
public sealed class OperatorTableTests
{
    [Test]
    public void The_documentation_shows_the_table() => Document.Check("operators", OperatorMarkdown.Table());

    [Test]
    public void Every_operator_of_the_table_is_read_and_no_other() =>
        Assert.That(OperatorTable.Rules.Select(r => r.Name).Distinct(), Is.EquivalentTo(OnnxReader.OperatorNames));

    [Test]
    public void No_operator_set_has_two_forms_of_an_operator()
    {
        for (int version = 1; version <= OperatorTable.Newest; version++)
        {
            string[] names = [.. OperatorTable.Rules.Where(r => r.From <= version && version <= r.To).Select(r => r.Name)];
            Assert.That(names, Is.Unique, $"operator set {version}");
        }
    }
}
