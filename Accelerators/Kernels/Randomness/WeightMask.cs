namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// Which elements of a weight tensor are perturbed and updated: those of a stored bit each, or a random choice that is drawn
/// again whenever it is needed and stored nowhere.
/// </summary>
/// <param name="Stored">One bit per element, element i in bit i mod 8 of byte i / 8; null: a random choice.</param>
/// <param name="Address">Seed and tensor of the random choice, the same in every step.</param>
/// <param name="KeptOf65536">An element takes part when its sixteen random bits are below this number.</param>
/// <param name="LinearFeedback">True: random bits from the LFSR; false: from Philox.</param>
public sealed record WeightMask(byte[]? Stored, RandomAddress Address, int KeptOf65536, bool LinearFeedback)
{
    private const int Part = 256;

    /// <summary>A mask of stored bits.</summary>
    public static WeightMask Of(byte[] stored) => new(stored, default, 0, false);

    /// <summary>A random choice.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="tensor">Which tensor.</param>
    /// <param name="keptShare">Share of the elements that take part, 0..1.</param>
    /// <param name="linearFeedback">True: random bits from the LFSR; false: from Philox.</param>
    public static WeightMask Random(ulong seed, uint tensor, double keptShare, bool linearFeedback) =>
        new(null, new RandomAddress(seed, 0, RandomAddress.MaskDirection, tensor), (int)Math.Round(65536 * keptShare),
            linearFeedback);

    /// <summary>
    /// One bit for each of the <paramref name="kept"/> elements of the largest magnitude; of equals the first.
    /// </summary>
    /// <param name="magnitudes">[n], not negative.</param>
    /// <param name="kept">How many, 0..n.</param>
    public static byte[] Largest(ReadOnlySpan<float> magnitudes, int kept) => First(magnitudes, kept, -1);

    /// <summary>
    /// One bit for each of the <paramref name="kept"/> elements of the smallest magnitude; of equals the first.
    /// </summary>
    /// <param name="magnitudes">[n], not negative.</param>
    /// <param name="kept">How many, 0..n.</param>
    public static byte[] Smallest(ReadOnlySpan<float> magnitudes, int kept) => First(magnitudes, kept, +1);

    // Ascending or, with −1, descending.
    private static byte[] First(ReadOnlySpan<float> magnitudes, int kept, int direction)
    {
        int[] order = [.. Enumerable.Range(0, magnitudes.Length)];
        float[] keys = [.. magnitudes];
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? direction * keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        byte[] bits = new byte[(magnitudes.Length + 7) / 8];
        foreach (int i in order.AsSpan(0, kept))
            bits[i / 8] |= (byte)(1 << (i % 8));
        return bits;
    }

    /// <summary>One bit for each element of at least a magnitude.</summary>
    /// <param name="magnitudes">[n], not negative.</param>
    /// <param name="least">The magnitude.</param>
    public static byte[] AtLeast(ReadOnlySpan<float> magnitudes, float least)
    {
        byte[] bits = new byte[(magnitudes.Length + 7) / 8];
        for (int i = 0; i < magnitudes.Length; i++)
            bits[i / 8] |= (byte)(magnitudes[i] >= least ? 1 << (i % 8) : 0);
        return bits;
    }

    /// <summary>Sets elements that take no part to zero.</summary>
    /// <param name="first">Index of the first element.</param>
    /// <param name="z">Elements first, first + 1, ….</param>
    public void Apply<T>(long first, Span<T> z)
        where T : unmanaged
    {
        if (Stored is not null)
        {
            for (int i = 0; i < z.Length; i++)
            {
                if ((Stored[(first + i) >> 3] >> (int)((first + i) & 7) & 1) == 0)
                    z[i] = default;
            }

            return;
        }

        Span<ushort> bits = stackalloc ushort[Part];
        for (int at = 0; at < z.Length; at += Part)
        {
            Span<T> part = z[at..Math.Min(z.Length, at + Part)];
            Perturbation.Bits(Address, first + at, bits[..part.Length], LinearFeedback);
            for (int i = 0; i < part.Length; i++)
            {
                if (bits[i] >= KeptOf65536)
                    part[i] = default;
            }
        }
    }
}
