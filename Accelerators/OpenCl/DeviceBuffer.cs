namespace NpuSim.Accelerators.OpenCl;

/// <summary>A piece of a device's memory.</summary>
public sealed class DeviceBuffer : IDisposable
{
    internal DeviceBuffer(Handle memory, long bytes) => (Memory, Bytes) = (memory, bytes);

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    internal Handle Memory { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => Memory.Dispose();
}
