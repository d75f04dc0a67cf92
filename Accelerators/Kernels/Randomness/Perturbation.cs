using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// The 8-bit random direction z of QZO-FF, drawn again whenever it is needed. Sixteen random bits make one number: bit 15 is
/// the sign, the others p = (bits + ½)/2¹⁵ pick the magnitude by the inverse of the half-normal distribution, a table in
/// integers: |z| = number of k in 1..127 with P(|N| ≤ (k − ½)·Δz) ≤ p. Philox gives eight numbers a block: element i takes word
/// (i mod 8)/2
/// of block i/8, its low half when i is even. The Galois LFSR (x³² + x²² + x² + x + 1) is clocked 16 times per number.
/// </summary>
public static unsafe class Perturbation
{
    /// <summary>Δz = 3.5/127: the step of z.</summary>
    public const double Step = 3.5 / 127;

    /// <summary>1_q = round(1/Δz): what stands for 1.</summary>
    public const int One = 36;

    /// <summary>The normal number for each of the 65536 values of sixteen random bits.</summary>
    internal static readonly sbyte[] Normals = MakeNormals();

    private static readonly sbyte[] Signs = [.. Enumerable.Range(0, 1 << 16).Select(bits =>
        (sbyte)((bits & 0x8000) == 0 ? One : -One))];

    /// <summary>z[first], z[first + 1], … of the tensor at <paramref name="address"/>.</summary>
    /// <param name="address">Seed, step, direction, tensor.</param>
    /// <param name="first">Index of the first element, not negative.</param>
    /// <param name="z">Filled.</param>
    /// <param name="distribution">Normal or ±1.</param>
    /// <param name="linearFeedback">True: from the LFSR; false: from Philox.</param>
    public static void Draw(
        RandomAddress address,
        long first,
        Span<sbyte> z,
        PerturbationDistribution distribution = PerturbationDistribution.Normal,
        bool linearFeedback = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        bool normal = distribution == PerturbationDistribution.Normal;
        if (linearFeedback)
        {
            uint state = LinearFeedbackRegister.Before(address, first);
            for (int i = 0; i < z.Length; i++)
            {
                state = LinearFeedbackRegister.Next(state);
                z[i] = Shaped(normal)[state & 0xFFFF];
            }

            return;
        }

        sbyte[] values = normal ? Normals : Signs;
        int done = Avx512F.IsSupported && (first & 7) == 0 ? DrawVectors(address, first, z, values) : 0;
        for (int i = done; i < z.Length;)
        {
            long at = first + i;
            (uint w0, uint w1, uint w2, uint w3) = address.Block((uint)(at >> 3));
            for (int e = (int)(at & 7); e < 8 && i < z.Length; e++, i++)
            {
                uint word = (e >> 1) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
                z[i] = values[(e & 1) == 0 ? word & 0xFFFF : word >> 16];
            }
        }
    }

    /// <summary>
    /// The sixteen random bits behind each of z[first], z[first + 1], …: for numbers of another shape at the same address.
    /// </summary>
    /// <param name="address">Seed, step, direction, tensor.</param>
    /// <param name="first">Index of the first element, not negative.</param>
    /// <param name="bits">Filled.</param>
    /// <param name="linearFeedback">True: from the LFSR; false: from Philox.</param>
    public static void Bits(RandomAddress address, long first, Span<ushort> bits, bool linearFeedback = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        if (linearFeedback)
        {
            uint state = LinearFeedbackRegister.Before(address, first);
            for (int i = 0; i < bits.Length; i++)
            {
                state = LinearFeedbackRegister.Next(state);
                bits[i] = (ushort)state;
            }

            return;
        }

        for (int i = 0; i < bits.Length;)
        {
            (uint w0, uint w1, uint w2, uint w3) = address.Block((uint)((first + i) >> 3));
            for (int e = (int)((first + i) & 7); e < 8 && i < bits.Length; e++, i++)
            {
                uint word = (e >> 1) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
                bits[i] = (ushort)(word >> (16 * (e & 1)));
            }
        }
    }

    // As many whole groups of sixteen blocks as there are; returns how many numbers that made.
    private static int DrawVectors(RandomAddress address, long first, Span<sbyte> z, sbyte[] values)
    {
        uint* words = stackalloc uint[4 * PhiloxVectors.Blocks];
        int done = 0;
        fixed (sbyte* to = z, table = values)
        {
            for (; done <= z.Length - (8 * PhiloxVectors.Blocks); done += 8 * PhiloxVectors.Blocks)
            {
                PhiloxVectors.Run(address, (uint)((first + done) >> 3), words);
                sbyte* at = to + done;
                for (int b = 0; b < PhiloxVectors.Blocks; b++, at += 8)
                {
                    uint w0 = words[b], w1 = words[PhiloxVectors.Blocks + b];
                    uint w2 = words[(2 * PhiloxVectors.Blocks) + b], w3 = words[(3 * PhiloxVectors.Blocks) + b];
                    at[0] = table[w0 & 0xFFFF];
                    at[1] = table[w0 >> 16];
                    at[2] = table[w1 & 0xFFFF];
                    at[3] = table[w1 >> 16];
                    at[4] = table[w2 & 0xFFFF];
                    at[5] = table[w2 >> 16];
                    at[6] = table[w3 & 0xFFFF];
                    at[7] = table[w3 >> 16];
                }
            }
        }

        return done;
    }

    private static sbyte[] Shaped(bool normal) => normal ? Normals : Signs;

    // The number for each of the 65536 values of sixteen random bits.
    private static sbyte[] MakeNormals()
    {
        const int Half = 1 << 15;
        sbyte[] table = new sbyte[2 * Half];
        int magnitude = 0;
        for (int i = 0; i < Half; i++)
        {
            double p = (i + 0.5) / Half;
            while (magnitude < 127 && Elementary.Erf((magnitude + 0.5) * Step * 0.70710678118654752) <= p)
                magnitude++;
            (table[i], table[i + Half]) = ((sbyte)magnitude, (sbyte)-magnitude);
        }

        return table;
    }
}
