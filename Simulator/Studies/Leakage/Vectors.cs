namespace NpuSim.Simulator.Studies.Leakage;

/// <summary>Vectors in binary64, each element and each sum in the order of the index: the same bits everywhere.</summary>
internal static class Vectors
{
    /// <summary>⟨a, b⟩.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum = Math.FusedMultiplyAdd(a[i], b[i], sum);
        return sum;
    }

    /// <summary>‖a‖.</summary>
    public static double Norm(ReadOnlySpan<double> a) => Math.Sqrt(Dot(a, a));

    /// <summary>a ← a + factor · b.</summary>
    public static void Add(Span<double> a, double factor, ReadOnlySpan<double> b)
    {
        for (int i = 0; i < a.Length; i++)
            a[i] = Math.FusedMultiplyAdd(factor, b[i], a[i]);
    }

    /// <summary>Standard normal numbers.</summary>
    public static double[] Normal(int count, Random.RandomStream random)
    {
        double[] values = new double[count];
        foreach (ref double value in values.AsSpan())
            value = random.NextNormal();
        return values;
    }
}
