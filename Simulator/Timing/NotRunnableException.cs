namespace NpuSim.Simulator.Timing;

/// <summary>
/// A plan cannot run on an accelerator: a format its engine does not multiply, float operations without a host core, or tensors
/// larger than every memory. A comparison shows the message as a result; a run stops with it.
/// </summary>
public sealed class NotRunnableException : InputException
{
    /// <summary>States in one line which operation cannot run and what is missing.</summary>
    public NotRunnableException(string message) : base(message) { }
}
