namespace NpuSim.Simulator.Studies;

/// <summary>The journal of a study cannot be read or written: no fault of the run that was to be kept.</summary>
internal sealed class JournalException : InputException
{
    /// <summary>States the fault in one line and keeps what caused it.</summary>
    public JournalException(string message, Exception cause) : base(message, cause) { }
}
