using System.Buffers;
using System.Runtime.Intrinsics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>
/// Convolutions of one group in double, and their gradients: twelve channels of a result side by side, each summed in the order
/// of the textbook loops, so that the bits are theirs. Always on the calling thread.
/// </summary>
internal static unsafe class DoubleConvolution
{
    private const int Lanes = 4, Vectors = 3, Block = Lanes * Vectors;

    /// <summary>Computes the operation when it is such a convolution; false when it is another.</summary>
    internal static bool TryExecute(Op op, ReadOnlySpan<Tensor<double>> inputs, Tensor<double> output)
    {
        if (op is not (Conv2d { Groups: 1 } or Conv2dInputGradient { Convolution.Groups: 1 }
            or Conv2dWeightGradient { Convolution.Groups: 1 }))
            return false;
        Shape first = inputs[0].Shape, second = inputs[1].Shape;
        fixed (
            double* a = inputs[0].Span, b = inputs[1].Span, bias = inputs.Length > 2 ? inputs[2].Span : default, y = output.Span)
        {
            switch (op)
            {
                case Conv2d conv: Forward(conv.WindowOf(first, second), a, b, bias, y); break;
                case Conv2dInputGradient conv: InputGradient(conv.Window(second), a, b, y); break;
                case Conv2dWeightGradient conv: WeightGradient(conv.Convolution.WindowOf(second, conv.Filters), a, b, y); break;
            }
        }

        return true;
    }

    private static void Forward(Window s, double* x, double* w, double* bias, double* y)
    {
        int taps = s.KernelHeight * s.KernelWidth, patch = taps * s.InputChannels, columns = s.OutputChannels;
        using Scratch panels = new(Padded(columns) * patch), zeros = new(s.InputChannels);
        for (int o = 0; o < columns; o++)
        {
            for (int i = 0; i < patch; i++)
                panels.At[(o / Block * patch * Block) + (i * Block) + (o % Block)] = w[(o * patch) + i];
        }

        for (int pixel = 0; pixel < s.Pixels; pixel++, y += columns)
        {
            for (int o = 0; o < columns; o += Block)
            {
                Sums sums = default;
                double* panel = panels.At + ((long)o * patch);
                for (int tap = 0; tap < taps; tap++, panel += s.InputChannels * Block)
                    sums.Add(Read(s, pixel, tap, x, zeros.At), panel, s.InputChannels);
                sums.Store(y + o, Math.Min(Block, columns - o), bias == null ? null : bias + o);
            }
        }
    }

    private static void InputGradient(Window s, double* dy, double* w, double* dx)
    {
        int taps = s.KernelHeight * s.KernelWidth, columns = s.InputChannels, filters = s.OutputChannels;
        using Scratch panels = new(Padded(columns) * taps * filters), zeros = new(filters);
        for (int i = 0; i < filters * taps * columns; i++)
        {
            int c = i % columns, tap = i / columns % taps, o = i / columns / taps;
            panels.At[(((((long)(c / Block) * taps) + tap) * filters) + o) * Block + (c % Block)] = w[i];
        }

        for (int pixel = 0; pixel < s.Batch * s.InputHeight * s.InputWidth; pixel++, dx += columns)
        {
            for (int c = 0; c < columns; c += Block)
            {
                Sums sums = default;
                for (int tap = taps - 1; tap >= 0; tap--)
                {
                    if (Reached(s, pixel, tap, dy, zeros.At) is var terms && terms != null)
                        sums.Add(terms, panels.At + ((((long)(c / Block) * taps) + tap) * filters * Block), filters);
                }

                sums.Store(dx + c, Math.Min(Block, columns - c), null);
            }
        }
    }

    private static void WeightGradient(Window s, double* dy, double* x, double* dw)
    {
        int taps = s.KernelHeight * s.KernelWidth, channels = s.InputChannels, filters = s.OutputChannels;
        int patch = taps * channels;
        using Scratch sums = new(patch * Block), zeros = new(channels), gradient = new(Block);
        for (int o = 0; o < filters; o += Block)
        {
            int count = Math.Min(Block, filters - o);
            new Span<double>(sums.At, patch * Block).Clear();
            for (int pixel = 0; pixel < s.Pixels; pixel++)
            {
                new ReadOnlySpan<double>(dy + ((long)pixel * filters) + o, count).CopyTo(new(gradient.At, count));
                for (int tap = 0; tap < taps; tap++)
                    Spread(gradient.At, Read(s, pixel, tap, x, zeros.At), sums.At + (tap * channels * Block), channels);
            }

            for (int i = 0; i < count * patch; i++)
                dw[((long)(o + (i / patch)) * patch) + (i % patch)] = sums.At[(i % patch * Block) + (i / patch)];
        }
    }

