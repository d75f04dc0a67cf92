using System.Diagnostics;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class FederatedCommandTests : CommandTests
{
    private static readonly string[] Files = ["report.html", "federated.md", "federated.csv", "rounds.csv", "study.yaml",
        "federated-bytes-shards.svg", "federated-rounds-shards.svg"];

    private string[] Quick => ["study", "federated", "--workload", Write("small.yaml", SmallWorkload.Yaml), "--clients", "6",
        "--samples", "10", "--rounds", "6", "--batch", "5", "--protocol", "fedavg", "vote", "--method", "qzo-ff:16w8a", "bp:fp32",
        "--partition", "shards", "--compress", "none", "top-k:5", "--share", "0.7", "--drop-out", "0.1",
        "--evaluations", "2", "--target", "5"];

    [Test]
    public void The_files_do_not_depend_on_the_threads_and_say_what_does_not_run()
    {
        Npusim.Run([.. Quick, "--out", "one", "--threads", "1"]).Succeeded();
        Outcome run = Npusim.Run([.. Quick, "--out", "two", "--threads", "3"]).Succeeded();
        string[] rows = File.ReadAllLines(In("two", "federated.csv"));
        Assert.Multiple(() =>
        {
            Assert.That(rows, Has.Length.EqualTo(1 + (2 * 2 * 2)));
            Assert.That(rows.Single(r => r.StartsWith("vote,bp:fp32,shards,none", StringComparison.Ordinal)),
                Does.EndWith("\"vote takes a sign per direction; accepted are ff, qzo-ff and qzo-ff-steps\""));
            Assert.That(File.ReadAllLines(In("two", "rounds.csv")), Has.Length.EqualTo(1 + (5 * 6)));
            Assert.That(run.Output, Does.Contain("6 clients of 10 samples, 5 asked in each of 6 rounds"));
            Assert.That(File.ReadAllText(In("two", "federated.md")), Does.Contain("npusim study federated --workload"));
            foreach (string file in Files)
                Assert.That(File.ReadAllBytes(In("two", file)), Is.EqualTo(File.ReadAllBytes(In("one", file))), file);
        });
        Assert.That(Npusim.Run([.. Quick, "--out", "two"]).ExitCode, Is.EqualTo(2), "overwritten without being asked");
    }

    [Test]
    public void A_study_that_is_killed_goes_on_to_the_bytes_of_one_that_was_not()
    {
        string[] longer = [.. Quick.Select(a => a == "6" ? "60" : a)];
        Npusim.Run([.. longer, "--out", "whole"]).Succeeded();
        using (Process killed = Npusim.Start([.. longer, "--out", "killed"]))
        {
            SpinWait.SpinUntil(() => killed.HasExited || Directory.Exists(In("killed", "journal")), TimeSpan.FromMinutes(2));
            killed.Kill(entireProcessTree: true);
            killed.WaitForExit();
        }

        Npusim.Run([.. longer, "--out", "killed", "--resume"]).Succeeded();
        foreach (string file in Files)
            Assert.That(File.ReadAllBytes(In("killed", file)), Is.EqualTo(File.ReadAllBytes(In("whole", file))), file);
    }

    [Test]
    public void Tasks_that_share_a_folder_give_the_bytes_of_one_process()
    {
        Npusim.Run([.. Quick, "--out", "alone"]).Succeeded();
        string script = Npusim.Run([.. Quick, "--out", "shared", "--emit", "slurm", "--tasks", "2"]).Succeeded().Output;
        Assert.That(script, Does.Contain("npusim study federated --out").And.Contain("--array=0-1"));
        Process[] tasks = [.. Enumerable.Range(0, 2).Select(i => Npusim.Start("study", "federated", "--out", "shared", "--task",
            $"{i}/2"))];
        foreach (Process task in tasks)
            Npusim.End(task).Succeeded();
        Npusim.Run("study", "federated", "--out", "shared", "--wait").Succeeded();
        foreach (string file in Files.Where(f => f is not ("report.html" or "federated.md"))) // these name the command
            Assert.That(File.ReadAllBytes(In("shared", file)), Is.EqualTo(File.ReadAllBytes(In("alone", file))), file);
    }

    [TestCase("--protocol", "fedprox", "--protocol fedprox: accepted is one of fedavg, fedsgd, vote")]
    [TestCase("--batch", "21", "batch: found 21; a client has 20 samples, accepted are at most as many")]
    [TestCase("--compress", "gzip", "compression 'gzip': accepted is none, sign, 1-bit, 8-bit, top-k:PERCENT or dgc:PERCENT")]
    [TestCase("--drop-out", "2", "--drop-out 2: accepted is a number from 0 to 1")]
    [TestCase("--task", "4/4", "--task '4/4': accepted is I/N")]
    public void What_makes_no_federation_is_refused_in_one_line(string option, string value, string message)
    {
        Outcome refused = Npusim.Run("study", "federated", option, value);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.ItemAt(0).Contains(message));
    }
}
