using NpuSim.Simulator.Methods;

namespace NpuSim.Simulator.Tests.Methods;

public class MethodGrammarTests
{
    [TestCase("bp:fp32")]
    [TestCase("bp:fp16+momentum0.95")]
    [TestCase("ff:fp16+m8")]
    [TestCase("qzo-ff:16w8a+m3+reuse-prefix")]
    [TestCase("qzo-ff-steps:8w8a+m1000")]
    public void A_method_in_canonical_form_is_read_and_written_back(string text) =>
        Assert.That(Method.Parse(text).ToString(), Is.EqualTo(text));

    [Test]
    public void Every_method_is_read_back_as_itself() =>
        Assert.That(Method.All.Select(m => Method.Parse(m.ToString())), Is.EqualTo(Method.All));

    [TestCase("qzo-ff:16w8a+reuse-prefix+m3", "qzo-ff:16w8a+m3+reuse-prefix")]
    [TestCase("ff:fp32+m03", "ff:fp32+m3")]
    public void Switches_come_in_any_order_and_are_shown_in_one(string text, string canonical) =>
        Assert.That(Method.Parse(text).ToString(), Is.EqualTo(canonical));

    [TestCase("qzo:16w8a", "there is no method 'qzo:16w8a'")]
    [TestCase("qzo-ff:16w9a",
        "method 'qzo-ff:16w9a': qzo-ff runs in 16w8a, 8w8a, 4w8a, 8w16a, 16w16a (did you mean 'qzo-ff:16w8a'?).")]
    [TestCase("ff:16w8a", "method 'ff:16w8a': ff runs in fp32, fp16, bf16, fp8, mxint8, mxfp8.")]
    [TestCase("bp", "there is no method 'bp'")]
    [TestCase("ff:fp32+m", "method 'ff:fp32+m': switch mN takes a whole number from 1 to 1000.")]
    [TestCase("ff:fp32+m0", "method 'ff:fp32+m0': switch mN takes a whole number from 1 to 1000, not 0.")]
    [TestCase("ff:fp32+m2.5", "method 'ff:fp32+m2.5': switch mN takes a whole number from 1 to 1000, not 2.5.")]
    [TestCase("ff:fp32+m1e3", "method 'ff:fp32+m1e3': switch mN takes a whole number from 1 to 1000, not 1e3.")]
    [TestCase("ff:fp32+m3+m3", "method 'ff:fp32+m3+m3': switch m is given twice.")]
    [TestCase("ff:fp32+reuse-prefix2", "method 'ff:fp32+reuse-prefix2': switch reuse-prefix takes no number.")]
    [TestCase("bp:fp32+m3", "method 'bp:fp32+m3': bp in fp32 has no switch m; it has momentumF, compact, recompute, microN, "
        + "micro-auto.")]
    [TestCase("bp:fp32+momentun0.9",
        "method 'bp:fp32+momentun0.9': there is no switch 'momentun0.9' (did you mean 'momentum'?); bp has momentumF, compact, "
            + "recompute, microN, micro-auto.")]
    [TestCase("ff:fp32+", "method 'ff:fp32+': there is no switch ''")]
    public void A_fault_says_in_one_line_what_is_accepted(string text, string message) =>
        Assert.That(() => Method.Parse(text), Throws.InstanceOf<InputException>().With.Message.StartsWith(message));

    [Test]
    public void A_directions_switch_is_part_of_the_variant_and_the_workloads_number_is_not()
    {
        QuantizedForwardGradient plain = (QuantizedForwardGradient)Method.Parse("qzo-ff:16w8a");
        Assert.Multiple(() =>
        {
            Assert.That((plain with { Directions = 3 }).Variant, Is.EqualTo("16w8a"));
            Assert.That(Method.Parse("qzo-ff:16w8a+m3").Variant, Is.EqualTo("16w8a+m3"));
        });
    }

    [TestCase("methods")]
    [TestCase("float-formats")]
    [TestCase("switches")]
    public void The_tables_of_the_page_of_methods_are_those_of_the_code(string table) => GeneratedTable.Hold(
        Repository.At("docs", "methods.md"), table, nameof(MethodGrammarTests),
        table switch
        {
            "methods" => MethodMarkdown.Families(),
            "float-formats" => MethodMarkdown.FloatFormats(),
            _ => MethodMarkdown.Switches(),
        });

    [Test]
    public void Every_method_belongs_to_one_family_and_every_family_has_formats()
    {
        Assert.That(Method.All.Select(MethodFamily.Of).Distinct(), Is.EquivalentTo(MethodFamily.All));
        Assert.That(MethodFamily.All.SelectMany(f => f.Formats.Select(x => $"{f.Name}:{x}")),
            Is.EqualTo(Method.All.Select(m => m.ToString())));
    }
}
