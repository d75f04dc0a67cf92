namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>Splits rows of a product among threads when each gets enough to do.</summary>
internal static class Parallelism
{
    private const long WorkPerThread = 1 << 21; // multiply-accumulates: a few times what waking a thread costs

    /// <summary>Calls <paramref name="body"/> (first row, rows) so that every row is covered once.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="unit">Rows that belong together; parts are multiples of it.</param>
    /// <param name="workPerRow">Multiply-accumulates of a row.</param>
    /// <param name="threads">At most so many parts.</param>
    /// <param name="body">The work.</param>
    internal static void Split(int rows, int unit, long workPerRow, int threads, Action<int, int> body)
    {
        int units = (rows + unit - 1) / unit;
        int parts = (int)Math.Min(Math.Min(threads, units), Math.Max(rows * workPerRow / WorkPerThread, 1));
        if (parts <= 1)
        {
            body(0, rows);
            return;
        }

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
        {
            int first = (int)((long)units * part / parts) * unit;
            int end = Math.Min((int)((long)units * (part + 1) / parts) * unit, rows);
            body(first, end - first);
        });
    }
}
