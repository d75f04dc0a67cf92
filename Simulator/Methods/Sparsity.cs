using NpuSim.Accelerators.Kernels.Randomness;

namespace NpuSim.Simulator.Methods;

/// <summary>Which weights a sparse update leaves alone.</summary>
public enum SparsityKind
{
    /// <summary>Those of the smallest magnitude in their tensor, before training; one stored bit per weight.</summary>
    Magnitude,

    /// <summary>A random choice, the same in every step, drawn again from the seed whenever it is needed; nothing is
    /// stored.</summary>
    Random,

    /// <summary>Those below a share of their tensor's largest magnitude, before training; one stored bit per weight.</summary>
    Threshold,

    /// <summary>Those of the largest magnitude in their tensor, before training; one stored bit per weight.</summary>
    Smallest,
}

/// <summary>A sparse update: the other weights are neither perturbed nor updated.</summary>
/// <param name="Kind">How weights are chosen.</param>
/// <param name="Percent">Above 0 and below 100: the share of each tensor left alone, or for a threshold of its largest
/// magnitude.</param>
public sealed record Sparsity(SparsityKind Kind, double Percent)
{
    /// <summary>True when the choice takes one stored bit per weight.</summary>
    public bool IsStored => Kind != SparsityKind.Random;

    /// <summary>How many of <paramref name="count"/> weights train; at least one.</summary>
    public int Kept(int count) => Math.Max(1, count - (int)Math.Round(count * Percent / 100, MidpointRounding.AwayFromZero));

    /// <summary>One bit for each weight that trains, for a choice that is stored.</summary>
    /// <param name="magnitudes">[n] |w| before training.</param>
    public byte[] Mask(ReadOnlySpan<float> magnitudes)
    {
        if (Kind == SparsityKind.Magnitude)
            return WeightMask.Largest(magnitudes, Kept(magnitudes.Length));
        if (Kind == SparsityKind.Smallest)
            return WeightMask.Smallest(magnitudes, Kept(magnitudes.Length));
        float largest = 0;
        foreach (float magnitude in magnitudes)
            largest = Math.Max(largest, magnitude);
        return WeightMask.AtLeast(magnitudes, (float)(largest * Percent / 100));
    }
}
