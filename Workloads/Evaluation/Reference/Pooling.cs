using System.Numerics;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>Pooling and its gradients; windows in order, the pixels of a window row by row.</summary>
internal static class Pooling
{
    internal static void Average<T>(Window s, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = s.InputChannels;
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            WindowBounds bounds = Bounds(s, pixel);
            Span<T> sum = y.Slice(pixel * c, c);
            sum.Clear();
            for (int row = bounds.Top; row < bounds.Bottom; row += s.Dilation.Rows)
            {
                for (int column = bounds.Left; column < bounds.Right; column += s.Dilation.Columns)
                {
                    ReadOnlySpan<T> values = x.Slice(bounds.At(s, row, column), c);
                    for (int i = 0; i < c; i++)
                        sum[i] += values[i];
                }
            }

            T count = T.CreateChecked(bounds.Count(s));
            foreach (ref T value in sum)
                value /= count;
        }
    }

    internal static void AverageGradient<T>(Window s, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = s.InputChannels;
        dx.Clear();
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            WindowBounds bounds = Bounds(s, pixel);
            ReadOnlySpan<T> gradient = dy.Slice(pixel * c, c);
            T count = T.CreateChecked(bounds.Count(s));
            for (int row = bounds.Top; row < bounds.Bottom; row += s.Dilation.Rows)
            {
                for (int column = bounds.Left; column < bounds.Right; column += s.Dilation.Columns)
                {
                    Span<T> sum = dx.Slice(bounds.At(s, row, column), c);
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
            WindowBounds bounds = Bounds(s, pixel);
            int i = 0;
            if (Vector<T>.IsSupported)
            {
                for (; i <= c - Vector<T>.Count; i += Vector<T>.Count)
                    MaxOfVectors(s, bounds, x, i).CopyTo(y[((pixel * c) + i)..]);
            }

            for (; i < c; i++)
                y[(pixel * c) + i] = MaxOf(s, bounds, x, i);
        }
    }

    // The first pixel equal to the maximum gets the gradient (none when the maximum is not a number).
    internal static void MaxGradient<T>(Window s, ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = s.InputChannels;
        dx.Clear();
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            WindowBounds bounds = Bounds(s, pixel);
            int i = 0;
            if (Vector<T>.IsSupported)
            {
                for (; i <= c - Vector<T>.Count; i += Vector<T>.Count)
                    RouteVectors(s, bounds, x, new Vector<T>(dy[((pixel * c) + i)..]), dx, i);
            }

            for (; i < c; i++)
                Route(s, bounds, x, dy[(pixel * c) + i], dx, i);
        }
    }

    // ẋ at the first pixel equal to the maximum (0 when the maximum is not a number).
    internal static void MaxTangent<T>(Window s, ReadOnlySpan<T> tangent, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int c = s.InputChannels;
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            WindowBounds bounds = Bounds(s, pixel);
            for (int i = 0; i < c; i++)
                y[(pixel * c) + i] = Chosen(s, bounds, x, tangent, i);
        }
    }

    private static T Chosen<T>(Window s, WindowBounds bounds, ReadOnlySpan<T> x, ReadOnlySpan<T> tangent, int channel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = MaxOf(s, bounds, x, channel);
        for (int row = bounds.Top; row < bounds.Bottom; row += s.Dilation.Rows)
        {
            for (int column = bounds.Left; column < bounds.Right; column += s.Dilation.Columns)
            {
                int at = bounds.At(s, row, column) + channel;
                if (x[at] == max)
                    return tangent[at];
            }
        }

        return T.Zero;
    }

    internal static void MaxIndex<T>(Window s, ReadOnlySpan<T> x, Span<T> index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < index.Length; i++)
        {
            (int pixel, int channel) = (i / s.InputChannels, i % s.InputChannels);
            WindowBounds bounds = Bounds(s, pixel);
            index[i] = T.CreateChecked(FirstMaximum(s, bounds, Corner(s, pixel), x, channel));
        }
    }

    // Windows in the order of their pixels, as MaxGradient adds them up.
    internal static void MaxIndexGradient<T>(Window s, ReadOnlySpan<T> dy, ReadOnlySpan<T> index, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        dx.Clear();
        for (int i = 0; i < dy.Length; i++)
        {
            int place = int.CreateChecked(index[i]), pixel = i / s.InputChannels;
            if (place < 0)
                continue;
            (int top, int left) = Corner(s, pixel);
            int row = top + (place / s.KernelWidth * s.Dilation.Rows),
                column = left + (place % s.KernelWidth * s.Dilation.Columns);
            int at = Bounds(s, pixel).At(s, row, column);
            dx[at + (i % s.InputChannels)] += dy[i];
        }
    }

    private static int FirstMaximum<T>(Window s, WindowBounds bounds, (int Top, int Left) corner, ReadOnlySpan<T> x, int channel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = MaxOf(s, bounds, x, channel);
        for (int row = bounds.Top; row < bounds.Bottom; row += s.Dilation.Rows)
        {
            for (int column = bounds.Left; column < bounds.Right; column += s.Dilation.Columns)
            {
                if (x[bounds.At(s, row, column) + channel] == max)
                    return ((row - corner.Top) / s.Dilation.Rows * s.KernelWidth) + ((column - corner.Left) / s.Dilation.Columns);
            }
        }

        return -1;
    }

    private static T MaxOf<T>(Window s, WindowBounds bounds, ReadOnlySpan<T> x, int channel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = x[bounds.At(s, bounds.Top, bounds.Left) + channel];
        for (int row = bounds.Top; row < bounds.Bottom; row += s.Dilation.Rows)
        {
            for (int column = bounds.Left; column < bounds.Right; column += s.Dilation.Columns)
            {
                T value = x[bounds.At(s, row, column) + channel];
                max = value > max ? value : max;
            }
        }

        return max;
    }

    private static Vector<T> MaxOfVectors<T>(Window s, WindowBounds bounds, ReadOnlySpan<T> x, int channel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector<T> max = new(x[(bounds.At(s, bounds.Top, bounds.Left) + channel)..]);
        for (int row = bounds.Top; row < bounds.Bottom; row += s.Dilation.Rows)
        {
            for (int column = bounds.Left; column < bounds.Right; column += s.Dilation.Columns)
            {
                Vector<T> value = new(x[(bounds.At(s, row, column) + channel)..]);
                max = Vector.ConditionalSelect(Vector.GreaterThan(value, max), value, max);
            }
        }

        return max;
    }

    private static void Route<T>(Window s, WindowBounds bounds, ReadOnlySpan<T> x, T gradient, Span<T> dx, int channel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = MaxOf(s, bounds, x, channel);
        for (int row = bounds.Top; row < bounds.Bottom; row += s.Dilation.Rows)
        {
            for (int column = bounds.Left; column < bounds.Right; column += s.Dilation.Columns)
            {
                int at = bounds.At(s, row, column) + channel;
                if (x[at] != max)
                    continue;
                dx[at] += gradient;
                return;
            }
        }
    }

    private static void RouteVectors<T>(
        Window s, WindowBounds bounds, ReadOnlySpan<T> x, Vector<T> gradient, Span<T> dx, int channel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector<T> max = MaxOfVectors(s, bounds, x, channel), open = Vector.Equals(Vector<T>.Zero, Vector<T>.Zero);
        for (int row = bounds.Top; row < bounds.Bottom; row += s.Dilation.Rows)
        {
            for (int column = bounds.Left; column < bounds.Right; column += s.Dilation.Columns)
            {
                int at = bounds.At(s, row, column) + channel;
                Vector<T> hit = open & Vector.Equals(new Vector<T>(x[at..]), max), sum = new(dx[at..]);
                Vector.ConditionalSelect(hit, sum + gradient, sum).CopyTo(dx[at..]);
                open &= ~hit;
            }
        }
    }

    // First row and column of a window, in the padding where they are negative.
    private static (int Top, int Left) Corner(Window s, int pixel) => (
        (pixel / s.OutputWidth % s.OutputHeight * s.Stride.Rows) - s.PadTop,
        (pixel % s.OutputWidth * s.Stride.Columns) - s.PadLeft);

    private static WindowBounds Bounds(Window s, int pixel)
    {
        int b = pixel / s.OutputWidth / s.OutputHeight;
        (int top, int left) = Corner(s, pixel);
        return new(
            b * s.InputHeight * s.InputWidth,
            Inside(top, s.Dilation.Rows), Math.Min(top + Windows.Reach(s.KernelHeight, s.Dilation.Rows), s.InputHeight),
            Inside(left, s.Dilation.Columns), Math.Min(left + Windows.Reach(s.KernelWidth, s.Dilation.Columns), s.InputWidth));
    }

    // The first element of a window that is not in the padding before the image.
    private static int Inside(int first, int dilation) =>
        first >= 0 ? first : first + ((-first + dilation - 1) / dilation * dilation);

    // First pixel of the image, and the rows and columns between which a window lies in it.
    private readonly record struct WindowBounds(int Image, int Top, int Bottom, int Left, int Right)
    {
        internal int Count(Window s) =>
            (Bottom - Top + s.Dilation.Rows - 1) / s.Dilation.Rows * ((Right - Left
                + s.Dilation.Columns - 1) / s.Dilation.Columns);

        internal int At(Window s, int row, int column) => (Image + (row * s.InputWidth) + column) * s.InputChannels;
    }
}
