using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>Ctrl-C and the termination signal.</summary>
public sealed partial class InterruptionTests : CommandTests
{
    private const int Interrupt = 2, Terminate = 15;

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

    [TestCase(Interrupt)]
    [TestCase(Terminate)]
    public void A_signal_leaves_what_is_finished_and_exit_code_130(int signal)
    {
        JsonArray runs = [];
        for (int seconds = 2; seconds <= 32 && runs.Count == 0; seconds *= 2)
        {
            if (Directory.Exists(In("results")))
                Directory.Delete(In("results"), recursive: true);
            Outcome run = SignalAfter(TimeSpan.FromSeconds(seconds), signal);
            Assert.That(run.ExitCode, Is.EqualTo(130), $"{run.Output}{run.Error}");
            runs = Results.Parse(File.ReadAllBytes(In("results", "results.json")))["runs"]!.AsArray();
        }

        Assert.Multiple(() =>
        {
            Assert.That(runs.Select(r => r!["scheme"]!.GetValue<string>()), Is.EqualTo(new[] { "lp" }));
            Assert.That(File.Exists(In("results", "report.html")));
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

    // "env" undoes an ignored signal, which children of background jobs inherit.
    private Outcome SignalAfter(TimeSpan delay, int signal)
    {
        Process process = Npusim.Start("env", ["--default-signal=INT,TERM", Npusim.DotNet, Npusim.Assembly, .. Study]);
        Thread.Sleep(delay);
        Assert.That(Kill(process.Id, signal), Is.Zero, "the program still runs");
        return Npusim.End(process);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
