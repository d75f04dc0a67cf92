namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>
/// Minimises within 0..1 by Adam (arXiv 1412.6980) with rate 0.1, a tenth of it after 3/8, 5/8 and 7/8 of the steps each, as
/// <c>inversefed</c> does (arXiv 2003.14053).
/// </summary>
internal static class Adam
{
    private const double Rate = 0.1, First = 0.9, Second = 0.999, Tiny = 1e-8;

    /// <summary>Runs from a point, which becomes the best one found.</summary>
    /// <param name="function">The function.</param>
    /// <param name="point">Start, then end; each number in 0..1.</param>
    /// <param name="iterations">Steps.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The value at the end and the steps taken.</returns>
    public static (double Value, int Iterations) Minimise(
        Smooth function, double[] point, int iterations, CancellationToken cancellation)
    {
        double[] slope = new double[point.Length], mean = new double[point.Length], square = new double[point.Length];
        double[] best = [.. point];
        double least = double.PositiveInfinity, firstLeft = 1, secondLeft = 1;
        for (int iteration = 0; iteration <= iterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            double value = function(point, slope);
            if (value < least)
            {
                least = value;
                point.CopyTo(best, 0);
            }

            if (iteration == iterations)
                break;
            firstLeft *= First;
            secondLeft *= Second;
            double rate = RateAt(iteration, iterations);
            for (int i = 0; i < point.Length; i++)
            {
                mean[i] = (First * mean[i]) + ((1 - First) * slope[i]);
                square[i] = (Second * square[i]) + ((1 - Second) * slope[i] * slope[i]);
                double step = mean[i] / (1 - firstLeft) / (Math.Sqrt(square[i] / (1 - secondLeft)) + Tiny);
                point[i] = Math.Clamp(point[i] - (rate * step), 0, 1);
            }
        }

        best.CopyTo(point, 0);
        return (least, iterations);
    }

    private static double RateAt(int iteration, int iterations)
    {
        double rate = Rate;
        foreach (int eighths in new[] { 3, 5, 7 })
            rate *= iteration * 8L >= (long)iterations * eighths ? 0.1 : 1;
        return rate;
    }
}
