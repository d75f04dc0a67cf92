namespace NpuSim.Yaml;

/// <summary>Guesses what a misspelt name was meant to be.</summary>
public static class Suggestion
{
    private const int LongestName = 100;

    /// <summary><c> (did you mean 'x'?)</c> for the candidate nearest to the name; empty when none is near.</summary>
    public static string For(string name, IEnumerable<string> candidates) =>
        Nearest(name, candidates) is { } nearest ? $" (did you mean '{nearest}'?)" : "";

    /// <summary>
    /// The candidate that takes the fewest insertions, deletions, replacements and swaps of neighbours, at most a third of the
    /// letters and at least one; of equals the one with more of the first letters, then the first; null when none is near.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        if (name.Length > LongestName)
            return null;
        string? nearest = null;
        (int Steps, int NotShared) least = (int.MaxValue, 0);
        foreach (string candidate in candidates)
        {
            string lower = candidate.ToLowerInvariant();
            int steps = Distance(name.ToLowerInvariant(), lower);
            (int, int) distance = (steps, -name.ToLowerInvariant().AsSpan().CommonPrefixLength(lower));
            if (distance.CompareTo(least) < 0 && steps <= Math.Max(1, Math.Max(name.Length, candidate.Length) / 3))
                (nearest, least) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>Damerau's distance with adjacent swaps (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
