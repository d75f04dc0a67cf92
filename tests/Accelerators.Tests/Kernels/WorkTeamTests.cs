using NpuSim.Accelerators.Kernels;

namespace NpuSim.Accelerators.Tests.Kernels;

public sealed class WorkTeamTests
{
    [Test]
    [CancelAfter(30_000)]
    public void Every_piece_is_done_once_however_many_callers_compete()
    {
        Parallel.For(0, 8, caller =>
        {
            for (int round = 0; round < 500; round++)
            {
                Tally tally = new(1 + (round % 37));
                WorkTeam.Run(tally, tally.Counts.Length);
                Assert.That(tally.Counts, Is.All.EqualTo(1), $"caller {caller}, round {round}");
            }
        });
    }

    [Test]
    public void A_fault_on_any_thread_reaches_the_caller()
    {
        Assert.That(() => WorkTeam.Run(new Faulty(), 100), Throws.InvalidOperationException);
    }

    private sealed class Tally(int count) : IWork
    {
        public int[] Counts { get; } = new int[count];

        public void Run(int item) => Interlocked.Increment(ref Counts[item]);
    }

    private sealed class Faulty : IWork
    {
        public void Run(int item) => throw new InvalidOperationException($"piece {item}");
    }
}
