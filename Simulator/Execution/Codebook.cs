namespace NpuSim.Simulator.Execution;

/// <summary>
/// Few values in place of many: k-means on a line by Lloyd's iterations from entries evenly spread between the least and the
/// greatest value (Deep Compression, arXiv 1510.00149, section 3.2: this start keeps the few large weights). Same values, same
/// codebook.
/// </summary>
/// <param name="Entries">Ascending; what each value is replaced by.</param>
/// <param name="Indices">Per value the nearest entry; of two equally near the first.</param>
public sealed record Codebook(float[] Entries, int[] Indices)
{
    private const int MostIterations = 300;

    /// <summary>Finds a codebook.</summary>
    /// <param name="values">At least one, finite.</param>
    /// <param name="entries">At least 1.</param>
    public static Codebook Of(ReadOnlySpan<float> values, int entries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entries, 1);
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        float[] sorted = values.ToArray();
        Array.Sort(sorted);
        double[] centres = new double[entries];
        for (int i = 0; i < entries; i++)
            centres[i] = entries == 1 ? sorted[0] : sorted[0] + (((double)sorted[^1] - sorted[0]) * i / (entries - 1));
        int[] ends = new int[entries];
        for (int iteration = 0; iteration < MostIterations && Divide(sorted, centres, ends); iteration++)
            Centre(sorted, ends, centres);
        float[] book = [.. centres.Select(c => (float)c)];
        return new(book, [.. values.ToArray().Select(v => Nearest(book, v))]);
    }

    // Cluster i is sorted[ends[i − 1]..ends[i]]: up to half way to the next centre. False when nothing changed.
    private static bool Divide(float[] sorted, double[] centres, int[] ends)
    {
        bool changed = false;
        for (int i = 0, at = 0; i < ends.Length; i++)
        {
            if (i == ends.Length - 1)
                at = sorted.Length;
            else
                while (at < sorted.Length && sorted[at] - centres[i] <= centres[i + 1] - sorted[at])
                    at++;
            changed |= ends[i] != at;
            ends[i] = at;
        }

        return changed;
    }

    // Each centre moves to the mean of its cluster; that of an empty one stays.
    private static void Centre(float[] sorted, int[] ends, double[] centres)
    {
        for (int i = 0, first = 0; i < ends.Length; first = ends[i++])
        {
            double sum = 0;
            for (int j = first; j < ends[i]; j++)
                sum += sorted[j];
            if (ends[i] > first)
                centres[i] = sum / (ends[i] - first);
        }
    }

    private static int Nearest(float[] book, float value)
    {
        int above = Array.BinarySearch(book, value);
        if (above >= 0)
            return Array.IndexOf(book, value); // the first of equals
        above = ~above;
        if (above == 0)
            return 0;
        int below = Array.IndexOf(book, book[above - 1]);
        return above == book.Length || (double)value - book[below] <= (double)book[above] - value ? below : above;
    }
}
