using System.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution.Float.Reference;

/// <summary>Pooling and its gradients; windows in order, the pixels of a window row by row.</summary>
internal static class Pooling
{
    internal static void Average<T>(Window s, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = s.InputChannels;
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            (int image, int top, int bottom, int left, int right) = Bounds(s, pixel);
            Span<T> sum = y.Slice(pixel * c, c);
            sum.Clear();
            for (int row = top; row < bottom; row++)
            {
                for (int column = left; column < right; column++)
                {
                    ReadOnlySpan<T> values = x.Slice((image + (row * s.InputWidth) + column) * c, c);
                    for (int i = 0; i < c; i++)
                        sum[i] += values[i];
                }
            }

            T count = T.CreateChecked((bottom - top) * (right - left));
            foreach (ref T value in sum)
                value /= count;
        }
    }

    internal static void AverageGradient<T>(Window s, ReadOnlySpan<T> dy, Span<T> dx) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = s.InputChannels;
        dx.Clear();
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            (int image, int top, int bottom, int left, int right) = Bounds(s, pixel);
            ReadOnlySpan<T> gradient = dy.Slice(pixel * c, c);
            T count = T.CreateChecked((bottom - top) * (right - left));
            for (int row = top; row < bottom; row++)
            {
                for (int column = left; column < right; column++)
                {
                    Span<T> sum = dx.Slice((image + (row * s.InputWidth) + column) * c, c);
                    for (int i = 0; i < c; i++)
                        sum[i] += gradient[i] / count;
                }
            }
        }
    }

    internal static void Max<T>(Window s, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = s.InputChannels;
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            (int image, int top, int bottom, int left, int right) = Bounds(s, pixel);
            Span<T> max = y.Slice(pixel * c, c);
            x.Slice((image + (top * s.InputWidth) + left) * c, c).CopyTo(max);
            for (int row = top; row < bottom; row++)
            {
                for (int column = left; column < right; column++)
                {
                    ReadOnlySpan<T> values = x.Slice((image + (row * s.InputWidth) + column) * c, c);
                    for (int i = 0; i < c; i++)
                        max[i] = values[i] > max[i] ? values[i] : max[i];
                }
            }
        }
    }

    internal static void MaxGradient<T>(Window s, ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dx) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = s.InputChannels;
        dx.Clear();
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            (int image, int top, int bottom, int left, int right) = Bounds(s, pixel);
            for (int i = 0; i < c; i++)
            {
                int largest = ((image + (top * s.InputWidth) + left) * c) + i;
                for (int row = top; row < bottom; row++)
                {
                    for (int column = left; column < right; column++)
                    {
                        int at = ((image + (row * s.InputWidth) + column) * c) + i;
                        largest = x[at] > x[largest] ? at : largest;
                    }
                }

                dx[largest] += dy[(pixel * c) + i];
            }
        }
    }

    // First pixel of the image, and the rows and columns of the window that lie in it.
    private static (int Image, int Top, int Bottom, int Left, int Right) Bounds(Window s, int pixel)
    {
        int column = pixel % s.OutputWidth, row = pixel / s.OutputWidth % s.OutputHeight, b = pixel / s.OutputWidth / s.OutputHeight;
        int top = (row * s.Stride) - s.PadTop, left = (column * s.Stride) - s.PadLeft;
        return (
            b * s.InputHeight * s.InputWidth,
            Math.Max(top, 0), Math.Min(top + s.KernelHeight, s.InputHeight),
            Math.Max(left, 0), Math.Min(left + s.KernelWidth, s.InputWidth));
    }
}
