namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>Biases as 64-bit integers, the form that every accumulator starts from.</summary>
internal static unsafe class BiasRow
{
    /// <summary>The biases in this thread's scratch memory; empty stays empty.</summary>
    public static ReadOnlySpan<long> Widen(ReadOnlySpan<int> bias, int channels)
    {
        Check(bias.Length, channels);
        if (bias.IsEmpty)
            return [];
        Span<long> wide = new(Scratch.Get<long>(Scratch.Slot.Bias, bias.Length), bias.Length);
        for (int i = 0; i < bias.Length; i++)
            wide[i] = bias[i];
        return wide;
    }

    public static void Check(int length, int channels)
    {
        if (length != 0 && length != channels)
            throw new ArgumentException($"{length} biases for {channels} channels.");
    }
}
