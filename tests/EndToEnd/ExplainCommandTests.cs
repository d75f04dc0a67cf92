using NpuSim.Accelerators.Profiles;
using NpuSim.EndToEnd.Running;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.EndToEnd;

/// <summary>npusim explain: figures, methods, schemes and keys, from their declarations.</summary>
public sealed class ExplainCommandTests : CommandTests
{
    [Test]
    public void A_figure_a_method_a_scheme_and_a_key_are_told_with_where_they_come_from()
    {
        string output = Npusim.Run("explain", "utilization", "qzo-ff:16w8a+m3", "lora", "ethos-u55-256.clock", "engine.rows")
            .Succeeded().Output;
        Assert.That(output, Does.StartWith("""
            utilization – a figure of reports
              MACs done per MAC the engine could have done in these cycles.
              unit      %
              formula   MACs of the engine / (cycles · peak MACs per cycle)
              results   utilizationFraction in results.json
              column    Utilization
              check     npusim check --tolerance utilization=…
              docs      docs/timing.md

            qzo-ff – a training method in 16w8a, 8w8a, 4w8a, 8w16a, 16w16a

            """));
        Assert.That(output, Does.Contain("""
            ethos-u55-256.clock – a key of profiles
              Clock of engine and vector unit.
              value     500 MHz
              source    Vela, vela.ini: Ethos_U55_High_End_Embedded, core_clock 500e6
              accepted  a frequency such as 800 MHz, above 0 Hz
              docs      docs/profiles.md#hardware-profile

            engine.rows – a key of profiles, systolic-array
              Rows of the grid.
              accepted  a whole number, 1 to 65536
              docs      docs/profiles.md#kind-systolic-array

            """).And.Contain("\n+mN – a switch of methods\n").And.Contain("\nlora[=RANK][:PART,…] – "));
    }

    [Test]
    public void A_format_of_floats_says_what_is_stored_in_it() =>
        Assert.That(Npusim.Run("explain", "fp8").Succeeded().Output, Does.Contain("""
            fp8 – a format of methods in floating point
              operands of products and activations E4M3, gradients E5M2; weights that train, their gradients and logits fp16
              kept      fp16: weights that train, optimiser state
              loss      multiplied by 256 before its gradient is taken
              source    OFP8 1.0; arXiv 2209.05433
              docs      docs/methods.md#formats-of-floats
            """));

    [Test]
    public void Keys_of_ones_own_files_have_the_values_of_the_file()
    {
        Npusim.Run("init", "--like", "cortex-m4").Succeeded();
        string output = Npusim.Run("explain", "my-npu.yaml.memory.scratchpad.size", "./my-npu-task.yaml.adapt.steps")
            .Succeeded().Output;
        Assert.That(output, Does.Contain($"  value     {Leaf("memory.scratchpad.size")}\n").And.Contain("  value     400\n"));
        static string Leaf(string path) => YamlRecord.Find(ShippedProfiles.Find("cortex-m4"), path)!.Text;
    }

    [Test]
    public void Without_a_name_it_lists_everything_that_it_explains()
    {
        string[] names = [.. Npusim.Run("explain").Succeeded().Output.Split('\n')
            .Where(l => l.StartsWith("  ", StringComparison.Ordinal))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])];
        Assert.That(names, Is.SupersetOf(new[] { "accuracy", "scratch", "bp", "+mN", "lora[=RANK][:PART,…]", "engine", "adapt" }));
        Npusim.Run(["explain", .. names]).Succeeded();
    }

    [TestCase("scrach", "(did you mean 'scratch'?)")]
    [TestCase("ff:fp32+m0", "switch mN takes a whole number from 1 to 1000, not 0")]
    [TestCase("cortex-m4.memory.dmaa", "there is no key 'dmaa' in memory (did you mean 'dma'?)")]
    [TestCase("memory.scratchpad.siz", "(did you mean 'memory.scratchpad.size'?)")]
    [TestCase("none.yaml.clock", "none.yaml")]
    public void What_is_not_there_is_refused_with_what_was_probably_meant(string name, string said)
    {
        Outcome run = Npusim.Run("explain", "scratch", name);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Output, Is.Empty);
        Assert.That(run.Error, Does.Contain(said));
    }

    [Test]
    public void Every_page_that_it_points_to_has_the_heading()
    {
        string[] names =
        [
            .. Npusim.Run("explain").Succeeded().Output.Split('\n').Where(l => l.StartsWith("  ", StringComparison.Ordinal))
                .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]),
            .. YamlRecord.Keys<HardwareProfile>(), .. YamlRecord.Keys<Workload>(),
        ];
        string[] pages = [.. Npusim.Run(["explain", .. names]).Succeeded().Output.Split('\n')
            .Where(l => l.StartsWith("  docs ", StringComparison.Ordinal)).Select(l => l.Split(' ')[^1]).Distinct()];
        Assert.That(pages, Has.Length.GreaterThan(10));
        Assert.Multiple(() =>
        {
            foreach (string[] page in pages.Select(p => p.Split('#')))
            {
                string[] headings = [.. File.ReadLines(Repository.At(page[0])).Where(l => l.StartsWith('#')).Select(Anchor)];
                Assert.That(headings, page.Length == 1 ? Is.Not.Empty : Does.Contain(page[1]), page[0]);
            }
        });
    }

    // As GitHub makes it.
    private static string Anchor(string heading) => string.Concat(heading.TrimStart('#').Trim().ToLowerInvariant()
        .Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
}
