using NpuSim.EndToEnd.Running;
using NpuSim.Files;

namespace NpuSim.EndToEnd;

/// <summary>No command replaces a file unasked, and --overwrite is the word for it everywhere.</summary>
public sealed class OverwriteTests : CommandTests
{
    [TestCase("vectors make -p systolic-int8-16x16 --op conv2d -n 1 --out file")]
    [TestCase("pretrain task.yaml --out file")]
    [TestCase("check results -b results --junit file")]
    [TestCase("run -w task.yaml -p systolic-int8-16x16 -m bp:fp32 -s lp --steps 1 --checkpoint file")]
    [TestCase("plan --gemm 8x8x8 --trace file")]
    public void A_file_that_exists_stays_unless_overwriting_is_asked_for(string command)
    {
        Write("task.yaml", SmallWorkload.Yaml);
        Write("file", "mine");
        if (command.StartsWith("check", StringComparison.Ordinal))
            Npusim.Run("compare", "-w", "task.yaml", "-p", "systolic-int8-16x16", "-m", "bp:fp32", "-s", "lp", "--seeds", "1",
                "--out", "results").Succeeded();
        Outcome refused = Npusim.Run(command.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(2), refused.Output);
            Assert.That(refused.Error, Is.EqualTo(
                "npusim: file: exists already; choose another name, or --overwrite replaces it.\n"));
            Assert.That(File.ReadAllText(In("file")), Is.EqualTo("mine"));
            Npusim.Run([.. command.Split(' '), "--overwrite"]).Succeeded();
            Assert.That(File.ReadAllBytes(In("file")), Is.Not.EqualTo("mine"u8.ToArray()));
        });
    }

    [Platform("Linux")]
    [TestCase("vectors make -p systolic-int8-16x16 --op conv2d -n 1 --out")]
    [TestCase("pretrain glyphs-cnn --out")]
    [TestCase("check results -b results --junit")]
    [TestCase("run -w glyphs-cnn -p systolic-int8-16x16 -m bp:fp32 -s lp --steps 1 --checkpoint")]
    [TestCase("plan --gemm 8x8x8 --trace")]
    public void What_is_no_ordinary_file_is_never_replaced(string command)
    {
        foreach (string kind in SpecialFile.Kinds)
        {
            SpecialFile.Make(In(kind), kind);
            foreach (string how in (string[])["", " --overwrite"])
            {
                Outcome refused = Npusim.Run($"{command} {kind}{how}".Split(' '));
                Assert.Multiple(() =>
                {
                    Assert.That(refused.Error, Is.EqualTo(
                        $"npusim: {kind}: cannot be written: it is a {kind}; accepted is the name of an ordinary file.\n"));
                    Assert.That(refused.ExitCode, Is.EqualTo(2));
                });
            }
        }
    }

    [Platform("Linux")]
    [TestCase("plan -p it.yaml")]
    [TestCase("plan -w it.yaml")]
    [TestCase("plan --graph it.onnx")]
    [TestCase("plan --graph it.json")]
    [TestCase("report it.json --out page")]
    [TestCase("vectors check it.jsonl")]
    [TestCase("run -w glyphs-cnn -p systolic-int8-16x16 -m bp:fp32 -s lp --steps 1 --resume --checkpoint it.safetensors")]
    public void What_is_no_ordinary_file_is_never_waited_for(string command)
    {
        string name = command.Split(' ').Single(w => w.StartsWith("it.", StringComparison.Ordinal));
        foreach (string kind in SpecialFile.Kinds.Where(k => k != "folder"))
        {
            SpecialFile.Make(In(name), kind);
            Outcome refused = Npusim.Run(command.Split(' '));
            Assert.Multiple(() =>
            {
                Assert.That(refused.ExitCode, Is.EqualTo(2), refused.Output);
                Assert.That(refused.Error, Does.Match($"^npusim: {name}: cannot be (read|written): it is a {kind}; [^\n]*\n$"));
            });
            File.Delete(In(name));
        }
    }

    [Test]
    public void Overwriting_and_resuming_together_are_refused() => Assert.That(
        Npusim.Run("compare", "--overwrite", "--resume", "--out", "x").Error,
        Is.EqualTo("npusim: --overwrite and --resume are given both; accepted is one of them.\n"));

    [Test]
    public void A_diverged_run_is_a_result_and_a_row_beside_the_others()
    {
        Write("task.yaml", SmallWorkload.Yaml.Replace("ff: { learning-rate: { ft: 1e-3", "ff: { learning-rate: { ft: 9",
            StringComparison.Ordinal)
            .Replace("steps: 4", "steps: 40", StringComparison.Ordinal));
        Outcome one = Npusim.Run("run", "-w", "task.yaml", "-p", "systolic-int8-16x16", "-m", "ff:fp16").Succeeded();
        Outcome study = Npusim.Run("compare", "-w", "task.yaml", "-p", "systolic-int8-16x16", "-m", "bp:fp32", "ff:fp16", "-s",
            "ft", "--out", "results").Succeeded();
        Assert.Multiple(() =>
        {
            Assert.That(one.Output, Does.Match("accuracy  .* % before; diverged at step [0-9]+: "));
            Assert.That(study.Output, Does.Match("ff fp16 ft.* diverged at step"));
            Assert.That(study.Output, Does.Match("bp fp32 ft .* ± "));
            foreach (string file in (string[])["results.json", "results.csv", "report.md", "report.html"])
                Assert.That(File.ReadAllText(In("results", file)), Does.Contain("diverged"), file);
        });
    }

    [Test]
    public void A_search_of_step_sizes_and_a_search_of_layers_go_on_with_their_journal()
    {
        Write("task.yaml", SmallWorkload.Yaml);
        foreach (string[] command in (string[][])
        [
            ["run", "-w", "task.yaml", "-p", "systolic-int8-16x16", "-m", "ff:fp32", "-s", "lp", "--tune", "--steps", "2"],
            ["study", "sparse-backprop", "-w", "task.yaml", "--steps", "1", "--generations", "1"],
        ])
        {
            string kept = command[0];
            Outcome plain = Npusim.Run(command).Succeeded(), first = Npusim.Run([.. command, "--journal", kept]).Succeeded();
            string[] records = File.ReadAllLines(In(kept, "journal", "runs.jsonl"));
            File.WriteAllLines(In(kept, "journal", "runs.jsonl"), records[..(records.Length / 2)]);
            Outcome again = Npusim.Run([.. command, "--journal", kept, "--resume"]).Succeeded();
            Assert.That((first.Output, again.Output), Is.EqualTo((plain.Output, plain.Output)));
            Assert.That(File.ReadAllLines(In(kept, "journal", "runs.jsonl")).Order(), Is.EqualTo(records.Order()));
        }
    }
}
