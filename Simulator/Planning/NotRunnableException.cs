namespace NpuSim.Simulator.Planning;

/// <summary>
/// A plan cannot run on an accelerator: a format its engine does not multiply, float operations without a host core, tensors
/// larger than every memory, or an operation that nothing computes in its formats. A comparison shows the message as a result; a
/// run stops with it.
/// </summary>
public sealed class NotRunnableException : InputException
{
    /// <summary>States in one line which operation cannot run and what is missing.</summary>
    public NotRunnableException(string message) : base(message) { }
}
