namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>Which channels of a tensor a layer writes; default: all of it.</summary>
/// <param name="First">Channel that the layer's first output is.</param>
/// <param name="Of">Channels of the tensor; 0: as many as the layer has outputs.</param>
public readonly record struct ChannelPart(int First, int Of)
{
    /// <summary>Elements from one position to the next.</summary>
    /// <param name="outputs">Outputs of the layer.</param>
    /// <exception cref="ArgumentException">The outputs do not fit the tensor.</exception>
    internal int Stride(int outputs)
    {
        int channels = Of == 0 ? outputs : Of;
        return First >= 0 && First <= channels - outputs
            ? channels
            : throw new ArgumentException($"{outputs} channels from {First} on do not fit {channels}.");
    }
}
