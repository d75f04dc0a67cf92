using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class CompareTests : CommandTests
{
    private static readonly string[] Files = ["report.html", "report.md", "results.csv", "results.json"];

    private string[] Arguments => ["compare", "-w", Write("small.yaml", SmallWorkload.Yaml), "-p", "systolic-int8-16x16", "-m",
        "bp:fp32", "qzo-ff:16w8a", "-s", "lp"];

    [Test]
    public void Compare_prints_a_table_and_writes_data_and_report()
    {
        Outcome run = Npusim.Run([.. Arguments, "--out", "made/here"]).Succeeded();
        string[] written = [.. Directory.GetFiles(In("made", "here")).Select(f =>
            Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        JsonNode results = Results.Parse(File.ReadAllBytes(In("made", "here", "results.json")));
        Assert.Multiple(() =>
        {
            Assert.That(written, Is.EqualTo(Files));
            Assert.That(Directory.GetFiles(In("made", "here", "charts"), "*.svg"), Is.Not.Empty);
            Assert.That(run.Output, Does.Contain("bp fp32 lp").And.Contain("qzo-ff 16w8a lp").And.Contain(
                "made/here/report.html"));
            Assert.That(run.Output, Does.Not.Contain('\u001b'), "no escape sequence where the output is no terminal");
            Assert.That(run.Error, Is.Empty);
            Assert.That(results["runs"]!.AsArray().Select(r => $"{r!["method"]} {r["format"]}"),
                Is.EqualTo(new[] { "bp fp32", "qzo-ff 16w8a" }));
            Assert.That(File.ReadAllText(In("made", "here", "report.html")), Does.Contain("<svg"));
            Assert.That(File.ReadAllLines(In("made", "here", "results.csv")), Has.Length.EqualTo(3));
        });
    }

    [Test]
    public void The_first_line_says_what_is_compared_and_the_last_what_to_try_next()
    {
        string[] lines = Npusim.Run([.. Arguments, "--out", "made"]).Succeeded().Output.TrimEnd().Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.StartWith("comparing 2 methods, 1 scheme, 1 profile: small, "));
            Assert.That(lines[^4], Does.StartWith("lp: ").And.Contain("systolic-int8-16x16"), "the answer");
            Assert.That(lines[^1], Does.StartWith("next: ").And.EndWith(" --budget cycles --out equal-cycles"));
            Assert.That(lines.Select(l => l.Length).SkipLast(5), Has.All.AtMost(100), "tables survive a pipe");
        });
    }

    [Test]
    public void The_command_that_is_proposed_next_is_one_that_runs()
    {
        string last = Npusim.Run([.. Arguments, "--out", "made"]).Succeeded().Output.TrimEnd().Split('\n')[^1];
        string[] words = last[(last.IndexOf("npusim ", StringComparison.Ordinal) + 7)..].Split(' ');
        Npusim.Run(words).Succeeded();
        Assert.That(File.Exists(In("equal-cycles", "report.html")));
    }

    [Test]
    public void Quiet_prints_the_answer_and_the_files_alone()
    {
        Outcome run = Npusim.Run([.. Arguments, "--out", "made", "--quiet"]).Succeeded();
        string[] lines = run.Output.TrimEnd().Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.Length.EqualTo(2));
            Assert.That(lines[0], Does.StartWith("lp: "));
            Assert.That(lines[1], Does.StartWith("written: made/report.html"));
            Assert.That(run.Error, Is.Empty);
            Assert.That(File.ReadAllText(In("made", "results.json")), Does.Not.Contain("--quiet"), "it decides no result");
        });
    }

    [Test]
    public void Equal_cycles_give_each_method_its_own_steps_and_the_table_and_the_report_say_so()
    {
        Outcome run = Npusim.Run([
            "compare", "-w", Write("small.yaml", SmallWorkload.Yaml), "-p", "systolic-int8-16x16", "-m", "qzo-ff:16w8a",
            "qzo-ff:16w8a+m1", "-s", "lp",
            "--budget", "cycles", "--out", "made"]).Succeeded();
        JsonNode results = Results.Parse(File.ReadAllBytes(In("made", "results.json")));
        int[] steps = [.. results["runs"]!.AsArray().Select(r => r!["steps"]!.GetValue<int>())];
        Outcome wrong = Npusim.Run([.. Arguments, "--budget", "energy", "--out", "none"]);
        Assert.Multiple(() =>
        {
            Assert.That(steps, Is.EqualTo(new[] { 4, steps[1] }).And.Some.InRange(8, 12),
                "a third of the passes, the update as before");
            Assert.That(run.Output, Does.Contain("Steps").And.Contain(
                "as many steps as fit the cycles of the first method's 4 steps of 10 samples"));
            Assert.That(File.ReadAllText(In("made", "report.md")), Does.Contain("| Steps |").And.Contain("**Steps**"));
            Assert.That(File.ReadAllText(In("made", "report.html")), Does.Contain("fit the cycles of the first method"));
            Assert.That(results["command"]!.GetValue<string>(), Does.Contain("--budget cycles"));
            Assert.That((wrong.ExitCode, wrong.Error.TrimEnd()),
                Is.EqualTo((2, "npusim: --budget 'energy': accepted is samples or cycles.")));
        });
    }

    [Test]
    public void Json_on_standard_output_is_the_results_file_and_nothing_else()
    {
        Outcome run = Npusim.Run([.. Arguments, "--out", "results", "--json"]).Succeeded();
        Assert.Multiple(() =>
        {
            Assert.That(run.OutputBytes, Is.EqualTo(File.ReadAllBytes(In("results", "results.json"))));
            Assert.That(run.Error, Is.Empty);
        });
    }

    [Test]
    public void The_recorded_command_gives_the_results_again()
    {
        byte[] first = Npusim.Run([.. Arguments, "--seeds", "1", "--out", "first", "--threads", "1",
            "--json"]).Succeeded().OutputBytes;
        string[] words = Results.Parse(first)["command"]!.GetValue<string>().Split(' ');
        Assert.That(words[0], Is.EqualTo("npusim"));
        byte[] second = Npusim.Run([.. words[1..], "--out", "second", "--json"]).Succeeded().OutputBytes;
        Assert.That(Results.WithoutHost(second), Is.EqualTo(Results.WithoutHost(first)));
    }

    [Test]
    public void Earlier_results_are_replaced_only_where_asked()
    {
        Npusim.Run([.. Arguments, "--out", "results"]).Succeeded();
        byte[] before = File.ReadAllBytes(In("results", "results.json"));
        Outcome refused = Npusim.Run([.. Arguments, "--out", "results", "--steps", "5"]);
        byte[] after = File.ReadAllBytes(In("results", "results.json"));
        Outcome replaced = Npusim.Run([.. Arguments, "--out", "results", "--steps", "5", "--overwrite"]);
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(2));
            Assert.That(refused.Error, Does.StartWith("npusim: results: holds results already").And.EndWith("\n"));
            Assert.That(refused.OutputBytes, Is.Empty);
            Assert.That(after, Is.EqualTo(before));
            Assert.That(replaced.ExitCode, Is.Zero);
            Assert.That(File.ReadAllBytes(In("results", "results.json")), Is.Not.EqualTo(before));
        });
    }
}
