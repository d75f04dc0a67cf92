using NpuSim.Random;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>Noise corruptions of CIFAR-10-C.</summary>
internal static class Noises
{
    private static readonly double[] Deviations = [0.04, 0.06, 0.08, 0.09, 0.10];
    private static readonly double[] Photons = [500, 250, 100, 75, 50];
    private static readonly double[] Shares = [0.01, 0.02, 0.03, 0.05, 0.07];

    /// <summary>x + N(0, σ²).</summary>
    public static void Gaussian(Span<float> pixels, int level, RandomStream random)
    {
        foreach (ref float pixel in pixels)
            pixel += (float)(Deviations[level] * random.NextNormal());
    }

    /// <summary>Poisson(x·c) / c.</summary>
    public static void Shot(Span<float> pixels, int level, RandomStream random)
    {
        foreach (ref float pixel in pixels)
            pixel = (float)(Poisson(pixel * Photons[level], random) / Photons[level]);
    }

    /// <summary>A share of the numbers becomes 0 or 1, each as often.</summary>
    public static void Impulse(Span<float> pixels, int level, RandomStream random)
    {
        foreach (ref float pixel in pixels)
        {
            bool changed = random.NextDouble() < Shares[level];
            bool salt = random.NextDouble() < 0.5;
            pixel = !changed ? pixel : salt ? 1 : 0;
        }
    }

    // By inversion: the least k whose distribution function exceeds a uniform number. Means stay below 600.
    private static int Poisson(double mean, RandomStream random)
    {
        double u = random.NextDouble(), probability = Elementary.Exp(-mean), sum = probability;
        int k = 0;
        while (sum <= u && probability > 0)
        {
            probability *= mean / ++k;
            sum += probability;
        }

        return k;
    }
}
