namespace NpuSim;

/// <summary>
/// What the user gave cannot be used. The message is one line for a person: what is wrong, where, and what is accepted.
/// Only the command line catches it (exit code 2).
/// </summary>
public class InputException : Exception
{
    /// <summary>States the fault in one line.</summary>
    public InputException(string message) : base(message) { }

    /// <summary>States the fault in one line and keeps what caused it.</summary>
    public InputException(string message, Exception cause) : base(message, cause) { }
}
