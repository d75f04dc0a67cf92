using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Random;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Standard normal numbers by address for perturbations in floating point: 16 random bits of Philox looked up in the inverse
/// cumulative distribution. Regenerated, never stored.
/// </summary>
internal static class GaussianDraw
{
    private static readonly float[] Quantiles = Table();

    private const int Part = 1024;

    /// <summary>Writes z of elements 0.. of the addressed tensor, of any distribution and from either generator.</summary>
    /// <param name="address">Seed, step, direction, tensor.</param>
    /// <param name="z">Filled.</param>
    /// <param name="distribution">Normal or ±1.</param>
    /// <param name="linearFeedback">True: from the LFSR; false: from Philox.</param>
    public static void Fill(RandomAddress address, Span<float> z, PerturbationDistribution distribution, bool linearFeedback)
    {
        if (distribution == PerturbationDistribution.Normal && !linearFeedback)
        {
            Fill(address, z);
            return;
        }

        Span<ushort> bits = stackalloc ushort[Part];
        for (int first = 0; first < z.Length; first += Part)
        {
            Span<float> part = z[first..Math.Min(z.Length, first + Part)];
            Perturbation.Bits(address, first, bits[..part.Length], linearFeedback);
            for (int i = 0; i < part.Length; i++)
                part[i] = distribution == PerturbationDistribution.Normal ? Quantiles[bits[i]] : bits[i] < 0x8000 ? 1 : -1;
        }
    }

    /// <summary>Writes normal z of elements 0.. of the addressed tensor, from Philox.</summary>
    public static void Fill(RandomAddress address, Span<float> z)
    {
        for (int i = 0; i < z.Length; i += 8)
        {
            (uint w0, uint w1, uint w2, uint w3) = Philox.Block(
                (uint)(i / 8), address.Tensor, address.Direction, address.Step, (uint)address.Seed, (uint)(address.Seed >> 32));
            ReadOnlySpan<uint> words = [w0, w1, w2, w3];
            for (int j = 0; j < 8 && i + j < z.Length; j++)
                z[i + j] = Quantiles[(words[j / 2] >> (16 * (j % 2))) & 0xFFFF];
        }
    }

    // Quantile of the middle of each of 65,536 equal slices of probability, by bisection on Φ(x) = (1 + erf(x/√2)) / 2.
    private static float[] Table()
    {
        float[] table = new float[65536];
        double low = 0;
        for (int i = 0; i < 32768; i++) // upper half, rising; the lower half mirrors it
        {
            double wanted = (i + 0.5) / 32768, high = Math.Max(low, 0.01) * 2; // erf(x/√2)
            while (Elementary.Erf(high * Math.Sqrt(0.5)) < wanted)
                high *= 2;
            double from = low;
            for (int n = 0; n < 30; n++)
            {
                double middle = (from + high) / 2;
                if (Elementary.Erf(middle * Math.Sqrt(0.5)) < wanted)
                    from = middle;
                else
                    high = middle;
            }

            low = from;
            table[32768 + i] = (float)from;
            table[32767 - i] = (float)-from;
        }

        return table;
    }
}
