using System.Diagnostics;
using NpuSim.EndToEnd.Running;

namespace NpuSim.EndToEnd;

public sealed class StartUpTests : CommandTests
{
    [Test]
    public void Help_names_the_commands()
    {
        for (int i = 0; i < 3; i++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            Outcome help = Npusim.Run("--help").Succeeded();
            TestContext.Out.WriteLine($"npusim --help: {clock.ElapsedMilliseconds} ms");
            Assert.That(help.Output, Does.Contain("compare").And.Contain("profile").And.Contain(
                "workload").And.Contain("vectors"));
        }
    }

    [Test]
    public void A_full_disk_is_one_line_and_no_defect()
    {
        if (!File.Exists("/dev/full"))
            Assert.Ignore("needs /dev/full");
        Outcome run = Npusim.End(Npusim.Start("sh", ["-c", $"'{Npusim.DotNet}' '{Npusim.Assembly}' profile list > /dev/full"]));
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.StartWith("npusim: cannot read or write").And.EndWith("\n"));
        });
    }

    [TestCase("--help")]
    [TestCase("plan", "-p", "systolic-int8-16x16", "-s", "lp", "-m", "qzo-ff:8w8a")]
    public void Commands_that_use_no_device_do_not_load_OpenCL(params string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/strace"))
            Assert.Ignore("needs strace");
        string trace = In("trace");
        Outcome run = Npusim.End(Npusim.Start(
            "strace", ["-f", "-e", "trace=open,openat", "-o", trace, Npusim.DotNet, Npusim.Assembly, .. arguments])).Succeeded();
        Assert.That(run.Output, Is.Not.Empty);
        Assert.That(File.ReadAllText(trace), Does.Contain("npusim.dll").And.Not.Contain("Silk.NET").And.Not.Contain("libOpenCL"));
    }

    [Test]
    public void Version_is_one_line() =>
        Assert.That(Npusim.Run("--version").Succeeded().Output, Does.Match(@"^\d+\.\d+\.\d+[^\n]*\n$"));

    [Test]
    public void A_reader_that_closes_the_pipe_ends_nothing_with_an_error()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("needs a POSIX shell");
        Outcome run = Npusim.End(Npusim.Start("sh", ["-c", $"'{Npusim.DotNet}' '{Npusim.Assembly}' profile schema | head -n 1"]));
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Is.EqualTo("{\n"));
            Assert.That(run.Error, Is.Empty);
        });
    }
}
