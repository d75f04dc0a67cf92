using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>npusim run: one training run, its checkpoints, and the search for step sizes.</summary>
public sealed class RunCommandTests : CommandTests
{
    private static readonly string[] Task = ["run", "-w", "task.yaml", "-p", "systolic-int8-16x16", "-s", "lp"];

    [SetUp]
    public void WriteTask() => Write("task.yaml", SmallWorkload.Yaml);

    private Outcome Run(params string[] options) => Npusim.Run([.. Task, .. options]);

    [Test]
    public void A_run_prints_its_curve_accuracy_and_cost_and_the_same_bytes_twice()
    {
        Outcome first = Run("-m", "qzo-ff:16w8a+m2+momentum0.9", "--checkpoint", "a");
        Assert.Multiple(() =>
        {
            Assert.That(first.ExitCode, Is.Zero, first.Error);
            Assert.That(first.Output, Does.Contain("qzo-ff:16w8a+m2+momentum0.9 lp, seed 1"));
            Assert.That(first.Output, Does.Contain("4 steps of 10 samples"));
            Assert.That(first.Output, Does.Match(@"accuracy  \d+\.\d % before, \d+\.\d % after"));
            Assert.That(first.Output, Does.Contain("cycles"));
            Assert.That(first.Output, Does.Contain("ε_q = 0 for 0 of 2 tensors"));
            Assert.That(Run("-m", "qzo-ff:16w8a+m2+momentum0.9", "--checkpoint", "a", "--overwrite").Output,
                Is.EqualTo(first.Output));
            Outcome refused = Run("-m", "qzo-ff:16w8a+m2+momentum0.9", "--checkpoint", "a");
            Assert.That(refused.ExitCode, Is.EqualTo(2));
            Assert.That(refused.Error, Is.EqualTo(
                "npusim: a: exists already; choose another name, or --overwrite replaces it.\n"));
        });
    }

    [Test]
    public void A_finished_run_resumes_to_the_same_file_and_another_run_is_refused_its_checkpoint()
    {
        string[] method = ["-m", "qzo-ff:16w8a", "--checkpoint", "state"];
        Assert.That(Run([.. method, "--checkpoint-every", "1"]).ExitCode, Is.Zero);
        byte[] kept = File.ReadAllBytes(In("state"));
        Outcome again = Run([.. method, "--resume"]), other = Run([.. method, "--resume", "--seed", "2"]),
            missing = Run("-m", "ff:fp32", "--checkpoint", "none", "--resume");
        Assert.Multiple(() =>
        {
            Assert.That(again.ExitCode, Is.Zero, again.Error);
            Assert.That(again.Output, Does.Contain("resumed after step 4"));
            Assert.That(File.ReadAllBytes(In("state")), Is.EqualTo(kept));
            Assert.That(other.ExitCode, Is.EqualTo(2));
            Assert.That(other.Error, Does.Contain("is of another run: 'seed: 1' there, 'seed: 2' here"));
            Assert.That(missing.ExitCode, Is.EqualTo(2));
            Assert.That(missing.Error, Does.Contain("none"));
        });
    }

    [Test]
    public void A_search_names_what_rounds_to_nothing_and_prints_lines_for_the_workload_file()
    {
        Outcome found = Run("-m", "qzo-ff:8w8a", "--tune", "--steps", "2");
        Assert.Multiple(() =>
        {
            Assert.That(found.ExitCode, Is.Zero, found.Error);
            Assert.That(found.Output, Does.Contain("ε_q = round(ε / Δw) = 0 for 1 of 2 tensors"));
            Assert.That(found.Output, Does.Contain("methods:\n  qzo-ff:"));
            Assert.That(found.Output, Does.Match(@"for one run: --rate [0-9.]+ --epsilon [0-9.]+"));
        });
    }

    [Test]
    public void Sizes_found_for_a_switch_are_an_entry_that_the_workload_file_takes()
    {
        Outcome found = Run("-m", "ff:fp32+kernel-norm+m1", "--tune", "--steps", "1");
        string lines = found.Output.Split("for the workload file:\nmethods:\n")[^1].Split("\nfor one run")[0];
        Write("task.yaml", SmallWorkload.Yaml.Replace("seeds:", lines + "\nseeds:"));
        Outcome with = Run("-m", "ff:fp32+m1+kernel-norm"), without = Run("-m", "ff:fp32+kernel-norm");
        string rate = lines.Split("lp: ")[1].Split(' ')[0];
        Write("task.yaml", SmallWorkload.Yaml.Replace("seeds:", lines.Replace("norm", "nrom") + "\nseeds:"));
        Outcome wrong = Run("-m", "ff:fp32");
        Assert.Multiple(() =>
        {
            Assert.That(lines, Does.StartWith(
                "  tuned: # beside other entries\n    - method: ff:fp32+m1+kernel-norm\n      learning-rate: { lp: "));
            Assert.That(with.Output, Does.Contain($"η {rate} "), with.Error);
            Assert.That(without.Output, Does.Contain("η 0.003 "), without.Error);
            Assert.That(wrong.ExitCode, Is.EqualTo(2));
            Assert.That(wrong.Error, Does.Match(@"task.yaml:\d+:\d+: methods.tuned\[0\].method: method 'ff:fp32\+m1\+kernel-nrom': there is no switch 'kernel-nrom' \(did you mean 'kernel-norm'\?\)"));
            Assert.That(wrong.Error.TrimEnd(), Does.Not.Contain('\n'));
        });
    }

    [TestCase("-m ff:fp32 --resume", "--resume needs --checkpoint FILE")]
    [TestCase("-m ff:fp32 --checkpoint-every 5", "--checkpoint-every needs --checkpoint FILE")]
    [TestCase("-m ff:fp32 --rate 0", "--rate 0: accepted is a number above 0")]
    [TestCase("-m ff:fp32 --tune --checkpoint a", "--tune and --checkpoint are given both")]
    [TestCase("-m ff:16w8a", "ff runs in fp32, fp16")]
    [TestCase("-m qzo-ff:16w8a+adam", "qzo-ff in 16w8a has no switch adam")]
    [TestCase("-m qzo-ff:16w8a+sparse90+sparse-random50", "switches sparse and sparse-random exclude each other")]
    [TestCase("-p systolic-int8-16x16-acc20-os -m qzo-ff:16w8a", "does not run on systolic-int8-16x16-acc20-os")]
    public void A_wrong_command_line_is_one_clear_line(string options, string fault)
    {
        string[] words = options.Split(' ');
        Outcome run = words[0] == "-p" ? Npusim.Run(["run", "-w", "task.yaml", "-s", "lp", .. words]) : Run(words);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain(fault));
            Assert.That(run.Error.TrimEnd(), Does.Not.Contain('\n'));
            Assert.That(run.Output, Is.Empty);
        });
    }
}
