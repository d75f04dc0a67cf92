using System.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>
/// Unfolds weights that are stored compressed: a table look-up per element that is kept, zero for all others.
/// </summary>
public static class DecodeKernel
{
    /// <summary>result[i] = element first + i of the tensor.</summary>
    /// <typeparam name="T">The weights' storage.</typeparam>
    /// <param name="mask">
    /// One bit per element of the whole tensor, element i in bit i mod 8 of byte i / 8; empty: every element is kept.
    /// </param>
    /// <param name="indices">
    /// One index per element that is kept, index i from bit i · <paramref name="indexBits"/> on, lowest bit first; empty
    /// without a codebook.
    /// </param>
    /// <param name="indexBits">Bits of an index, 1..8; 0: no codebook.</param>
    /// <param name="values">The codebook, or without one the elements that are kept.</param>
    /// <param name="first">Element at which to begin: what is kept before it is skipped.</param>
    /// <param name="result">The elements wanted.</param>
    /// <exception cref="ArgumentException">The mask or the indices are too short.</exception>
    public static void Run<T>(
        ReadOnlySpan<byte> mask, ReadOnlySpan<byte> indices, int indexBits, ReadOnlySpan<T> values, int first, Span<T> result)
        where T : unmanaged
    {
        if (!mask.IsEmpty && mask.Length < (first + (long)result.Length + 7) / 8)
            throw new ArgumentException($"{mask.Length} bytes of mask for {first + (long)result.Length} elements.", nameof(mask));
        int kept = mask.IsEmpty ? first : Count(mask, first);
        for (int i = 0; i < result.Length; i++)
        {
            int element = first + i;
            if (!mask.IsEmpty && (mask[element / 8] >> (element % 8) & 1) == 0)
                result[i] = default;
            else
                result[i] = values[indexBits == 0 ? kept++ : Index(indices, indexBits, kept++)];
        }
    }

    // Bits set among the first so many.
    private static int Count(ReadOnlySpan<byte> mask, int bits)
    {
        int count = 0;
        for (int i = 0; i < bits / 8; i++)
            count += BitOperations.PopCount(mask[i]);
        return bits % 8 == 0 ? count : count + BitOperations.PopCount((uint)mask[bits / 8] & ((1u << (bits % 8)) - 1));
    }

    private static int Index(ReadOnlySpan<byte> indices, int bits, int number)
    {
        long at = (long)number * bits;
        int place = (int)(at / 8), shift = (int)(at % 8), word = indices[place];
        if (shift + bits > 8)
            word |= indices[place + 1] << 8;
        return word >> shift & ((1 << bits) - 1);
    }
}
