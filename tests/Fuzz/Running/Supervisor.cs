using System.Diagnostics;
using System.Globalization;

namespace NpuSim.Fuzz.Running;

/// <summary>
/// Shares the cases among workers, starts one anew where it hangs or dies, and confirms what is suspicious in a process of its
/// own.
/// </summary>
/// <param name="maker">Makes the cases.</param>
/// <param name="options">Options by which a worker makes the same cases.</param>
/// <param name="work">A folder of its own.</param>
/// <param name="failures">Where what fails is kept.</param>
internal sealed class Supervisor(CaseMaker maker, IReadOnlyList<string> options, string work, string failures)
{
    private readonly Lock gate = new();
    private long begun;

    /// <summary>Failures that were confirmed.</summary>
    public int Confirmed { get; private set; }

    /// <summary>Suspicious cases that a process of their own did not confirm.</summary>
    public int Unconfirmed { get; private set; }

    /// <summary>Runs all cases below <paramref name="end"/>.</summary>
    public Task RunAsync(long start, long end, int workers) =>
        Task.WhenAll(Enumerable.Range(0, workers)
            .Select(w => WatchAsync(start + w, workers, end, Path.Combine(work, $"worker{w}"))));

    /// <summary>Runs a case in a process of its own; keeps it where it fails.</summary>
    public async Task JudgeAsync(FuzzCase fuzz, string label, string why, string place)
    {
        (string? fault, string said) = await OwnProcess.RunAsync(fuzz, place);
        lock (gate)
        {
            if (fault is null)
            {
                Unconfirmed++;
                Console.WriteLine($"not confirmed: {label} ({fuzz.Name}): {why}");
                return;
            }

            Confirmed++;
            string kept = Path.Combine(failures, label);
            fuzz.WriteTo(kept);
            File.WriteAllText(Path.Combine(kept, "command.txt"),
                $"npusim {string.Join(' ', fuzz.Arguments.Select(a => $"'{a}'"))}\n{fault}\n{said}");
            Console.WriteLine($"FAILED: {label} ({fuzz.Name}): {fault}; kept in {kept}");
        }
    }

    private async Task WatchAsync(long next, long stride, long end, string folder)
    {
        Directory.CreateDirectory(folder);
        while (next < end)
            next = await OneWorkerAsync(next, stride, end, folder);
    }

    // Runs a worker until it ends or must be ended; gives the case to go on with.
    private async Task<long> OneWorkerAsync(long first, long stride, long end, string folder)
    {
        string[] arguments = ["worker", folder, $"{first}", $"{stride}", $"{end}", work, .. options];
        ProcessStartInfo start = new("dotnet", [typeof(Supervisor).Assembly.Location, .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        start.Environment["NPUSIM_CACHE"] = Path.Combine(work, "cache");
        using Process process = Process.Start(start)!;
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        long current = first;
        List<(long Index, string Why)> suspicious = [];
        while (true)
        {
            Task<string?> line = process.StandardError.ReadLineAsync();
            if (await Task.WhenAny(line, Task.Delay(Limits.Patience)) != line)
            {
                process.Kill(entireProcessTree: true);
                suspicious.Add((current, $"no end after {Limits.Patience.TotalSeconds:F0} s"));
                break;
            }

            if (await line is not { } text)
            {
                await process.WaitForExitAsync();
                if (process.ExitCode == 0)
                    current = end;
                else
                    suspicious.Add((current, $"the process died with {process.ExitCode}"));
                break;
            }

            string[] words = text.Split(' ', 3);
            if (words.Length >= 2 && words[0] is "@"
                && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long index))
                Begin(current = index);
            else if (words.Length == 3 && words[0] is "!")
                await JudgeAsync(maker.Make(current), $"case-{current}", words[2], Path.Combine(folder, "own"));
        }

        foreach ((long index, string why) in suspicious)
            await JudgeAsync(maker.Make(index), $"case-{index}", why, Path.Combine(folder, "own"));
        return current == end ? end : current + stride;
    }

    private void Begin(long index)
    {
        if (Interlocked.Increment(ref begun) % 1000 == 0)
            Console.WriteLine($"{begun} cases, at {index}: {Confirmed} failed");
    }
}
