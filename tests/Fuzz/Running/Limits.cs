using System.ComponentModel;
using System.Diagnostics;
using NpuSim.Files;

namespace NpuSim.Fuzz.Running;

/// <summary>What a run may do.</summary>
internal static class Limits
{
    /// <summary>The longest run, by the clock or, where the machine is busy with other things, in time of its
    /// processors.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    /// <summary>By the clock, whatever else the machine does: what takes so long hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Resident memory: the budget of an input and 512 MiB.</summary>
    public const long Bytes = InputBudget.DefaultBytes + (512L << 20);

    /// <summary>What is wrong with a run, or null.</summary>
    public static string? Fault(int code, TimeSpan time, long bytes) =>
        code is not (0 or 1 or 2 or 130) ? $"exit code {code}"
        : time > Time ? $"{time.TotalSeconds:F1} s"
        : bytes > Bytes ? $"{bytes >> 20} MiB resident"
        : null;

    /// <summary>The time that a run has taken so far; null where its process has ended.</summary>
    /// <param name="process">Where it runs.</param>
    /// <param name="clock">By the clock.</param>
    /// <param name="before">What the process took of its processors before the run.</param>
    public static TimeSpan? Of(Process process, TimeSpan clock, TimeSpan before)
    {
        try
        {
            process.Refresh();
            TimeSpan own = process.TotalProcessorTime - before;
            return own < clock ? own : clock;
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The most memory that a process had resident, from /proc; 0 where there is none.</summary>
    public static long PeakBytes(string process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) << 10;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Starts to count anew.</summary>
    public static void ResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
        }
    }
}
