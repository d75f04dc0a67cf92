using NpuSim.Simulator.Methods;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// Least values of linear functions over the sets of <see cref="FrankWolfeSet"/>, and the norms whose balls these are. Tensors
/// are matrices of one row per index of their first axis; sums are in double, one element after the other.
/// </summary>
internal static class LinearMinimization
{
    /// <summary>s = argmin ⟨d, s⟩.</summary>
    /// <param name="set">The set.</param>
    /// <param name="d">Coefficients.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="entries">Entries of a vertex that are not 0.</param>
    /// <param name="radius">r.</param>
    /// <param name="s">Gets the vertex; 0 where d is 0.</param>
    public static void Vertex(FrankWolfeSet set, ReadOnlySpan<float> d, int rows, int entries, double radius, Span<float> s)
    {
        switch (set)
        {
            case FrankWolfeSet.Ball:
                double norm = Math.Sqrt(Squares(d));
                for (int i = 0; i < s.Length; i++)
                    s[i] = norm > 0 ? (float)(-radius * d[i] / norm) : 0;
                break;
            case FrankWolfeSet.Nuclear:
                Singular(d, rows, radius, s);
                break;
            default:
                Largest(d, entries, (float)radius, s);
                break;
        }
    }

    /// <summary>The norm whose ball the set is.</summary>
    /// <param name="set">The set.</param>
    /// <param name="x">[n].</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="entries">Entries of a vertex that are not 0.</param>
    public static double Norm(FrankWolfeSet set, ReadOnlySpan<float> x, int rows, int entries)
    {
        (double sum, double largest) = (0, 0);
        foreach (float value in x)
            (sum, largest) = (sum + Math.Abs(value), Math.Max(largest, Math.Abs(value)));
        return set switch
        {
            FrankWolfeSet.Ball => Math.Sqrt(Squares(x)),
            FrankWolfeSet.Nuclear => SingularValues(x, rows).Sum(),
            _ => Math.Max(largest, sum / entries), // box: the largest, of one entry: the sum
        };
    }

    // −r·sign(d) at the largest |d|, of equals at the first.
    private static void Largest(ReadOnlySpan<float> d, int entries, float radius, Span<float> s)
    {
        float[] magnitudes = new float[d.Length];
        for (int i = 0; i < d.Length; i++)
            magnitudes[i] = Math.Abs(d[i]);
        float least = 0;
        if (entries < d.Length)
        {
            float[] sorted = [.. magnitudes];
            Array.Sort(sorted);
            least = sorted[^entries];
        }

        int equal = entries - magnitudes.Count(m => m > least);
        for (int i = 0; i < s.Length; i++)
        {
            bool taken = magnitudes[i] > least || (magnitudes[i] == least && equal-- > 0);
            s[i] = taken && d[i] != 0 ? -MathF.CopySign(radius, d[i]) : 0;
        }
    }

    // −r·u·vᵀ: power iterations on dᵀd from the longest row, the first of equals.
    private static void Singular(ReadOnlySpan<float> d, int rows, double radius, Span<float> s)
    {
        int columns = d.Length / rows, longest = 0;
        for (int r = 1; r < rows; r++)
        {
            if (Squares(d.Slice(r * columns, columns)) > Squares(d.Slice(longest * columns, columns)))
                longest = r;
        }

        double[] u = new double[rows], v = new double[columns];
        for (int c = 0; c < columns; c++)
            v[c] = d[(longest * columns) + c];
        Unit(v);
        for (int iteration = 0; iteration < FrankWolfeOptimizer.PowerIterations; iteration++)
        {
            for (int r = 0; r < rows; r++)
            {
                u[r] = 0;
                for (int c = 0; c < columns; c++)
                    u[r] += d[(r * columns) + c] * v[c];
            }

            Unit(u);
            Array.Clear(v);
            for (int r = 0; r < rows; r++)
            {
                for (int c = 0; c < columns; c++)
                    v[c] += d[(r * columns) + c] * u[r];
            }

            Unit(v);
        }

        for (int i = 0; i < s.Length; i++)
            s[i] = (float)(-radius * u[i / columns] * v[i % columns]);
    }

    // One-sided Jacobi: rows are turned against each other until they are orthogonal; their lengths are the singular values.
    private static double[] SingularValues(ReadOnlySpan<float> x, int rows)
    {
        const int Sweeps = 30;
        int columns = x.Length / rows;
        (int m, int n) = rows <= columns ? (rows, columns) : (columns, rows);
        double[][] a = [.. Enumerable.Range(0, m).Select(_ => new double[n])];
        for (int i = 0; i < x.Length; i++)
        {
            (int r, int c) = Math.DivRem(i, columns);
            a[rows <= columns ? r : c][rows <= columns ? c : r] = x[i];
        }

        bool turned = true;
        for (int sweep = 0; sweep < Sweeps && turned; sweep++)
        {
            turned = false;
            for (int p = 0; p < m; p++)
            {
                for (int q = p + 1; q < m; q++)
                    turned |= Turn(a[p], a[q]);
            }
        }

        return [.. a.Select(row => Math.Sqrt(row.Sum(v => v * v)))];
    }

    private static bool Turn(double[] p, double[] q)
    {
        (double pp, double qq, double pq) = (0, 0, 0);
        for (int i = 0; i < p.Length; i++)
            (pp, qq, pq) = (pp + (p[i] * p[i]), qq + (q[i] * q[i]), pq + (p[i] * q[i]));
        if (pq * pq <= 1e-24 * pp * qq)
            return false;
        double zeta = (qq - pp) / (2 * pq), t = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        double c = 1 / Math.Sqrt(1 + (t * t)), s = c * t;
        for (int i = 0; i < p.Length; i++)
            (p[i], q[i]) = ((c * p[i]) - (s * q[i]), (s * p[i]) + (c * q[i]));
        return true;
    }

    private static void Unit(Span<double> x)
    {
        double sum = 0;
        foreach (double value in x)
            sum += value * value;
        double norm = Math.Sqrt(sum);
        for (int i = 0; i < x.Length && norm > 0; i++)
            x[i] /= norm;
    }

    private static double Squares(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float value in x)
            sum += (double)value * value;
        return sum;
    }
}
