using System.Diagnostics;

namespace NpuSim.Fuzz.Running;

/// <summary>Runs one case as its users would: in a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>What is wrong with the run, or null; and the start of what it said.</summary>
    public static async Task<(string? Fault, string Said)> RunAsync(FuzzCase fuzz, string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        fuzz.WriteTo(folder);
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "npusim.dll"), .. fuzz.Arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        Stopwatch clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        long bytes = 0;
        TimeSpan time = TimeSpan.Zero;
        while (!process.HasExited && time <= Limits.Time && clock.Elapsed < Limits.Patience && bytes <= 2 * Limits.Bytes)
        {
            bytes = Math.Max(bytes, Limits.PeakBytes($"{process.Id}"));
            time = Limits.Of(process, clock.Elapsed, TimeSpan.Zero) ?? time;
            await Task.Delay(10);
        }

        if (clock.Elapsed >= Limits.Patience)
            time = clock.Elapsed;
        bool ended = process.HasExited;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        string said = (await error) + (await output);
        string? fault = Limits.Fault(ended ? process.ExitCode : 0, time, bytes);
        return (fault, said.Length > 2000 ? said[..2000] : said);
    }
}
