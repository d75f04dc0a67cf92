using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>npusim init: files to start from, which run as they are.</summary>
public sealed class InitCommandTests : CommandTests
{
    [Test]
    public void What_it_writes_is_valid_and_can_be_planned_and_trained_at_once()
    {
        Outcome run = Npusim.Run("init", "--like", "ethos-u55-256").Succeeded();
        Assert.That(run.Output, Is.EqualTo("""
            written: my-npu.yaml, my-npu-task.yaml
            next: npusim plan --profile my-npu.yaml --workload my-npu-task.yaml
                  npusim compare --profile my-npu.yaml --workload my-npu-task.yaml --out my-npu-study

            """));
        Assert.Multiple(() =>
        {
            Assert.That(Npusim.Run("profile", "validate", "my-npu.yaml").Succeeded().Output, Does.Contain("my-npu is valid"));
            Assert.That(Npusim.Run("workload", "validate", "my-npu-task.yaml").Succeeded().Output,
                Does.Contain("my-npu-task is valid"));
            Assert.That(File.ReadAllText(In("my-npu.yaml")), Does.Contain(
                "# Clock of engine and vector unit. Accepted: a frequency such as 800 MHz, above 0 Hz.\nclock: 500 MHz\n"));
        });
        foreach (string command in run.Output.Split('\n').Skip(1).Where(l => l.Length > 0))
        {
            string[] words = [.. command.Replace("next: ", "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)];
            string[] few = words[0] == "compare"
                ? ["--steps", "2", "--seeds", "1", "--method", "qzo-ff:8w8a", "--scheme", "lp"] : [];
            Npusim.Run([.. words, .. few]).Succeeded();
        }
    }

    [Test]
    public void Nothing_that_is_there_is_replaced_unless_asked_and_nothing_is_half_written()
    {
        Write("my-npu-task.yaml", "mine");
        Outcome refused = Npusim.Run("init");
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(2));
            Assert.That(refused.Error, Does.Contain("my-npu-task.yaml: exists already").And.Contain("--overwrite"));
            Assert.That(File.Exists(In("my-npu.yaml")), Is.False);
            Assert.That(File.ReadAllText(In("my-npu-task.yaml")), Is.EqualTo("mine"));
        });
        Npusim.Run("init", "--overwrite").Succeeded();
        Assert.That(File.ReadAllText(In("my-npu-task.yaml")), Does.StartWith("# A training task of your own.\n"));
    }

    [TestCase("resnet8", "images: cifar10", "--data DIR")]
    [TestCase("resnet18", "resize: \"224x224\"", "--data DIR")]
    [TestCase("glyphs-vit", "model: vit-small", "")]
    public void Networks_of_the_catalog_and_shipped_workloads_become_tasks(string network, string written, string data)
    {
        string output = Npusim.Run("init", "--network", network, "--name", "chip", "--out", "made").Succeeded().Output;
        Assert.That(output, Does.Contain("written: made/chip.yaml, made/chip-task.yaml").And.Contain(data));
        Assert.That(File.ReadAllText(In("made", "chip-task.yaml")), Does.Contain(written));
        Npusim.Run("plan", "--profile", "made/chip.yaml", "--workload", "made/chip-task.yaml", "--inference", "--json")
            .Succeeded();
    }

    [TestCase("--like", "ethos", "there is no profile 'ethos'")]
    [TestCase("--network", "resnet", "there is no network 'resnet'", "did you mean 'resnet8'?")]
    [TestCase("--network", "autoencoder", "takes samples of 1×1×640")]
    [TestCase("--network", "none.onnx", "none.onnx")]
    [TestCase("--network", "glyphs-cnn --images mnist", "images of its own")]
    [TestCase("--network", "resnet8 --output x", "--input and --output choose parts of a network file")]
    [TestCase("--images", "glyph --network cnn", "did you mean 'glyphs'?")]
    [TestCase("--name", "a/b", "accepted are letters")]
    public void What_cannot_be_started_from_is_refused_by_name(string option, string value, params string[] said)
    {
        Outcome run = Npusim.Run(["init", option, .. value.Split(' ')]);
        Assert.That(run.ExitCode, Is.EqualTo(2), run.Error);
        Assert.That(said, Has.All.Matches<string>(text => run.Error.Contains(text!, StringComparison.Ordinal)), run.Error);
        Assert.That(Directory.EnumerateFileSystemEntries(Folder), Is.Empty);
    }
}
