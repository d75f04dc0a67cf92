using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Tests.Terminal;

public sealed class StudyProgressTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-5)]
    public void More_steps_than_were_expected_end_nothing(int expected)
    {
        using StudyProgress progress = new(quiet: true);
        progress.Begin(expected);
        Assert.DoesNotThrow(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                progress.Step();
                Thread.Sleep(i % 25 == 0 ? 210 : 0); // shown five times a second
            }
        });
    }
}
