using System.Numerics;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Evaluation.Reference;

/// <summary>Convolution and its two gradients.</summary>
internal static class Convolution
{
    internal static void Forward<T>(Window s, ReadOnlySpan<T> x, ReadOnlySpan<T> w, ReadOnlySpan<T> bias, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = s.InputChannels / s.Groups, filters = s.OutputChannels / s.Groups;
        for (int pixel = 0; pixel < s.Pixels; pixel++)
        {
            (int b, int oy, int ox) = Position(pixel, s.OutputHeight, s.OutputWidth);
            for (int o = 0; o < s.OutputChannels; o++)
            {
                T sum = T.Zero;
                int tap = o * s.KernelHeight * s.KernelWidth * channels;
                for (int u = 0; u < s.KernelHeight; u++)
                {
                    for (int v = 0; v < s.KernelWidth; v++)
                    {
                        int iy = (oy * s.Stride.Rows) + (u * s.Dilation.Rows) - s.PadTop;
                        int ix = (ox * s.Stride.Columns) + (v * s.Dilation.Columns) - s.PadLeft;
                        bool inside = (uint)iy < (uint)s.InputHeight && (uint)ix < (uint)s.InputWidth;
                        int from = ((((b * s.InputHeight) + iy) * s.InputWidth) + ix) * s.InputChannels;
                        int at = from + (o / filters * channels);
                        for (int c = 0; c < channels; c++)
                            sum = T.FusedMultiplyAdd(inside ? x[at + c] : T.Zero, w[tap++], sum);
                    }
                }

                y[(pixel * s.OutputChannels) + o] = bias.IsEmpty ? sum : sum + bias[o];
            }
        }
    }

    // Each pixel of dx sums over the windows that can hold it, row by row, window positions outside the result counting as zeros.
    internal static void InputGradient<T>(Window s, ReadOnlySpan<T> dy, ReadOnlySpan<T> w, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = s.InputChannels / s.Groups, filters = s.OutputChannels / s.Groups;
        for (int pixel = 0; pixel < s.Batch * s.InputHeight * s.InputWidth; pixel++)
        {
            (int b, int iy, int ix) = Position(pixel, s.InputHeight, s.InputWidth);
            for (int c = 0; c < s.InputChannels; c++)
            {
                T sum = T.Zero;
                for (int u = s.KernelHeight - 1; u >= 0; u--)
                {
                    for (int v = s.KernelWidth - 1; v >= 0; v--)
                    {
                        int y = iy + s.PadTop - (u * s.Dilation.Rows), x = ix + s.PadLeft - (v * s.Dilation.Columns);
                        if (y % s.Stride.Rows != 0 || x % s.Stride.Columns != 0)
                            continue;
                        (y, x) = (y / s.Stride.Rows, x / s.Stride.Columns);
                        bool inside = (uint)y < (uint)s.OutputHeight && (uint)x < (uint)s.OutputWidth;
                        int at = ((((b * s.OutputHeight) + y) * s.OutputWidth) + x) * s.OutputChannels;
                        for (int o = c / channels * filters; o < ((c / channels) + 1) * filters; o++)
                        {
                            T weight = w[(((((o * s.KernelHeight) + u) * s.KernelWidth) + v) * channels) + (c % channels)];
                            sum = T.FusedMultiplyAdd(inside ? dy[at + o] : T.Zero, weight, sum);
                        }
                    }
                }

                dx[(pixel * s.InputChannels) + c] = sum;
            }
        }
    }

    internal static void WeightGradient<T>(Window s, ReadOnlySpan<T> dy, ReadOnlySpan<T> x, Span<T> dw)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channels = s.InputChannels / s.Groups, filters = s.OutputChannels / s.Groups;
        for (int i = 0; i < dw.Length; i++)
        {
            int c = i % channels, v = i / channels % s.KernelWidth, u = i / channels / s.KernelWidth % s.KernelHeight;
            int o = i / channels / s.KernelWidth / s.KernelHeight;
            T sum = T.Zero;
            for (int pixel = 0; pixel < s.Pixels; pixel++)
            {
                (int b, int oy, int ox) = Position(pixel, s.OutputHeight, s.OutputWidth);
                int iy = (oy * s.Stride.Rows) + (u * s.Dilation.Rows) - s.PadTop;
                int ix = (ox * s.Stride.Columns) + (v * s.Dilation.Columns) - s.PadLeft;
                bool inside = (uint)iy < (uint)s.InputHeight && (uint)ix < (uint)s.InputWidth;
                int at = (((((b * s.InputHeight) + iy) * s.InputWidth) + ix) * s.InputChannels) + (o / filters * channels) + c;
                sum = T.FusedMultiplyAdd(dy[(pixel * s.OutputChannels) + o], inside ? x[at] : T.Zero, sum);
            }

            dw[i] = sum;
        }
    }

    private static (int Batch, int Row, int Column) Position(int pixel, int height, int width) =>
        (pixel / (height * width), pixel / width % height, pixel % width);
}
