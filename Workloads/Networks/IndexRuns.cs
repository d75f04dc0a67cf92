namespace NpuSim.Workloads.Networks;

/// <summary>Indices of an axis as runs that follow each other: what is cut out and joined.</summary>
internal static class IndexRuns
{
    /// <summary>More are refused.</summary>
    public const int Most = 256;

    /// <summary>The first index and the length of each run; one more than <see cref="Most"/> at the most.</summary>
    public static (int First, int Length)[] Of(int[] indices)
    {
        List<(int First, int Length)> runs = [];
        for (int i = 0, length; i < indices.Length && runs.Count <= Most; i += length)
        {
            length = 1;
            while (i + length < indices.Length && indices[i + length] == indices[i] + length)
                length++;
            runs.Add((indices[i], length));
        }

        return [.. runs];
    }
}
