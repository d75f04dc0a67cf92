using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>
/// The rows of a convolution's left matrix: for each position of a grid, the pixels under the taps, zeros outside the image.
/// Convolution reads x on the grid of its outputs; the input gradient reads dy on the grid of the pixels of one phase of the
/// stride.
/// </summary>
/// <param name="Height">Rows of the image read.</param>
/// <param name="Width">Columns of the image read.</param>
/// <param name="Channels">Distance between pixels.</param>
/// <param name="First">First channel read.</param>
/// <param name="Count">Channels read.</param>
/// <param name="GridHeight">Rows of positions per image.</param>
/// <param name="GridWidth">Columns of positions per image.</param>
/// <param name="Step">Pixels from position to position.</param>
/// <param name="TapRows">Row of each tap relative to position · step, in the order of the sum.</param>
/// <param name="TapColumns">Column of each tap likewise.</param>
internal sealed unsafe record Patches(
    int Height, int Width, int Channels, int First, int Count, int GridHeight, int GridWidth, Stride Step,
    int[] TapRows, int[] TapColumns)
{
    internal int Taps => TapRows.Length;

    internal int Length => Taps * Count;

    /// <summary>True when the rows lie in the image as they are needed.</summary>
    internal bool IsImage =>
        Taps == 1 && TapRows[0] == 0 && TapColumns[0] == 0 && Step == default
        && Count == Channels && GridHeight == Height && GridWidth == Width;

    /// <summary>The patches that a convolution reads from x for one group.</summary>
    internal static Patches OfInput(Window s, int group)
    {
        int channels = s.InputChannels / s.Groups, taps = s.KernelHeight * s.KernelWidth;
        int[] rows = new int[taps], columns = new int[taps];
        for (int tap = 0; tap < taps; tap++)
        {
            rows[tap] = (tap / s.KernelWidth * s.Dilation.Rows) - s.PadTop;
            columns[tap] = (tap % s.KernelWidth * s.Dilation.Columns) - s.PadLeft;
        }

        return new(
            s.InputHeight, s.InputWidth, s.InputChannels, group * channels, channels,
            s.OutputHeight, s.OutputWidth, s.Stride, rows, columns);
    }

    /// <summary>
    /// The patches of dy that the pixels (row, column), (row + stride, column), … of dx sum over for one group, and the tap of
    /// the filter that each belongs to.
    /// </summary>
    internal static (Patches Patches, int[] FilterTaps) OfOutputGradient(Window s, int group, int row, int column)
    {
        int filters = s.OutputChannels / s.Groups;
        List<int> rows = [], columns = [], taps = [];
        for (int u = s.KernelHeight - 1; u >= 0; u--)
        {
            for (int v = s.KernelWidth - 1; v >= 0; v--)
            {
                int y = row + s.PadTop - (u * s.Dilation.Rows), x = column + s.PadLeft - (v * s.Dilation.Columns);
                if (y % s.Stride.Rows != 0 || x % s.Stride.Columns != 0)
                    continue;
                rows.Add(y / s.Stride.Rows);
                columns.Add(x / s.Stride.Columns);
                taps.Add((u * s.KernelWidth) + v);
            }
        }

        int height = (s.InputHeight - row + s.Stride.Rows - 1) / s.Stride.Rows;
        int width = (s.InputWidth - column + s.Stride.Columns - 1) / s.Stride.Columns;
        return (
            new(
                s.OutputHeight, s.OutputWidth, s.OutputChannels, group * filters, filters, height, width, 1, [.. rows],
                [.. columns]),
            [.. taps]);
    }

    /// <summary>
    /// Writes rows [first, first + rows) of some taps to <paramref name="target"/>, each of Count · (lastTap − firstTap) floats.
    /// </summary>
    internal void Gather(float* image, int first, int rows, int firstTap, int lastTap, float* target)
    {
        Span<Run> runs = stackalloc Run[lastTap - firstTap];
        runs = runs[..FindRuns(firstTap, lastTap, runs)];
        int column = first % GridWidth, row = first / GridWidth % GridHeight;
        float* origin = image + ((long)(first / GridWidth / GridHeight) * Height * Width * Channels) + First;
        for (int i = 0; i < rows; i++)
        {
            int top = row * Step.Rows, left = column * Step.Columns;
            foreach (Run run in runs)
            {
                int y = top + run.Row, x = left + run.Column;
                float* source = origin + ((((long)y * Width) + x) * Channels);
                if ((uint)y >= (uint)Height)
                    target = Zeros(target, run.Pixels * Count);
                else if (x >= 0 && x + run.Pixels <= Width)
                    target = Copy(source, target, run.Pixels * Count);
                else
                    target = Clipped(source, x, run.Pixels, target);
            }

            if (++column < GridWidth)
                continue;
            column = 0;
            if (++row < GridHeight)
                continue;
            row = 0;
            origin += (long)Height * Width * Channels;
        }
    }

    // Taps that lie side by side in memory, taken together.
    private int FindRuns(int firstTap, int lastTap, Span<Run> runs)
    {
        int count = 0;
        for (int tap = firstTap; tap < lastTap;)
        {
            int end = tap + 1;
            while (Count == Channels && end < lastTap && IsRightOf(end - 1, end))
                end++;
            runs[count++] = new(TapRows[tap], TapColumns[tap], end - tap);
            tap = end;
        }

        return count;
    }

    private bool IsRightOf(int tap, int next) => TapRows[next] == TapRows[tap] && TapColumns[next] == TapColumns[tap] + 1;

    private float* Clipped(float* source, int x, int pixels, float* target)
    {
        int before = Math.Clamp(-x, 0, pixels), inside = Math.Max(Math.Min(x + pixels, Width) - x - before, 0);
        target = Zeros(target, before * Count);
        target = Copy(source + ((long)before * Channels), target, inside * Count);
        return Zeros(target, (pixels - before - inside) * Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Copy(float* source, float* target, int length)
    {
        int i = 0;
        for (; i <= length - 8; i += 8)
            Vector256.Load(source + i).Store(target + i);
        for (; i < length; i++)
            target[i] = source[i];
        return target + length;
    }

    private static float* Zeros(float* target, int count)
    {
        for (int i = 0; i < count; i++)
            target[i] = 0;
        return target + count;
    }

    private readonly record struct Run(int Row, int Column, int Pixels);
}
