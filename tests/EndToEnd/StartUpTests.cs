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
            Assert.That(help.Output, Does.Contain("compare").And.Contain("profile").And.Contain("workload").And.Contain("vectors"));
        }
    }

    [Test]
    public void Version_is_one_line() => Assert.That(Npusim.Run("--version").Succeeded().Output, Does.Match(@"^\d+\.\d+\.\d+[^\n]*\n$"));

    [Test]
    public void A_reader_that_closes_the_pipe_ends_nothing_with_an_error()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("needs a POSIX shell");
        string line = $"'{Npusim.DotNet}' '{Npusim.Assembly}' profile schema | head -n 1; '{Npusim.DotNet}' '{Npusim.Assembly}' profile list >&-";
        Outcome run = Npusim.End(Npusim.Start("sh", ["-c", line]));
        Assert.Multiple(() =>
        {
            Assert.That(run.Output, Is.EqualTo("{\n"));
            Assert.That(run.Error, Is.Empty);
        });
    }
}
