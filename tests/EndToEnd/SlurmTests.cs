using System.Runtime.Versioning;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

[Platform(Include = "Linux")]
[UnsupportedOSPlatform("windows")]
public sealed class SlurmTests : CommandTests
{
    [Test]
    public void An_array_of_tasks_ends_with_the_bytes_of_one_process_though_one_is_cancelled_and_the_node_goes_away()
    {
        SlurmCluster.Require();
        string[] study = ["-n", "ds-cnn", "glyphs-cnn", "-m", "bp:8w8a", "qzo-ff:8w8a", "-s", "lp", "--vary",
            "numerics.accumulator.bits=18..30+2", "engine.rows=1..40", "--drop-pairs", "--seeds", "1", "--steps", "3"];
        Npusim.Run(["study", "sweep", .. study, "-o", "one"]).Succeeded();

        PutProgramOnPath();
        using SlurmCluster slurm = new(Npusim);
        string script = Write("study.sh", Npusim.Run(["study", "sweep", .. study, "-o", "many", "--emit", "slurm", "--tasks",
            "4"]).Succeeded().Output);
        string job = slurm.Client("sbatch", "--parsable", script);
        SlurmCluster.Until(() => slurm.States.Any(s => s.EndsWith("RUNNING", StringComparison.Ordinal))
            && Directory.Exists(In("many", "claims")), "tasks work");
        slurm.Client("scancel", $"{job}_0");
        slurm.KillNode();
        Assert.That(slurm.States.Count(s => s.Split(' ')[1] is "RUNNING" or "PENDING"), Is.InRange(1, 3), "there was work to do");
        slurm.StartNode();
        SlurmCluster.Until(() => slurm.States.All(s => s.Split(' ')[1] is "COMPLETED" or "CANCELLED"), "all tasks ended");
        Assert.That(slurm.States.Order(StringComparer.Ordinal),
            Is.EqualTo(new[] { "0 CANCELLED", "1 COMPLETED", "2 COMPLETED", "3 COMPLETED" }));

        Assert.That(Npusim.Run("study", "sweep", "-o", "many", "--status").Succeeded().Output, Does.Contain(", 0 to price"));
        Npusim.Run("study", "sweep", "-o", "many", "--collect").Succeeded();
        foreach (string file in SweepCommandTests.Files)
            Assert.That(File.ReadAllBytes(In("many", file)), Is.EqualTo(File.ReadAllBytes(In("one", file))), file);
    }
}
