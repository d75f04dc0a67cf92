using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

/// <summary>Same seed, same bytes: pre-training, calibration, training and costs.</summary>
[TestFixture(SmallWorkload.Yaml, TestName = "cnn")]
[TestFixture(SmallWorkload.TransformerYaml, TestName = "vit")]
public sealed class SameBytesTests(string workload) : CommandTests
{
    private static readonly string[] Study =
    [
        "-p", "systolic-int8-16x16", "systolic-int8-16x16-acc20", "dsp-40bit-saturating", "cortex-m4",
        "-m", "bp:fp32", "bp:fp16", "ff:fp32", "qzo-ff:16w8a", "qzo-ff:8w8a", "-s", "ft", "lp", "--steps", "2",
    ];

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

    [TestCase("1")]
    [TestCase("2")]
    public void The_number_of_threads_changes_no_byte(string threads) => Same(Run("--threads", threads));

    [TestCase("EnableAVX512", "0", "AVX2")]
    [TestCase("EnableAVX2", "0", "portable")]
    [TestCase("EnableHWIntrinsic", "0", "portable")]
    public void The_instruction_set_changes_no_byte(string setting, string value, string expected)
    {
        string full = Results.Processor(reference!);
        if (setting == "EnableAVX512" && full != "AVX-512BW")
            Assert.Ignore("this machine has no AVX-512");
        Npusim.Variables[$"DOTNET_{setting}"] = value;
        byte[] results = Run();
        Assert.That(Results.Processor(results), Is.EqualTo(expected), "the setting takes effect");
        Same(results);
    }

    [TestCase("de_DE.UTF-8")]
    [TestCase("tr_TR.UTF-8")]
    [TestCase("C")]
    public void The_language_of_the_user_changes_no_byte(string language)
    {
        foreach (string name in new[] { "LANG", "LC_ALL", "LC_NUMERIC" })
            Npusim.Variables[name] = language;
        Npusim.Variables["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0";
        Same(Run());
    }

    // Weights are pre-trained in every run anew: that, too, must give the same bytes.
    private byte[] Run(params string[] more)
    {
        Npusim.Variables["NPUSIM_CACHE"] = In("cache");
        Write("task.yaml", workload);
        return Npusim.Run(["compare", "-w", "task.yaml", .. Study, "--json", .. more]).Succeeded().OutputBytes;
    }

    private void Same(byte[] results) => Assert.That(Results.WithoutHost(results), Is.EqualTo(Results.WithoutHost(reference!)));
}
