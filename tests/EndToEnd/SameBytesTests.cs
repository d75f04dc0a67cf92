using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>Same seed, same bytes: pre-training, calibration, training and costs.</summary>
[TestFixture(SmallWorkload.Yaml, TestName = "cnn")]
[TestFixture(SmallWorkload.TransformerYaml, TestName = "vit")]
public sealed class SameBytesTests(string workload) : CommandTests
{
    private static readonly string[] Study =
    [
        "-p", "systolic-int8-16x16-acc20", "dsp-40bit-saturating", "-m", "bp:fp32", "bp:fp16", "ff:fp32", "qzo-ff:16w8a",
            "qzo-ff:8w8a",
        "-s", "ft", "lp", "--steps", "2", "--seeds", "1",
    ];

    // Without any vector instruction a run takes a hundred times as long.
    private static readonly string[] ShortStudy =
        ["-p", "systolic-int8-16x16-acc20", "-m", "bp:fp32", "qzo-ff:16w8a", "-s", "ft", "--steps", "1", "--seeds", "1"];

    private byte[]? reference;

    [OneTimeSetUp]
    public void RunOnce()
    {
        MakeFolder();
        reference = Run();
        RemoveFolder();
    }

    [Test]
    public void A_second_run_gives_the_same_bytes() => Same(Run());

    [Test]
    public void The_number_of_threads_changes_no_byte() => Assert.That(
        Results.WithoutHost(Run("--threads", "1")), Is.EqualTo(Results.WithoutHost(Run("--threads", "3", "--out", "again"))));

    [TestCase("EnableAVX512", "AVX2")]
    [TestCase("EnableAVX2", "portable")]
    public void The_instruction_set_changes_no_byte(string setting, string expected)
    {
        if (setting == "EnableAVX512" && Results.Processor(reference!) != "AVX-512BW")
            Assert.Ignore("this machine has no AVX-512");
        Npusim.Variables[$"DOTNET_{setting}"] = "0";
        byte[] results = Run();
        Assert.That(Results.Processor(results), Is.EqualTo(expected), "the setting takes effect");
        Same(results);
    }

    [Test]
    public void A_machine_without_vectors_gives_the_same_bytes()
    {
        string task = workload.Replace("steps: 20", "steps: 2", StringComparison.Ordinal).Replace("test-samples: 30",
            "test-samples: 10", StringComparison.Ordinal);
        byte[] vectors = RunTask(task, ShortStudy);
        Directory.Delete(In("cache"), recursive: true);
        Directory.Delete(In("npusim-out"), recursive: true);
        Npusim.Variables["DOTNET_EnableHWIntrinsic"] = "0";
        byte[] scalars = RunTask(task, ShortStudy);
        Assert.Multiple(() =>
        {
            Assert.That(Results.Processor(scalars), Is.EqualTo("portable"), "the setting takes effect");
            Assert.That(Results.WithoutHost(scalars), Is.EqualTo(Results.WithoutHost(vectors)));
        });
    }

    [Test]
    public void The_language_of_the_user_changes_no_byte()
    {
        foreach (string name in new[] { "LANG", "LC_ALL", "LC_NUMERIC" })
            Npusim.Variables[name] = "tr_TR.UTF-8"; // a comma in decimals, and two kinds of i
        Npusim.Variables["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0";
        Same(Run());
    }

    // Weights are pre-trained in every run anew: that, too, must give the same bytes.
    private byte[] Run(params string[] more) => RunTask(workload, [.. Study, .. more]);

    private byte[] RunTask(string task, string[] study)
    {
        Npusim.Variables["NPUSIM_CACHE"] = In("cache");
        Write("task.yaml", task);
        return Npusim.Run(["compare", "-w", "task.yaml", "--json", .. study]).Succeeded().OutputBytes;
    }

    private void Same(byte[] results) => Assert.That(Results.WithoutHost(results), Is.EqualTo(Results.WithoutHost(reference!)));
}
