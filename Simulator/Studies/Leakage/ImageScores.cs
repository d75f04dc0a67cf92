using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>How like two pictures are.</summary>
public static class ImageScores
{
    private const int Window = 11;
    private const double Deviation = 1.5, MeanGuard = 0.01 * 0.01, VarianceGuard = 0.03 * 0.03;

    private static readonly double[] Weights = Gaussian();

    /// <summary>Mean squared error.</summary>
    /// <param name="a">Pixels in 0..1.</param>
    /// <param name="b">As many.</param>
    public static double Mse(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum / a.Length;
    }

    /// <summary>Peak signal-to-noise ratio of a mean squared error of pixels in 0..1: −10 · log₁₀ of it, in dB.</summary>
    public static double Psnr(double mse) => -10 * Elementary.Log(mse) / Elementary.Log(10);

    /// <summary>
    /// Structural similarity (Wang et al. 2004): windows of 11×11 weighted by a Gaussian of deviation 1.5, wholly inside the
    /// image, constants 0.01² and 0.03²; mean over windows and channels. Smaller images have a smaller window.
    /// </summary>
    /// <param name="a">[height, width, channels], pixels in 0..1.</param>
    /// <param name="b">The same.</param>
    /// <param name="image">The shape.</param>
    /// <returns>−1..1; 1 for equal pictures.</returns>
    public static double Ssim(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Shape image)
    {
        (int height, int width, int channels) = (image[0], image[1], image[2]);
        int rows = Math.Min(Window, height), columns = Math.Min(Window, width), count = 0;
        double sum = 0;
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y + rows <= height; y++)
            {
                for (int x = 0; x + columns <= width; x++, count++)
                    sum += At((((y * width) + x) * channels) + c, a, b, width, channels, rows, columns);
            }
        }

        return sum / count;
    }

    /// <summary>The order of guesses in which their squared errors to the originals are least in sum.</summary>
    /// <param name="errors">[n, n]: of guess j to original i; n from 1 to <see cref="MostMatched"/>.</param>
    /// <returns>[n]: the guess for each original.</returns>
    public static int[] Match(double[,] errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        int n = errors.GetLength(0);
        double[] least = new double[1 << n]; // of the first originals with a set of guesses
        int[] chosen = new int[1 << n];
        for (int set = 1; set < least.Length; set++)
        {
            int original = System.Numerics.BitOperations.PopCount((uint)set) - 1;
            least[set] = double.PositiveInfinity;
            for (int guess = 0; guess < n; guess++)
            {
                if ((set & (1 << guess)) == 0)
                    continue;
                double sum = least[set & ~(1 << guess)] + errors[original, guess];
                if (sum < least[set])
                    (least[set], chosen[set]) = (sum, guess);
            }
        }

        int[] order = new int[n];
        for (int original = n - 1, set = (1 << n) - 1; original >= 0; set &= ~(1 << order[original]), original--)
            order[original] = chosen[set];
        return order;
    }

    /// <summary>Most images of a batch that are matched.</summary>
    public const int MostMatched = 16;

    private static double At(
        int first, ReadOnlySpan<double> a, ReadOnlySpan<double> b, int width, int channels, int rows, int columns)
    {
        double total = 0, meanA = 0, meanB = 0, squareA = 0, squareB = 0, product = 0;
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                double weight = Weights[y + ((Window - rows) / 2)] * Weights[x + ((Window - columns) / 2)];
                double p = a[first + (((y * width) + x) * channels)], q = b[first + (((y * width) + x) * channels)];
                total += weight;
                meanA += weight * p;
                meanB += weight * q;
                squareA += weight * p * p;
                squareB += weight * q * q;
                product += weight * p * q;
            }
        }

        (meanA, meanB) = (meanA / total, meanB / total);
        double varianceA = (squareA / total) - (meanA * meanA), varianceB = (squareB / total) - (meanB * meanB);
        double covariance = (product / total) - (meanA * meanB);
        return ((2 * meanA * meanB) + MeanGuard) * ((2 * covariance) + VarianceGuard)
            / (((meanA * meanA) + (meanB * meanB) + MeanGuard) * (varianceA + varianceB + VarianceGuard));
    }

    private static double[] Gaussian() =>
    [
        .. Enumerable.Range(0, Window).Select(i =>
            Elementary.Exp(-((i - (Window / 2)) * (i - (Window / 2))) / (2 * Deviation * Deviation))),
    ];
}
