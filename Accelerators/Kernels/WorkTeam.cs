namespace NpuSim.Accelerators.Kernels;

/// <summary>Independent pieces of work.</summary>
internal interface IWork
{
    /// <summary>Does piece <paramref name="item"/>; pieces write to disjoint places.</summary>
    void Run(int item);
}

/// <summary>
/// The threads that kernels share. One caller at a time gets the team; a caller that finds it taken works alone, so nested and
/// concurrent use is safe. Handing out work allocates nothing.
/// </summary>
public static class WorkTeam
{
    private const int Closed = -(1 << 28);

    private static readonly ManualResetEventSlim Begin = new(false);
    private static int limit = Environment.ProcessorCount;
    private static Thread[] members = [];
    private static IWork? work;
    private static int items, next, finished, epoch, seats = Closed, taken;
    private static Exception? failure;

    /// <summary>Threads used at most, the caller's included. Results do not depend on it.</summary>
    public static int Threads
    {
        get => limit;
        set => limit = Math.Max(1, value);
    }

    internal static void Run(IWork pieces, int count)
    {
        if (count <= 1 || limit == 1 || Interlocked.Exchange(ref taken, 1) != 0)
        {
            for (int item = 0; item < count; item++)
                pieces.Run(item);
            return;
        }

        try
        {
            Lead(pieces, count);
        }
        finally
        {
            Volatile.Write(ref taken, 0);
        }
    }

    private static void Lead(IWork pieces, int count)
    {
        int wanted = Math.Min(limit, count) - 1;
        if (members.Length < wanted)
            Hire(wanted);
        (work, items, next, failure, finished) = (pieces, count, -1, null, 0);
        Volatile.Write(ref seats, wanted); // opens the round
        Interlocked.Increment(ref epoch);
        Begin.Set();
        TakeItems();
        // Closes the round: who has no seat by now gets none, so nobody waits for a thread that has not woken up.
        int joined = wanted - Math.Max(0, Interlocked.Exchange(ref seats, Closed));
        SpinWait spin = default;
        while (Volatile.Read(ref finished) != joined)
            spin.SpinOnce(-1);
        work = null;
        if (failure is { } cause)
            throw new InvalidOperationException("A kernel failed on another thread.", cause);
    }

    private static void Hire(int count)
    {
        Thread[] team = new Thread[count];
        members.CopyTo(team, 0);
        for (int i = members.Length; i < count; i++)
        {
            int seen = Volatile.Read(ref epoch);
            team[i] = new Thread(() => Serve(seen)) { IsBackground = true, Name = "kernel" };
            team[i].Start();
        }

        members = team;
    }

    private static void Serve(int seen)
    {
        while (true)
        {
            SpinWait spin = default;
            while (Volatile.Read(ref epoch) == seen)
            {
                if (spin.Count < 200)
                {
                    spin.SpinOnce(-1);
                    continue;
                }

                // Only who goes to sleep resets the event, and looks once more before it does.
                Begin.Reset();
                if (Volatile.Read(ref epoch) == seen)
                    Begin.Wait();
            }

            seen = Volatile.Read(ref epoch);
            if (Interlocked.Decrement(ref seats) < 0)
                continue;
            TakeItems();
            Interlocked.Increment(ref finished);
        }
    }

    private static void TakeItems()
    {
        try
        {
            for (int item; (item = Interlocked.Increment(ref next)) < items;)
                work!.Run(item);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failure = e;
        }
    }
}
