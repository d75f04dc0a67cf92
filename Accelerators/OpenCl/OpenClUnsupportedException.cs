namespace NpuSim.Accelerators.OpenCl;

/// <summary>There is no device kernel for what was asked; the device itself is well.</summary>
/// <param name="message">States what, in one line.</param>
public sealed class OpenClUnsupportedException(string message) : OpenClException(message);
