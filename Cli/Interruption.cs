using System.Runtime.InteropServices;

namespace NpuSim.Cli;

/// <summary>Ctrl-C and the termination signal: the first asks for an early end, the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt, terminate;

    /// <summary>Starts to listen.</summary>
    public Interruption()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        source.Dispose();
    }

    private void Ask(PosixSignalContext signal)
    {
        signal.Cancel = !source.IsCancellationRequested; // what is finished is still written
        source.Cancel();
    }
}
