using NpuSim.Random;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>
/// Fractal clouds by the diamond-square method (Fournier, Fussell and Carpenter 1982) on a torus: middles of squares and of
/// diamonds take the mean of their corners and a random part that falls by a factor from one size to the next.
/// </summary>
internal static class Plasma
{
    /// <summary>A cloud from 0 to 1.</summary>
    /// <param name="size">Rows and columns, a power of two.</param>
    /// <param name="decay">Factor by which random parts fall at each halving; above 1.</param>
    /// <param name="random">Where the random parts come from.</param>
    public static double[] Cloud(int size, double decay, RandomStream random)
    {
        double[] map = new double[size * size];
        double reach = 100;
        for (int step = size; step >= 2; step /= 2, reach /= decay)
        {
            int half = step / 2;
            for (int y = half; y < size; y += step)
            {
                for (int x = half; x < size; x += step)
                    map[Place(y, x)] = Mean(At(y - half, x - half), At(y - half, x + half), At(y + half, x - half),
                        At(y + half, x + half));
            }

            for (int y = 0; y < size; y += half)
            {
                for (int x = y / half % 2 == 0 ? half : 0; x < size; x += step)
                    map[Place(y, x)] = Mean(At(y - half, x), At(y + half, x), At(y, x - half), At(y, x + half));
            }
        }

        double least = map.Min(), range = map.Max() - least;
        return [.. map.Select(value => (value - least) / range)];

        // The published program scales a uniform number of that reach by the reach once more.
        double Mean(double a, double b, double c, double d) =>
            ((a + b + c + d) / 4) + (reach * random.NextDouble(-reach, reach));
        double At(int y, int x) => map[Place(y, x)];
        int Place(int y, int x) => (((y + size) % size) * size) + ((x + size) % size);
    }
}
