using System.Collections.Immutable;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// The plane through one point of weight space in which the squared distances of other points from it are largest: their first
/// two principal directions about that point, as "Visualizing the Loss Landscape of Neural Nets" (arXiv 1712.09913, section 7.2)
/// takes them about the end of a training.
/// </summary>
internal sealed class LandscapePlane
{
    private const double Flat = 1e-8; // second variance over first below which float32 weights are on a line

    private readonly float[] origin;
    private readonly double[] first, second;

    private LandscapePlane(float[] origin, double[] first, double[] second) =>
        (this.origin, this.first, this.second) = (origin, first, second);

    /// <summary>
    /// Finds the plane. Its directions have length 1 and are orthogonal; of the signs that are left, the first of the points lies
    /// at x ≤ 0 and the last at y ≥ 0.
    /// </summary>
    /// <param name="origin">The point that gets the coordinates (0, 0).</param>
    /// <param name="points">The others, each as long as <paramref name="origin"/>; at least two.</param>
    /// <exception cref="InputException">All lie on a line.</exception>
    public static LandscapePlane Through(float[] origin, ImmutableArray<float[]> points)
    {
        // Of few points in many dimensions: the eigenvectors of the inner products give the directions.
        double[,] products = new double[points.Length, points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            for (int j = 0; j <= i; j++)
                products[i, j] = products[j, i] = Inner(origin, points[i], points[j]);
        }

        Evd<double> evd = Matrix<double>.Build.DenseOfArray(products).Evd(Symmetricity.Symmetric);
        int most = points.Length - 1; // eigenvalues rise
        double variance = evd.EigenValues[most].Real, next = evd.EigenValues[most - 1].Real;
        if (!(next > Flat * variance))
            throw new InputException(
                "the weights recorded lie on a line, which spans no plane; accepted are more steps, more points or methods that "
                    + "differ.");
        LandscapePlane plane = new(origin, Direction(most), Direction(most - 1));
        if (plane.Project(points[0]).X > 0)
            plane = new(origin, Opposite(plane.first), plane.second);
        return plane.Project(points[^1]).Y >= 0 ? plane : new(origin, plane.first, Opposite(plane.second));

        double[] Direction(int index)
        {
            double length = Math.Sqrt(evd.EigenValues[index].Real);
            double[] direction = new double[origin.Length];
            for (int p = 0; p < points.Length; p++)
            {
                double share = evd.EigenVectors[p, index] / length;
                for (int k = 0; k < direction.Length; k++)
                    direction[k] += share * ((double)points[p][k] - origin[k]);
            }

            return direction;
        }
    }

    /// <summary>Coordinates of a point's projection, in the weights' own unit.</summary>
    public (double X, double Y) Project(float[] point)
    {
        double x = 0, y = 0;
        for (int k = 0; k < origin.Length; k++)
        {
            double away = (double)point[k] - origin[k];
            (x, y) = (x + (away * first[k]), y + (away * second[k]));
        }

        return (x, y);
    }

    /// <summary>The point of weight space at coordinates of the plane, rounded to float32.</summary>
    public float[] At(double x, double y)
    {
        float[] point = new float[origin.Length];
        for (int k = 0; k < point.Length; k++)
            point[k] = (float)(origin[k] + (x * first[k]) + (y * second[k]));
        return point;
    }

    /// <summary>Distance of two points of weight space.</summary>
    public static double Distance(float[] a, float[] b) => Math.Sqrt(Inner(a, b, b));

    private static double Inner(float[] origin, float[] a, float[] b)
    {
        double sum = 0;
        for (int k = 0; k < origin.Length; k++)
            sum += ((double)a[k] - origin[k]) * ((double)b[k] - origin[k]);
        return sum;
    }

    private static double[] Opposite(double[] direction) => [.. direction.Select(d => -d)];
}
