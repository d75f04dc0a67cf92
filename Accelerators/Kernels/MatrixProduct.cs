using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// One matrix product y[m, n] = stage(bias[n] + Σ left[m, k] · right[n, k]) in a policy's arithmetic. Where Cauchy–Schwarz proves
/// that no partial sum of a tile can leave the accumulator, the order of addition is free and the register tile runs; where it
/// does not, the tile is accumulated in the policy's order.
/// </summary>
internal sealed unsafe class MatrixProduct : IWork
{
    private const int PanelsPerBlock = 8;
    private const long MacsWorthThreads = 1 << 19;

    [ThreadStatic]
    private static MatrixProduct? mine;

    private int m, n, k, pairs, leftPanels, rightPanels, panelsPerBlock, columnSplits;
    private RowSource left, right;
    private long* bias, biasBounds;
    private int* packed;
    private double* norms;
    private byte* y;
    private long yStride, yStart;
    private int channel;
    private NumericPolicy policy = null!;
    private OutputWriter writer = null!;
    private bool packing;
    private long overflowed, clipped;

    /// <summary>This thread's instance; products of one thread run one after another.</summary>
    public static MatrixProduct Mine => mine ??= new MatrixProduct();

    /// <summary>Multiplies.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="depth">k.</param>
    /// <param name="leftRows">m rows of k operands.</param>
    /// <param name="rightRows">n rows of k operands.</param>
    /// <param name="biases">[n] in the scale of the accumulator; null: 0.</param>
    /// <param name="output">Writes the outputs.</param>
    /// <param name="numerics">Accumulator policy.</param>
    /// <param name="destination">Output operand.</param>
    /// <param name="stride">Elements from one output row to the next.</param>
    /// <param name="start">Element of the first output.</param>
    /// <param name="firstChannel">Channel of the first column.</param>
    public OverflowCount Run(
        int rows,
        int columns,
        int depth,
        RowSource leftRows,
        RowSource rightRows,
        long* biases,
        OutputWriter output,
        NumericPolicy numerics,
        byte* destination,
        long stride,
        long start,
        int firstChannel)
    {
        (m, n, k, left, right) = (rows, columns, depth, leftRows, rightRows);
        (writer, policy, yStride, yStart, channel) = (output, numerics, stride, start, firstChannel);
        bias = biases;
        y = destination;
        (overflowed, clipped) = (0, 0);
        pairs = (k + 1) / 2;
        leftPanels = (m + Tile.Rows - 1) / Tile.Rows;
        rightPanels = (n + Tile.Columns - 1) / Tile.Columns;
        packed = Scratch.Get<int>(Scratch.Slot.Right, (long)rightPanels * pairs * Tile.Columns);
        norms = Scratch.Get<double>(Scratch.Slot.RightNorms, rightPanels * 2);
        biasBounds = (long*)norms + rightPanels;
        bool threads = (long)m * n * k >= MacsWorthThreads;
        Split(threads ? WorkTeam.Threads : 1);
        int blocks = (leftPanels + panelsPerBlock - 1) / panelsPerBlock;
        packing = true;
        Do(rightPanels, threads);
        packing = false;
        Do(blocks * columnSplits, threads);
        return new OverflowCount((long)m * n, overflowed, clipped);
    }

    /// <inheritdoc/>
    public void Run(int item)
    {
        if (packing)
            PackRight(item);
        else
            MultiplyBlock(item / columnSplits, item % columnSplits);
    }

    private void Do(int items, bool threads)
    {
        if (threads)
        {
            WorkTeam.Run(this, items);
            return;
        }

        for (int item = 0; item < items; item++)
            Run(item);
    }

    private void Split(int threads)
    {
        panelsPerBlock = (int)Math.Clamp((1L << 18) / ((long)k * Tile.Rows * 2), 1, PanelsPerBlock);
        while (panelsPerBlock > 1 && (leftPanels + panelsPerBlock - 1) / panelsPerBlock < 2 * threads)
            panelsPerBlock /= 2;
        int blocks = (leftPanels + panelsPerBlock - 1) / panelsPerBlock;
        columnSplits = blocks >= threads ? 1 : Math.Min(rightPanels, 2 * threads / blocks);
    }

    private int FirstRow(int panel) => (int)((long)m * panel / leftPanels);

