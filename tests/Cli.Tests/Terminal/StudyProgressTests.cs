using NpuSim.Cli.Terminal;

namespace NpuSim.Cli.Tests.Terminal;

public sealed class StudyProgressTests
{
    [TestCase(10, 100, 2.9, "")]
    [TestCase(0, 100, 60, "")]
    [TestCase(100, 100, 60, "")]
    [TestCase(10, 100, 4, ", about 36 s left at this pace")]
    [TestCase(10, 100, 100, ", about 15 min left at this pace")]
    [TestCase(1, 1001, 18, ", about 5 h left at this pace")]
    public void What_is_left_is_said_at_the_pace_so_far_once_it_is_known(long done, long all, double seconds, string text) =>
        Assert.That(StudyProgress.Left(done, all, seconds), Is.EqualTo(text));

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
