using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>
/// One matrix product y[m, n] = stage(bias[n] + Σ left[m, k] · right[n, k]) in a policy's arithmetic. Where Cauchy–Schwarz
/// proves that no partial sum of a tile can leave the accumulator, the order of addition is free and the register tile runs;
/// where it does not, the tile is accumulated in the policy's order.
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
    private int* packed, starts;
    private double* rightSegments;
    private int segment, segments;
    private AccumulatorPolicy? whole;
    private int outputBits;
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
        if (m == 0 || n == 0)
            return default;
        pairs = (k + 1) / 2;
        leftPanels = (m + Tile.Rows - 1) / Tile.Rows;
        rightPanels = (n + Tile.Columns - 1) / Tile.Columns;
        packed = Scratch.Get<int>(Scratch.Slot.Right, (long)rightPanels * pairs * Tile.Columns);
        outputBits = Bounds.OutputBits(policy.Accumulator);
        // Blocks whose sums no operands of these formats can overflow are groups; others are looked at tile by tile.
        whole = Bounds.WithoutBlocks(policy.Accumulator, (double)policy.Accumulator.BlockMacs * left.Largest * right.Largest);
        segment = DriftTile.Segment(
            Bounds.WithoutBlocks(policy.Accumulator, 0)!, k);
        segments = (k + segment - 1) / segment;
        rightSegments = Scratch.Get<double>(Scratch.Slot.RightSegments, (long)rightPanels * segments);
        starts = Scratch.Get<int>(Scratch.Slot.Starts, (long)rightPanels * Tile.Columns);
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
        panelsPerBlock = (int)Math.Clamp((1L << 18) / ((k + 1L) * Tile.Rows * 2), 1, PanelsPerBlock);
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
        norms[panel] = Panel.Pack(right, first, count, Tile.Columns, k, to, segment, rightSegments + ((long)panel * segments));
        long bound = 0;
        int* start = starts + (panel * Tile.Columns);
        new Span<int>(start, Tile.Columns).Clear();
        for (int c = 0; c < count && bias != null; c++)
        {
            bound = Math.Max(bound, bias[first + c] == long.MinValue ? long.MaxValue : Math.Abs(bias[first + c]));
            start[c] = (int)bias[first + c]; // looked at only where it fits
        }

        biasBounds[panel] = bound;
    }

    private void MultiplyBlock(int block, int split)
    {
        int firstPanel = block * panelsPerBlock, endPanel = Math.Min(firstPanel + panelsPerBlock, leftPanels);
        long panelSize = (long)pairs * Tile.Rows;
        int* panels = Scratch.Get<int>(Scratch.Slot.Left, panelSize * panelsPerBlock);
        double* leftNorms = stackalloc double[PanelsPerBlock];
        double* leftSegments = Scratch.Get<double>(Scratch.Slot.LeftNorms, (long)PanelsPerBlock * segments);
        for (int p = firstPanel; p < endPanel; p++)
        {
            int row = FirstRow(p);
            leftNorms[p - firstPanel] = Panel.Pack(
                left, row, FirstRow(p + 1) - row, Tile.Rows, k, panels + ((p - firstPanel) * panelSize), segment,
                leftSegments + ((p - firstPanel) * segments));
        }

        int* sums = Scratch.Get<int>(Scratch.Slot.Tile, Tile.Rows * Tile.Columns);
        long* wide = Scratch.Get<long>(Scratch.Slot.Values, Tile.Rows * Tile.Columns);
        long outOfRange = 0, narrowed = 0;
        int begin = (int)((long)rightPanels * split / columnSplits), end = (int)((long)rightPanels * (split + 1) / columnSplits);
        for (int j = begin; j < end; j++)
        {
            int* columns = packed + (j * (long)pairs * Tile.Columns);
            for (int p = firstPanel; p < endPanel; p++)
            {
                int* rows = panels + ((p - firstPanel) * panelSize);
                int first = j * Tile.Columns, row = FirstRow(p), count = FirstRow(p + 1) - row;
                OutputTile tile = new(
                    count, Math.Min(Tile.Columns, n - first), Tile.Columns, channel + first, yStart + (row * yStride) + first,
                        yStride);
                double bound = leftNorms[p - firstPanel] * norms[j];
                AccumulatorPolicy? simple = whole ?? Bounds.WithoutBlocks(policy.Accumulator, bound);
                if (simple is null)
                {
                    narrowed += BlockedTile(rows, columns, tile, first, sums, wide, ref outOfRange);
                }
                else if (Bounds.Allow(simple, bound, biasBounds[j]))
                {
                    narrowed += FreeTile(rows, columns, tile, j, bound, sums, wide, ref outOfRange);
                }
                else
                {
                    (long left, bool isWide) = DriftTile.Run(
                        simple, tile, pairs, segment, bound, rows, leftSegments + ((p - firstPanel) * segments), columns,
                        rightSegments + ((long)j * segments), bias == null ? null : bias + first, sums, wide);
                    outOfRange += left;
                    narrowed += isWide ? WriteWide(tile, sums, wide, ref outOfRange) : writer.Write(sums, tile, y);
                }
            }
        }

        Interlocked.Add(ref overflowed, outOfRange);
        Interlocked.Add(ref clipped, narrowed);
    }

    private long FreeTile(
        int* rows, int* columns, in OutputTile tile, int panel, double bound, int* sums, long* wide, ref long outOfRange)
    {
        if (outputBits <= 32 || (writer.TakesNarrow && bound + biasBounds[panel] <= int.MaxValue))
        {
            Tile.Run(tile, pairs, rows, columns, starts + (panel * Tile.Columns), sums);
            outOfRange += outputBits <= 32 ? Bounds.Drain(policy.Accumulator, sums, tile) : 0;
            return writer.Write(sums, tile, y);
        }

        int* zero = stackalloc int[Tile.Columns];
        new Span<int>(zero, Tile.Columns).Clear();
        Tile.Run(tile, pairs, rows, columns, zero, sums);
        int first = panel * Tile.Columns;
        for (int r = 0; r < tile.Rows; r++)
        {
            for (int c = 0; c < Tile.Columns; c++)
                wide[(r * Tile.Columns) + c] = sums[(r * Tile.Columns) + c]
                    + (bias == null || c >= tile.Columns ? 0 : bias[first + c]);
        }

        return WriteWide(tile, sums, wide, ref outOfRange);
    }

    private long BlockedTile(int* rows, int* columns, in OutputTile tile, int first, int* sums, long* wide, ref long outOfRange)
    {
        for (int r = 0; r < tile.Rows; r++)
        {
            for (int c = 0; c < tile.Columns; c++)
            {
                wide[(r * Tile.Columns) + c] = Ordered.Dot(
                    policy.Accumulator, k, rows + r, columns + c, bias == null ? 0 : bias[first + c], out bool overflow);
                outOfRange += overflow ? 1 : 0;
            }
        }

        return outputBits > 32 ? writer.Write(wide, tile, y) : WriteNarrow(tile, sums, wide);
    }

    private long WriteWide(in OutputTile tile, int* sums, long* wide, ref long outOfRange)
    {
        outOfRange += Bounds.Drain(policy.Accumulator, wide, tile);
        return outputBits <= 32 || (writer.TakesNarrow && DriftTile.Within(wide, tile.Rows, int.MaxValue))
            ? WriteNarrow(tile, sums, wide)
            : writer.Write(wide, tile, y);
    }

    private long WriteNarrow(in OutputTile tile, int* sums, long* wide)
    {
        DriftTile.ToNarrow(wide, sums, tile.Rows);
        return writer.Write(sums, tile, y);
    }
}
