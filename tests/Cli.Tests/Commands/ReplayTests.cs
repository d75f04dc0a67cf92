using System.CommandLine;
using NpuSim.Cli.Commands;

namespace NpuSim.Cli.Tests.Commands;

public sealed class ReplayTests
{
    private static readonly Option<string[]> Profiles = new("--profile", "-p") { AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> Out = new("--out") { DefaultValueFactory = _ => "npusim-out" };
    private static readonly Option<bool> Json = new("--json");
    private static readonly Command Compare = new("compare") { Profiles, Out, Json };

    [TestCase("", "npusim compare")]
    [TestCase("-p a b --out elsewhere", "npusim compare --profile a b")]
    [TestCase("-p a -p b --json", "npusim compare --profile a b --json")]
    [TestCase("-p my|profile.yaml", "npusim compare --profile 'my profile.yaml'")]
    [TestCase("-p it's.yaml", @"npusim compare --profile 'it'\''s.yaml'")]
    public void Options_are_spelt_out_but_for_those_that_decide_no_result(string given, string expected)
    {
        string[] words = [.. given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Replace('|', ' '))];
        Assert.That(Replay.Of(new RootCommand { Compare }.Parse(["compare", .. words]), Out), Is.EqualTo(expected));
    }

    [Test]
    public void A_command_inside_another_is_spelt_with_it()
    {
        RootCommand root = new() { new Command("study") { new Command("landscape") { Out } } };
        Assert.That(Replay.Of(root.Parse(["study", "landscape", "--out", "x"])), Is.EqualTo("npusim study landscape --out x"));
    }
}
