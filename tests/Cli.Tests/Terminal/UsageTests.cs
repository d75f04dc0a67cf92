using System.CommandLine;
using NpuSim.Cli.Commands;
using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Tests.Terminal;

public sealed class UsageTests
{
    private static readonly RootCommand Root = new()
    {
        new Command("plan") { WholeNumber.Option(["--batch", "-b"], "", 1, 64) },
        new Command("profile") { new Command("show") { new Argument<string>("name") }, new Command("list") },
    };

    [TestCase("", "a command is missing; accepted are plan, profile; see npusim --help")]
    [TestCase("plam", "there is no command 'plam'; accepted are plan, profile (did you mean 'plan'?); see npusim --help")]
    [TestCase("profile lst",
        "there is no command 'lst'; accepted are show, list (did you mean 'list'?); see npusim profile --help")]
    [TestCase("plan --bach 3", "there is no option '--bach' (did you mean '--batch'?); see npusim plan --help")]
    [TestCase("plan more", "'more' is one argument too many; see npusim plan --help")]
    [TestCase("plan -b 65", "--batch 65: accepted is 1 to 64; see npusim plan --help")]
    [TestCase("plan -b 1e3", "--batch 1e3: accepted is 1 to 64; see npusim plan --help")]
    [TestCase("plan -b 99999999999", "--batch 99999999999: accepted is 1 to 64; see npusim plan --help")]
    public void A_fault_is_one_line_that_says_what_is_accepted_and_where_help_is(string line, string expected) =>
        Assert.That(Usage.Fault(Root.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))), Is.EqualTo(expected));

    [Test]
    public async Task An_argument_that_is_no_utf8_is_refused_instead_of_naming_another_file()
    {
        Assert.That(Usage.Undecodable(["compare", "--out", "d\uFFFD"]), Is.EqualTo("argument 'd\uFFFD': accepted is UTF-8 text"));
        Assert.That(Usage.Undecodable(["compare", "--out", "dé"]), Is.Null);
        Assert.That(await CommandLine.RunAsync(["profile", "show", "cortex-m4", "\uFFFD"]), Is.EqualTo(ExitCode.BadInput));
    }

    [Test]
    public async Task A_standard_error_that_takes_nothing_leaves_the_exit_code_as_it_is()
    {
        TextWriter error = Console.Error;
        Console.SetError(new GoneWriter());
        try
        {
            Assert.That(await CommandLine.RunAsync(["plan", "--profile", "none-such"]), Is.EqualTo(ExitCode.BadInput));
        }
        finally
        {
            Console.SetError(error);
        }
    }

    [Test]
    public void An_option_that_is_not_given_has_no_number() =>
        Assert.That(Root.Parse(["plan"]).GetValue<int?>("--batch"), Is.Null);

    private sealed class GoneWriter : TextWriter
    {
        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }
}
