using Spectre.Console;

namespace NpuSim.Cli.Terminal;

/// <summary>A progress line on standard error while a study runs; silent where standard error is no terminal.</summary>
internal sealed class StudyProgress : IDisposable
{
    private readonly IAnsiConsole? console;
    private readonly Lock gate = new();
    private readonly System.Diagnostics.Stopwatch clock = System.Diagnostics.Stopwatch.StartNew();
    private long total, done, shown;

    /// <summary>Prepares the line.</summary>
    /// <param name="quiet">True: show nothing.</param>
    public StudyProgress(bool quiet)
    {
        if (!quiet && !Console.IsErrorRedirected)
            console = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Out =
                new AnsiConsoleOutput(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true })
            });
    }

    /// <summary>What is done, and what is counted.</summary>
    public (string Doing, string Counted) Words { get; init; } = ("training", "steps");

    /// <summary>Says how pre-training goes.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="steps">Steps in all.</param>
    /// <param name="loss">Loss of the last step.</param>
    public void Pretraining(int step, int steps, double loss)
    {
        if (step % 50 == 0 || step == steps)
            Show($"pre-training {step}/{steps}, loss {loss:F3}");
    }

    /// <summary>Says how many points of a study are done; any thread may call.</summary>
    public void Points(long points, long all)
    {
        total = all;
        Show($"pricing {Bar(points)} {100.0 * points / all:F0} % of {all} points");
    }

    /// <summary>Starts counting training steps.</summary>
    public void Begin(long steps)
    {
        total = steps;
        clock.Restart();
    }

    /// <summary>
    /// How long what is left takes at the pace so far, as ", about 40 s left at this pace"; empty while the pace is not known:
    /// steps of different methods take differently long.
    /// </summary>
    /// <param name="done">Steps done.</param>
    /// <param name="all">Steps in all.</param>
    /// <param name="seconds">What they took.</param>
    internal static string Left(long done, long all, double seconds)
    {
        const double Known = 3;
        if (seconds < Known || done < 1 || done >= all)
            return "";
        double left = seconds * (all - done) / done;
        string text = left < 90 ? $"{Math.Max(1, Math.Round(left)):F0} s"
            : left < 5400 ? $"{left / 60:F0} min" : $"{left / 3600:F0} h";
        return $", about {text} left at this pace";
    }

    /// <summary>Counts one training step; any thread may call.</summary>
    public void Step() => Steps(1);

    /// <summary>Counts several; any thread may call.</summary>
    public void Steps(int count)
    {
        long now = Interlocked.Add(ref done, count);
        long tenths = clock.ElapsedMilliseconds / 200;
        if (Interlocked.Exchange(ref shown, tenths) != tenths || now == total)
            Show($"{Words.Doing} {Bar(now)} {100.0 * now / total:F0} % of {total} {Words.Counted}"
                + Left(now, total, clock.Elapsed.TotalSeconds));
    }

    /// <summary>Clears the line.</summary>
    public void Dispose() => Show("");

    private string Bar(long now)
    {
        const int Width = 30;
        int filled = (int)Math.Clamp(Width * now / Math.Max(1, total), 0, Width); // a wrong total must not end a study
        return new string('━', filled) + new string('─', Width - filled);
    }

    private void Show(string text)
    {
        if (console is null)
            return;
        lock (gate)
            console.Write(new ControlCode($"\r\u001b[2K{text}"));
    }
}
