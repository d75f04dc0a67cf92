using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>Ctrl-C and the termination signal.</summary>
public sealed partial class InterruptionTests : CommandTests
{
    private const int HangUp = 1, Interrupt = 2, Terminate = 15;

    // One training is quick, the other takes hours: the signal comes between their ends.
    private static readonly string[] Study =
    [
        "compare", "-w", "task.yaml", "-p", "systolic-int8-16x16", "-s", "lp", "ft", "-m", "bp:fp32", "--steps", "20000",
            "--seeds", "1",
        "--threads", "1", "--out", "results",
    ];

    [SetUp]
    public void OnlyWhereThereAreSignals()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("there are no such signals on Windows");
        Write("task.yaml", SmallWorkload.Yaml);
    }

    [TestCase(HangUp)]
    [TestCase(Interrupt)]
    [TestCase(Terminate)]
    public void A_signal_leaves_what_is_finished_and_its_exit_code(int signal)
    {
        JsonArray runs = [];
        string said = "";
        for (int seconds = 2; seconds <= 32 && runs.Count == 0; seconds *= 2)
        {
            if (Directory.Exists(In("results")))
                Directory.Delete(In("results"), recursive: true);
            Outcome run = SignalAfter(TimeSpan.FromSeconds(seconds), signal);
            Assert.That(run.ExitCode, Is.EqualTo(128 + signal), $"{run.Output}{run.Error}");
            Assert.That(run.Error, Does.Contain("npusim: interrupted; ").And.Contain(
                "kept in results/journal: the same command with --resume goes on"));
            said = run.Error;
            runs = Results.Parse(File.ReadAllBytes(In("results", "results.json")))["runs"]!.AsArray();
        }

        Assert.Multiple(() =>
        {
            Assert.That(runs.Select(r => r!["scheme"]!.GetValue<string>()), Is.EqualTo(new[] { "lp" }));
            Assert.That(File.Exists(In("results", "report.html")));
            Assert.That(Results.Parse(File.ReadAllBytes(In("results", "results.json")))["complete"]!.GetValue<bool>(), Is.False);
            Assert.That(Directory.GetFiles(In("results", "journal"), "*.safetensors"),
                Has.Length.EqualTo(said.Contains("and the state of 1 under way", StringComparison.Ordinal) ? 1 : 0), said);
            Outcome second = Npusim.Run(Study);
            Assert.That(second.ExitCode, Is.EqualTo(2));
            Assert.That(second.Error, Does.Contain("holds results already"));
        });
    }

    [Test]
    public void A_signal_during_pretraining_leaves_nothing()
    {
        Write("task.yaml", SmallWorkload.Yaml.Replace("steps: 20", "steps: 1000000", StringComparison.Ordinal));
        Outcome run = SignalAfter(TimeSpan.FromSeconds(2), Interrupt);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(130), run.Error);
            Assert.That(run.Error, Is.EqualTo("npusim: interrupted.\n"));
            Assert.That(run.OutputBytes, Is.Empty);
            Assert.That(Directory.Exists(In("results")), Is.False);
        });
    }

    [Test]
    public void An_interrupted_study_resumes_to_the_bytes_of_an_undisturbed_one()
    {
        string[] study = [.. Study.Select(o => o == "20000" ? "6000" : o)];
        Outcome first = SignalAfter(TimeSpan.FromSeconds(2.5), Interrupt, study);
        Assert.That(first.ExitCode, Is.AnyOf(0, 130), first.Error);
        Outcome refused = Npusim.Run(study);
        Npusim.Run([.. study, "--resume"]).Succeeded();
        Npusim.Run([.. study.Select(o => o == "results" ? "whole" : o)]).Succeeded();
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(2), refused.Error);
            Assert.That(Results.WithoutHost(File.ReadAllBytes(In("results", "results.json"))),
                Is.EqualTo(Results.WithoutHost(File.ReadAllBytes(In("whole", "results.json")))));
            Assert.That(File.ReadAllBytes(In("results", "report.md")), Is.EqualTo(File.ReadAllBytes(In("whole", "report.md"))));
            Assert.That(Directory.GetFileSystemEntries(In("results")).Select(Path.GetFileName), Is.EquivalentTo(
                new[] { "charts", "journal", "report.html", "report.md", "results.csv", "results.json" }));
            Assert.That(Directory.GetFiles(In("results", "journal")).Select(Path.GetFileName),
                Is.EqualTo(new[] { "runs.jsonl" }));
        });
    }

    [TestCase(HangUp)]
    [TestCase(Interrupt)]
    [TestCase(Terminate)]
    public void Commands_that_keep_nothing_end_at_once(int signal)
    {
        Process process = Npusim.Start("env", [
            "--default-signal=INT,TERM,HUP", Npusim.DotNet, Npusim.Assembly, "vectors", "make", "-p", "systolic-int8-16x16",
            "--op", "conv2d", "-n", "100000", "-o", "vectors.jsonl",
        ]);
        Thread.Sleep(1500);
        Assert.That(Kill(process.Id, signal), Is.Zero, "the program still runs");
        Stopwatch clock = Stopwatch.StartNew();
        Assert.That(Npusim.End(process).ExitCode, Is.EqualTo(128 + signal));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        Npusim.Run("vectors", "make", "-p", "systolic-int8-16x16", "--op", "conv2d", "-n", "1", "-o", "vectors.jsonl")
            .Succeeded();
        Assert.That(Directory.GetFiles(Folder, "*vectors*").Select(Path.GetFileName), Is.EqualTo(new[] { "vectors.jsonl" }),
            "the half-written file is gone");
    }

    // "env" undoes an ignored signal, which children of background jobs inherit.
    private Outcome SignalAfter(TimeSpan delay, int signal) => SignalAfter(delay, signal, Study);

    private Outcome SignalAfter(TimeSpan delay, int signal, string[] command)
    {
        Process process = Npusim.Start("env", ["--default-signal=INT,TERM,HUP", Npusim.DotNet, Npusim.Assembly, .. command]);
        Thread.Sleep(delay);
        Assert.That(Kill(process.Id, signal), Is.Zero, "the program still runs");
        return Npusim.End(process);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