    private void PackRight(int panel)
    {
        int first = panel * Tile.Columns, count = Math.Min(Tile.Columns, n - first);
        int* to = packed + ((long)panel * pairs * Tile.Columns);
        norms[panel] = Panel.Pack(right, first, count, Tile.Columns, k, to);
        long bound = 0;
        for (int c = 0; c < count && bias != null; c++)
            bound = Math.Max(bound, bias[first + c] == long.MinValue ? long.MaxValue : Math.Abs(bias[first + c]));
        biasBounds[panel] = bound;
    }

    private void MultiplyBlock(int block, int split)
    {
        int firstPanel = block * panelsPerBlock, endPanel = Math.Min(firstPanel + panelsPerBlock, leftPanels);
        long panelSize = (long)pairs * Tile.Rows;
        int* panels = Scratch.Get<int>(Scratch.Slot.Left, panelSize * panelsPerBlock);
        double* leftNorms = stackalloc double[PanelsPerBlock];
        for (int p = firstPanel; p < endPanel; p++)
        {
            int row = FirstRow(p);
            leftNorms[p - firstPanel] = Panel.Pack(
                left, row, FirstRow(p + 1) - row, Tile.Rows, k, panels + ((p - firstPanel) * panelSize));
        }

        int* sums = Scratch.Get<int>(Scratch.Slot.Tile, Tile.Rows * Tile.Columns);
        long* ordered = Scratch.Get<long>(Scratch.Slot.Values, Tile.Columns);
        long outOfRange = 0, narrowed = 0;
        int begin = (int)((long)rightPanels * split / columnSplits), end = (int)((long)rightPanels * (split + 1) / columnSplits);
        for (int j = begin; j < end; j++)
        {
            int* columns = packed + (j * (long)pairs * Tile.Columns);
            for (int p = firstPanel; p < endPanel; p++)
            {
                int* rows = panels + ((p - firstPanel) * panelSize);
                int row = FirstRow(p), count = FirstRow(p + 1) - row;
                if (Bounds.Allow(policy.Accumulator, leftNorms[p - firstPanel] * norms[j], biasBounds[j]))
                    narrowed += FreeTile(rows, columns, row, count, j, sums, ordered, ref outOfRange);
                else
                    narrowed += OrderedTile(rows, columns, row, count, j, ordered, ref outOfRange);
            }
        }

        Interlocked.Add(ref overflowed, outOfRange);
        Interlocked.Add(ref clipped, narrowed);
    }

    private long FreeTile(int* rows, int* columns, int row, int count, int panel, int* sums, long* wide, ref long outOfRange)
    {
        int first = panel * Tile.Columns, width = Math.Min(Tile.Columns, n - first);
        new Span<int>(sums, count * Tile.Columns).Clear();
        Tile.Run(count, pairs, rows, columns, sums);
        long narrowed = 0;
        for (int r = 0; r < count; r++)
        {
            int* sum = sums + (r * Tile.Columns);
            long at = yStart + ((row + r) * yStride) + first;
            if (policy.Accumulator.Bits > 32 || policy.Accumulator.BlockMacs > 0 && policy.Accumulator.OuterBits > 32)
            {
                for (int c = 0; c < width; c++)
                    wide[c] = sum[c] + (bias == null ? 0 : bias[first + c]);
                outOfRange += Bounds.Drain(policy.Accumulator, wide, width);
                narrowed += writer.Write(wide, width, channel + first, y, at);
                continue;
            }

            for (int c = 0; c < width && bias != null; c++)
                sum[c] += (int)bias[first + c];
            outOfRange += Bounds.Drain(policy.Accumulator, sum, width);
            narrowed += writer.Write(sum, width, channel + first, y, at);
        }

        return narrowed;
    }

    private long OrderedTile(int* rows, int* columns, int row, int count, int panel, long* sums, ref long outOfRange)
    {
        int first = panel * Tile.Columns, width = Math.Min(Tile.Columns, n - first);
        bool isWide = Bounds.OutputBits(policy.Accumulator) > 32;
        int* narrow = (int*)sums;
        long narrowed = 0;
        for (int r = 0; r < count; r++)
        {
            long at = yStart + ((row + r) * yStride) + first;
            outOfRange += Ordered.Row(
                policy.Accumulator, k, rows + r, columns, bias == null ? null : bias + first, width, sums);
            if (isWide)
            {
                narrowed += writer.Write(sums, width, channel + first, y, at);
                continue;
            }

            for (int c = 0; c < width; c++)
                narrow[c] = (int)sums[c];
            narrowed += writer.Write(narrow, width, channel + first, y, at);
        }

        return narrowed;
    }
}
