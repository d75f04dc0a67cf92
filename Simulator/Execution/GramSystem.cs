namespace NpuSim.Simulator.Execution;

/// <summary>Solves G·a = c for the Gram matrix G of some directions.</summary>
internal static class GramSystem
{
    // Of a direction's squared length: what is left of one that depends on earlier ones is rounding.
    private const double Dependent = 1e-6;

    /// <summary>The factors a, by Cholesky's decomposition; 0 for directions that depend on earlier ones.</summary>
    /// <param name="gram">[m, m], symmetric.</param>
    /// <param name="slopes">[m] c.</param>
    public static double[] Solve(ReadOnlySpan<float> gram, ReadOnlySpan<double> slopes)
    {
        int m = slopes.Length;
        double[,] l = new double[m, m];
        double[] y = new double[m], a = new double[m];
        for (int i = 0; i < m; i++)
        {
            double pivot = gram[(i * m) + i], rest = slopes[i];
            for (int j = 0; j < i; j++)
            {
                if (l[j, j] == 0)
                    continue;
                double sum = gram[(i * m) + j];
                for (int k = 0; k < j; k++)
                    sum -= l[i, k] * l[j, k];
                l[i, j] = sum / l[j, j];
                pivot -= l[i, j] * l[i, j];
                rest -= l[i, j] * y[j];
            }

            l[i, i] = pivot > Dependent * gram[(i * m) + i] ? Math.Sqrt(pivot) : 0;
            y[i] = l[i, i] > 0 ? rest / l[i, i] : 0;
        }

        for (int i = m - 1; i >= 0; i--)
        {
            double sum = y[i];
            for (int k = i + 1; k < m; k++)
                sum -= l[k, i] * a[k];
            a[i] = l[i, i] > 0 ? sum / l[i, i] : 0;
        }

        return a;
    }
}
