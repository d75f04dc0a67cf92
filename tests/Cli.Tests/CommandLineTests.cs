using System.CommandLine;
using NpuSim.Cli.Commands;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Tests;

public sealed class CommandLineTests
{
    private static IEnumerable<Command> Commands => Below(CommandLine.Create());

    [Test]
    public void Every_command_has_an_example_that_it_accepts()
    {
        Assert.Multiple(() =>
        {
            Assert.That(HelpWithExample.Examples.Keys, Is.EquivalentTo(Commands.Select(Usage.Path)));
            foreach ((string path, string example) in HelpWithExample.Examples.Where(e =>
                e.Value.StartsWith("npusim ", StringComparison.Ordinal)))
            {
                ParseResult parsed = CommandLine.Create().Parse(example.Split(" > ")[0]["npusim ".Length..]);
                Assert.That(parsed.Errors.Select(e => e.Message), Is.Empty, path);
                Assert.That(Usage.Path(parsed.CommandResult.Command), Does.StartWith(path), example);
            }
        });
    }

    [TestCase("plan --js", "--json")]
    [TestCase("plan --profile cort", "cortex-m4")]
    [TestCase("plan --model vit", "vit-tiny")]
    [TestCase("compare --workload gly", "glyphs-cnn")]
    [TestCase("compare --method bp", "bp:fp32")]
    [TestCase("compare --scheme t", "tinytl")]
    [TestCase("explain scr", "scratch")]
    [TestCase("explain engine.r", "engine.rows")]
    [TestCase("explain cortex-m4.memory.s", "cortex-m4.memory.scratchpad.size")]
    [TestCase("init --like eth", "ethos-u55-128")]
    [TestCase("init --network res", "resnet8")]
    [TestCase("init --images gl", "glyphs")]
    [TestCase("run --method bp:f", "bp:fp16")]
    [TestCase("eval --profile cort", "cortex-m4")]
    [TestCase("vectors make --profile cort", "cortex-m7")]
    [TestCase("study corruptions --workload gly", "glyphs-cnn")]
    [TestCase("study corruptions --kind f", "fog")]
    [TestCase("study landscape --method qzo", "qzo-ff:8w8a")]
    [TestCase("study sparse-backprop --profile cort", "cortex-m4")]
    [TestCase("study sweep --network vit", "vit-tiny")]
    [TestCase("study sweep --network gly", "glyphs-cnn")]
    [TestCase("profile show cort", "cortex-m4")]
    [TestCase("workload show gly", "glyphs-cnn")]
    [TestCase("pretrain gly", "glyphs-cnn")]
    [TestCase("completion b", "bash")]
    [TestCase("prof", "profile")]
    public void Shells_are_offered_commands_options_and_names(string line, string offered) =>
        Assert.That(CommandLine.Create().Parse(line).GetCompletions(line.Length).Select(c => c.Label), Does.Contain(offered));

    [TestCase("1,5")]
    [TestCase("1 000")]
    [TestCase("1_000")]
    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("1e9")]
    [TestCase("1e400")]
    [TestCase("(1)")]
    [TestCase("")]
    public void A_number_has_no_separators_and_lies_in_its_range(string text)
    {
        Command command = new("run") { RealNumber.Positive("--rate", "", 1000) };
        Assert.That(command.Parse(["--rate", text]).Errors.Single().Message, Is.EqualTo(
            $"--rate {text}: accepted is a number above 0, at most 1000, such as 0.05 or 5e-2"));
    }

    [TestCase("0.05", 0.05)]
    [TestCase("5e-2", 0.05)]
    [TestCase("1000", 1000)]
    [TestCase("1e-300", 1e-300)]
    public void A_number_is_read_to_its_last_bit(string text, double expected)
    {
        Command command = new("run") { RealNumber.Positive("--rate", "", 1000) };
        Assert.That(command.Parse(["--rate", text]).GetValue<double?>("--rate"), Is.EqualTo(expected));
    }

    [TestCase("96 KiB", 98304)]
    [TestCase("96KiB", 98304)]
    [TestCase("1.5 GiB", 1610612736)]
    [TestCase("1 B", 1)]
    [TestCase("96", null)]
    [TestCase("96 kb", null)]
    [TestCase("1,5 KiB", null)]
    [TestCase("-1 KiB", null)]
    [TestCase("1e3 B", null)]
    [TestCase(". B", null)]
    [TestCase("", null)]
    public void A_size_is_a_number_and_a_unit(string text, long? bytes) => Assert.That(SizeText.Bytes(text), Is.EqualTo(bytes));

    [Test]
    public void No_fault_names_a_type_of_dotnet()
    {
        foreach (Command command in Commands.Where(c => c.Subcommands.Count == 0))
        {
            foreach (Option option in command.Options.Where(o => o.ValueType == typeof(bool)))
            {
                ParseResult parsed = CommandLine.Create()
                    .Parse([.. Usage.Path(command).Split(' ').Skip(1), $"{option.Name}=maybe"]);
                Assert.That(parsed.Errors, Is.Not.Empty);
                Assert.That(Usage.Fault(parsed), Does.Not.Contain("System.").And.Contain("maybe").Or.Contain("required"));
            }
        }
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
