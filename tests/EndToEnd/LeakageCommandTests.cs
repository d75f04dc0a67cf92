using System.Diagnostics;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class LeakageCommandTests : CommandTests
{
    private static readonly string[] Files =
        ["report.html", "leakage.md", "leakage.csv", "attacks.csv", "audits.csv", "study.yaml"];

    private string[] Quick => ["study", "leakage", "--workload", Write("small.yaml", SmallWorkload.Sigmoid), "--message",
        "gradient", "vote:3", "--defence", "none", "gaussian:0.01", "--attack", "idlg", "closed-form",
        "--samples", "2", "--iterations", "4",
        "--starts", "1", "--method", "bp:fp32", "qzo-ff:16w8a", "--audits", "2"];

    [Test]
    public void The_files_do_not_depend_on_the_threads_and_say_what_does_not_run()
    {
        Npusim.Run([.. Quick, "--out", "one", "--threads", "1"]).Succeeded();
        Outcome run = Npusim.Run([.. Quick, "--out", "two", "--threads", "3"]).Succeeded();
        string[] rows = File.ReadAllLines(In("two", "attacks.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(rows, Has.Length.EqualTo(1 + (2 * 2 * 2 * 2)));
            Assert.That(rows.Single(r => r.StartsWith("uniform,1,vote:3,gaussian:0.01,idlg,0", StringComparison.Ordinal)),
                Does.EndWith("signs have no magnitude; accepted are none and response"));
            Assert.That(File.ReadAllLines(In("two", "audits.csv")), Has.Length.EqualTo(1 + (2 * 3)));
            Assert.That(File.ReadAllText(In("two", "report.html")), Does.Contain("src=\"data:image/bmp;base64,"));
            Assert.That(File.ReadAllText(In("two", "leakage.md")), Does.Contain("npusim study leakage --workload"));
            Assert.That(run.Output, Does.Contain("without any message the mean of other images has an MSE of"));
            foreach (string file in Files)
                Assert.That(File.ReadAllBytes(In("two", file)), Is.EqualTo(File.ReadAllBytes(In("one", file))), file);
        });
        Assert.That(Npusim.Run([.. Quick, "--out", "two"]).ExitCode, Is.EqualTo(2), "overwritten without being asked");
    }

    [Test]
    public void A_study_that_is_killed_goes_on_to_the_bytes_of_one_that_was_not()
    {
        Npusim.Run([.. Quick, "--out", "whole"]).Succeeded();
        using (Process killed = Npusim.Start([.. Quick, "--out", "killed"]))
        {
            SpinWait.SpinUntil(() => killed.HasExited || Directory.Exists(In("killed", "journal")), TimeSpan.FromMinutes(2));
            killed.Kill(entireProcessTree: true);
            killed.WaitForExit();
        }

        Npusim.Run([.. Quick, "--out", "killed", "--resume"]).Succeeded();
        foreach (string file in Files)
            Assert.That(File.ReadAllBytes(In("killed", file)), Is.EqualTo(File.ReadAllBytes(In("whole", file))), file);
    }

    [Test]
    public void Tasks_that_share_a_folder_give_the_bytes_of_one_process()
    {
        Npusim.Run([.. Quick, "--out", "alone"]).Succeeded();
        string script = Npusim.Run([.. Quick, "--out", "shared", "--emit", "slurm", "--tasks", "2"]).Succeeded().Output;
        Assert.That(script, Does.Contain("npusim study leakage --out").And.Contain("--array=0-1"));
        Process[] tasks = [.. Enumerable.Range(0, 2).Select(i => Npusim.Start("study", "leakage", "--out", "shared", "--task",
            $"{i}/2"))];
        foreach (Process task in tasks)
            Npusim.End(task).Succeeded();
        Npusim.Run("study", "leakage", "--out", "shared", "--wait").Succeeded();
        foreach (string file in Files.Where(f => f is not ("report.html" or "leakage.md"))) // these name the command
            Assert.That(File.ReadAllBytes(In("shared", file)), Is.EqualTo(File.ReadAllBytes(In("alone", file))), file);
    }

    [TestCase("--attack", "guess", "--attack guess: accepted is one of dlg, idlg, angle, fit, closed-form")]
    [TestCase("--message", "weights", "message 'weights': accepted is gradient, fedavg:STEPS")]
    [TestCase("--defence", "top-k", "defence 'top-k': accepted is none, gaussian:VARIANCE, laplace:VARIANCE")]
    [TestCase("--batch", "17", "batches: found 17; accepted are numbers from 1 to 16")]
    [TestCase("--samples", "500",
        "samples: 500 messages of up to 1 images; workload glyphs-sigmoid has 500, accepted are fewer in all")]
    [TestCase("--workload", "glyphs-cnn",
        "nothing of the study runs: idlg on gradient: relu 'relu1' has no second derivative; accepted are networks without")]
    public void What_makes_no_study_is_refused_in_one_line(string option, string value, string message)
    {
        Outcome refused = Npusim.Run("study", "leakage", "--attack", "idlg", option, value);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.ItemAt(0).Contains(message));
    }
}
