using System.Diagnostics;
using System.Globalization;
using NpuSim.Cli;

namespace NpuSim.Fuzz.Running;

/// <summary>
/// Runs cases one after the other through the command's own entry point. Says on standard error which case begins ("@ INDEX") and
/// which is suspicious ("! INDEX WHY"); a supervisor looks closer.
/// </summary>
internal sealed class Worker(CaseMaker maker, string folder)
{

    /// <summary>Runs the cases first, first + stride, … below end.</summary>
    public async Task RunAsync(long first, long stride, long end)
    {
        using StreamWriter report = new(Console.OpenStandardError()) { AutoFlush = true };
        for (long index = first; index < end; index += stride)
        {
            report.WriteLine($"@ {index}");
            if (await WhyAsync(maker.Make(index)) is { } why)
                report.WriteLine($"! {index} {why.ReplaceLineEndings(" ")}");
        }
    }

    private async Task<string?> WhyAsync(FuzzCase fuzz)
    {
        string place = Path.Combine(folder, "case");
        Environment.CurrentDirectory = folder;
        if (Directory.Exists(place))
            Directory.Delete(place, recursive: true);
        fuzz.WriteTo(place);
        Environment.CurrentDirectory = place;
        using StringWriter output = new(CultureInfo.InvariantCulture), error = new(CultureInfo.InvariantCulture);
        Console.SetOut(TextWriter.Synchronized(output));
        Console.SetError(TextWriter.Synchronized(error));
        using CancellationTokenSource patience = new(Limits.Patience / 2);
        Limits.ResetPeak();
        using Process own = Process.GetCurrentProcess();
        TimeSpan before = own.TotalProcessorTime;
        Stopwatch clock = Stopwatch.StartNew();
        int code = await CommandLine.RunAsync(fuzz.Arguments, patience.Token);
        TimeSpan time = Limits.Of(own, clock.Elapsed, before) ?? clock.Elapsed;
        long bytes = Limits.PeakBytes("self");
        if (bytes > Limits.Bytes / 2)
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string said = error.ToString(), shown = output + said;
        return Limits.Fault(code, time, bytes) is { } fault ? $"{fault}: {said.Split('\n')[0]}"
            : shown.Any(c => c is not ('\n' or '\t') && !char.IsSurrogate(c) && VisibleText.IsHidden(c))
                ? "hidden characters in the output"
            : code == 2 && said.Length == 0 ? "exit code 2 without a word"
            : null;
    }
}
