using System.Runtime.InteropServices;

namespace NpuSim.Cli.Terminal;

/// <summary>
/// Ctrl-C, the termination signal and the end of the terminal, for commands that keep what is finished: the first asks for an
/// early end, the second ends the process at once. Other commands do not listen: a signal ends them.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const int SignalBase = 128; // by convention of shells

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Starts to listen.</summary>
    public Interruption() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Ask(s, 2)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Ask(s, 15)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, s => Ask(s, 1)),
    ];

    /// <summary>Exit code of an interrupted command: 128 and the number of the signal that came first, 130 for Ctrl-C.</summary>
    public static int ExitCode { get; private set; } = SignalBase + 2;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Ask(PosixSignalContext signal, int number)
    {
        signal.Cancel = !source.IsCancellationRequested; // what is finished is still written
        if (!source.IsCancellationRequested)
            ExitCode = SignalBase + number;
        source.Cancel();
    }
}
