namespace NpuSim.Accelerators.Kernels;

/// <summary>Packs rows of an operand into a panel: panel[pair, row], two successive 16-bit operands of a row in each 32 bits.</summary>
internal static unsafe class Panel
{
    /// <summary>Packs and measures; absent rows and an absent last operand are 0.</summary>
    /// <param name="source">Where rows come from.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Rows a panel has room for.</param>
    /// <param name="depth">Operands per row.</param>
    /// <param name="panel">[(depth + 1) / 2, width].</param>
    /// <returns>A bound, rounded up, of the Euclidean norm of every row.</returns>
    public static double Pack(in RowSource source, int first, int count, int width, int depth, int* panel)
    {
        int pairs = (depth + 1) / 2;
        short* row = Scratch.Get<short>(Scratch.Slot.Row, 2L * pairs);
        row[(2 * pairs) - 1] = 0;
        long largest = 0;
        for (int r = 0; r < width; r++)
        {
            if (r >= count)
            {
                for (int p = 0; p < pairs; p++)
                    panel[((long)p * width) + r] = 0;
                continue;
            }

            source.Gather(first + r, row);
            long squares = 0;
            for (int p = 0; p < pairs; p++)
            {
                panel[((long)p * width) + r] = ((int*)row)[p];
                squares += (row[2 * p] * row[2 * p]) + ((long)row[(2 * p) + 1] * row[(2 * p) + 1]);
            }

            largest = Math.Max(largest, squares);
        }

        return Math.Sqrt(largest) * (1 + 1e-12);
    }
}