    // sums[i, ·] += dy[·] · x[i].
    private static void Spread(double* dy, double* x, double* sums, int count)
    {
        Vector256<double> a = Vector256.Load(dy), b = Vector256.Load(dy + Lanes), c = Vector256.Load(dy + (2 * Lanes));
        for (int i = 0; i < count; i++, sums += Block)
        {
            Vector256<double> term = Vector256.Create(x[i]);
            Vector256.FusedMultiplyAdd(a, term, Vector256.Load(sums)).Store(sums);
            Vector256.FusedMultiplyAdd(b, term, Vector256.Load(sums + Lanes)).Store(sums + Lanes);
            Vector256.FusedMultiplyAdd(c, term, Vector256.Load(sums + (2 * Lanes))).Store(sums + (2 * Lanes));
        }
    }

    // The channels of x under one tap of the window of an output pixel; zeros outside the image.
    private static double* Read(Window s, int pixel, int tap, double* x, double* zeros)
    {
        int ox = pixel % s.OutputWidth, oy = pixel / s.OutputWidth % s.OutputHeight, b = pixel / s.OutputWidth / s.OutputHeight;
        int iy = (oy * s.Stride.Rows) + (tap / s.KernelWidth * s.Dilation.Rows) - s.PadTop;
        int ix = (ox * s.Stride.Columns) + (tap % s.KernelWidth * s.Dilation.Columns) - s.PadLeft;
        return (uint)iy < (uint)s.InputHeight && (uint)ix < (uint)s.InputWidth
            ? x + (((((long)b * s.InputHeight) + iy) * s.InputWidth) + ix) * s.InputChannels : zeros;
    }

    // The filters of dy whose window has an input pixel under one tap; zeros outside the result, null where no window has it.
    private static double* Reached(Window s, int pixel, int tap, double* dy, double* zeros)
    {
        int ix = pixel % s.InputWidth, iy = pixel / s.InputWidth % s.InputHeight, b = pixel / s.InputWidth / s.InputHeight;
        int y = iy + s.PadTop - (tap / s.KernelWidth * s.Dilation.Rows);
        int x = ix + s.PadLeft - (tap % s.KernelWidth * s.Dilation.Columns);
        if (y % s.Stride.Rows != 0 || x % s.Stride.Columns != 0)
            return null;
        (y, x) = (y / s.Stride.Rows, x / s.Stride.Columns);
        return (uint)y < (uint)s.OutputHeight && (uint)x < (uint)s.OutputWidth
            ? dy + (((((long)b * s.OutputHeight) + y) * s.OutputWidth) + x) * s.OutputChannels : zeros;
    }

    private static int Padded(int columns) => (columns + Block - 1) / Block * Block;

    // Twelve sums.
    private struct Sums
    {
        private Vector256<double> a, b, c;

        public void Add(double* terms, double* panel, int count)
        {
            Vector256<double> first = a, second = b, third = c;
            for (int i = 0; i < count; i++, panel += Block)
            {
                Vector256<double> term = Vector256.Create(terms[i]);
                first = Vector256.FusedMultiplyAdd(term, Vector256.Load(panel), first);
                second = Vector256.FusedMultiplyAdd(term, Vector256.Load(panel + Lanes), second);
                third = Vector256.FusedMultiplyAdd(term, Vector256.Load(panel + (2 * Lanes)), third);
            }

            (a, b, c) = (first, second, third);
        }

        public readonly void Store(double* target, int count, double* bias)
        {
            double* all = stackalloc double[Block];
            a.Store(all);
            b.Store(all + Lanes);
            c.Store(all + (2 * Lanes));
            for (int i = 0; i < count; i++)
                target[i] = bias == null ? all[i] : all[i] + bias[i];
        }
    }

    // Zeros for as long as a product takes.
    private readonly struct Scratch : IDisposable
    {
        private readonly double[] rented;
        private readonly MemoryHandle pin;

        public Scratch(int length)
        {
            rented = ArrayPool<double>.Shared.Rent(length);
            rented.AsSpan(0, length).Clear();
            pin = rented.AsMemory().Pin();
        }

        public double* At => (double*)pin.Pointer;

        public void Dispose()
        {
            pin.Dispose();
            ArrayPool<double>.Shared.Return(rented);
        }
    }
}
