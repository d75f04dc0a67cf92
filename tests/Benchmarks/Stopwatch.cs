using System.Runtime.InteropServices;

namespace NpuSim.Benchmarks;

/// <summary>
/// Best of several runs. One thread is timed by its processor time, which a busy machine does not stretch much; several by the
/// wall clock.
/// </summary>
internal static partial class Stopwatch
{
    private const int Runs = 15;
    private const int ThreadProcessorTime = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    /// <summary>Most units per second.</summary>
    public static double BestRate(double units, Func<int> work, bool oneThread = true) => units / BestSeconds(() =>
        _ = work(), oneThread);

    /// <summary>Least seconds.</summary>
    public static double BestSeconds(Action work, bool oneThread = true, int runs = Runs)
    {
        work();
        double best = double.MaxValue;
        for (int i = 0; i < runs; i++)
        {
            double begin = Now(oneThread);
            work();
            best = Math.Min(best, Now(oneThread) - begin);
        }

        return best;
    }

    /// <summary>Least seconds of processor time of all threads, over runs of several calls: the system counts in
    /// milliseconds.</summary>
    public static double BestProcessSeconds(Action work, int runs = Runs, int calls = 20)
    {
        double best = double.MaxValue;
        for (int run = 0; run < runs; run++)
        {
            double begin = Environment.CpuUsage.TotalTime.TotalSeconds;
            for (int call = 0; call < calls; call++)
                work();
            best = Math.Min(best, (Environment.CpuUsage.TotalTime.TotalSeconds - begin) / calls);
        }

        return best;
    }

    /// <summary>Bytes that one run allocates on this thread.</summary>
    public static long Allocated(Action work)
    {
        work();
        long begin = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - begin;
    }

    /// <summary>Seconds of this thread's processor time, or of the clock.</summary>
    public static double Now(bool processor)
    {
        if (processor && OperatingSystem.IsLinux() && ReadClock(ThreadProcessorTime, out TimeSpec time) == 0)
            return time.Seconds + (time.Nanoseconds * 1e-9);
        return System.Diagnostics.Stopwatch.GetTimestamp() / (double)System.Diagnostics.Stopwatch.Frequency;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }
}
