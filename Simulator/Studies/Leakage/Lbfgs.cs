namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>A smooth function.</summary>
/// <param name="point">[n].</param>
/// <param name="slope">[n], its gradient; empty: only the value is wanted.</param>
internal delegate double Smooth(ReadOnlySpan<double> point, Span<double> slope);

/// <summary>
/// Minimises by L-BFGS (Liu and Nocedal 1989) as published inversions do: rate 1, the last 100 steps remembered. A step that does
/// not make the function smaller is halved, which the published program does not do and diverges.
/// </summary>
internal static class Lbfgs
{
    private const int History = 100, MostHalvings = 12;

    /// <summary>Runs from a point, which becomes the best one found.</summary>
    /// <param name="function">The function.</param>
    /// <param name="point">Start, then end.</param>
    /// <param name="iterations">At most so many steps.</param>
    /// <param name="enough">Value below which the search ends.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The value at the end and the steps taken.</returns>
    public static (double Value, int Iterations) Minimise(
        Smooth function, double[] point, int iterations, double enough, CancellationToken cancellation)
    {
        List<(double[] Step, double[] Change, double Weight)> memory = [];
        double[] slope = new double[point.Length], next = new double[point.Length], nextSlope = new double[point.Length];
        double value = function(point, slope);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!(value > enough) || Direction(slope, memory) is not { } direction)
                return (value, iteration);
            double rate = memory.Count > 0 ? 1 : Math.Min(1, 1 / slope.Sum(Math.Abs)), found = double.NaN;
            for (int halvings = 0; halvings <= MostHalvings; halvings++, rate /= 2)
            {
                point.CopyTo(next, 0);
                Vectors.Add(next, rate, direction);
                found = function(next, []);
                if (found < value)
                    break;
            }

            if (!(found < value) && memory.Count == 0)
                return (value, iteration); // not even along the slope
            if (!(found < value))
            {
                memory.Clear(); // begins anew, along the slope
                continue;
            }

            value = function(next, nextSlope);
            Remember(memory, point, next, slope, nextSlope);
            (slope, nextSlope) = (nextSlope, slope);
            next.CopyTo(point, 0);
        }

        return (value, iterations);
    }

    private static void Remember(
        List<(double[] Step, double[] Change, double Weight)> memory, double[] point, double[] next, double[] slope,
        double[] nextSlope)
    {
        double[] step = [.. next.Zip(point, (a, b) => a - b)], change = [.. nextSlope.Zip(slope, (a, b) => a - b)];
        double curvature = Vectors.Dot(step, change);
        if (!(curvature > 0))
            return;
        if (memory.Count == History)
            memory.RemoveAt(0);
        memory.Add((step, change, 1 / curvature));
    }

    // −H · slope by the two loops; null where the slope is zero or no number.
    private static double[]? Direction(double[] slope, List<(double[] Step, double[] Change, double Weight)> memory)
    {
        double length = Vectors.Norm(slope);
        if (!(length > 0) || !double.IsFinite(length))
            return null;
        double[] direction = Array.ConvertAll(slope, s => -s), along = new double[memory.Count];
        for (int i = memory.Count - 1; i >= 0; i--)
        {
            along[i] = memory[i].Weight * Vectors.Dot(memory[i].Step, direction);
            Vectors.Add(direction, -along[i], memory[i].Change);
        }

        if (memory is [.., var last])
        {
            double scale = 1 / (last.Weight * Vectors.Dot(last.Change, last.Change));
            foreach (ref double d in direction.AsSpan())
                d *= scale;
        }

        for (int i = 0; i < memory.Count; i++)
            Vectors.Add(direction, along[i] - (memory[i].Weight * Vectors.Dot(memory[i].Change, direction)), memory[i].Step);
        return direction;
    }
}
