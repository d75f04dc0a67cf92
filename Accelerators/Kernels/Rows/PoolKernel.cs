using System.Numerics;
using System.Runtime.Intrinsics;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Pooling over windows of an NHWC tensor; padding takes no part. Output scale and zero point are the input's. A window as
/// large as the input without padding is global pooling.
/// </summary>
internal static unsafe class PoolKernel
{
    /// <summary>y = clamp(RHAZ(Σ valid x / number of valid x)); the sum has 32 bits.</summary>
    /// <param name="shape">Extents; OutputChannels = InputChannels, Groups and dilation are 1.</param>
    /// <param name="x">NHWC, int8 or int16.</param>
    /// <param name="y">NHWC, the same format.</param>
    /// <param name="minimum">Least output.</param>
    /// <param name="maximum">Greatest output.</param>
    public static void Average(
        in ConvolutionShape shape, Operand x, Operand y, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        Run<Mean>(shape, x, y, minimum, maximum);

    /// <summary>y = clamp(max of valid x).</summary>
    /// <param name="shape">Extents; OutputChannels = InputChannels, Groups and dilation are 1.</param>
    /// <param name="x">NHWC, int8 or int16.</param>
    /// <param name="y">NHWC, the same format.</param>
    /// <param name="minimum">Least output.</param>
    /// <param name="maximum">Greatest output.</param>
    public static void Max(
        in ConvolutionShape shape, Operand x, Operand y, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        Run<Largest>(shape, x, y, minimum, maximum);

    private static void Run<TReduction>(in ConvolutionShape shape, Operand x, Operand y, int minimum, int maximum)
        where TReduction : struct, IReduction
    {
        x.Check(shape.InputCount, nameof(x));
        y.Check(shape.OutputCount, nameof(y));
        if (shape.OutputChannels != shape.InputChannels || x.Format != y.Format)
            throw new ArgumentException("Pooling keeps channels and format.", nameof(y));
        fixed (byte* px = x.Bytes, py = y.Bytes)
            Job<TReduction>.Mine.Run(shape, px, py, x.Format, minimum, maximum);
    }

    private sealed class Job<TReduction> : IWork where TReduction : struct, IReduction
    {
        [ThreadStatic]
        private static Job<TReduction>? mine;

        private ConvolutionShape shape;
        private byte* x, y;
        private NumberFormat format;
        private int minimum, maximum;

        public static Job<TReduction> Mine => mine ??= new Job<TReduction>();

        public void Run(in ConvolutionShape extents, byte* from, byte* to, NumberFormat elements, int least, int greatest)
        {
            x = from;
            y = to;
            (shape, format) = (extents, elements);
            (minimum, maximum) = (Math.Max(least, (int)elements.MinValue()), Math.Min(greatest, (int)elements.MaxValue()));
            WorkTeam.Run(this, shape.Batch * shape.OutputHeight);
        }

        // One output row of one image.
        public void Run(int item)
        {
            int* sums = (int*)Scratch.Get<long>(Scratch.Slot.Values, shape.InputChannels);
            (int image, int oh) = Math.DivRem(item, shape.OutputHeight);
            for (int ow = 0; ow < shape.OutputWidth; ow++)
                Window(image, oh, ow, sums, (((long)item * shape.OutputWidth) + ow) * shape.InputChannels);
        }

        private void Window(int image, int oh, int ow, int* sums, long to)
        {
            int channels = shape.InputChannels;
            int top = (oh * shape.StrideHeight) - shape.PadTop, left = (ow * shape.StrideWidth) - shape.PadLeft;
            int bottom = Math.Min(top + shape.KernelHeight, shape.InputHeight);
            int right = Math.Min(left + shape.KernelWidth, shape.InputWidth);
            (top, left) = (Math.Max(top, 0), Math.Max(left, 0));
            new Span<int>(sums, channels).Fill(TReduction.Start);
            for (int h = top; h < bottom; h++)
            {
                for (int v = left; v < right; v++)
                    Join(((((long)image * shape.InputHeight) + h) * shape.InputWidth + v) * channels, sums, channels);
            }

            int valid = Math.Max(0, bottom - top) * Math.Max(0, right - left);
            switch (IntegerAccess.Bytes(format))
            {
                case sizeof(sbyte): Store(sums, valid, (sbyte*)y + to); break;
                case sizeof(short): Store(sums, valid, (short*)y + to); break;
                default: Store(sums, valid, (int*)y + to); break;
            }
        }

        private void Store<T>(int* sums, int valid, T* to) where T : unmanaged, INumberBase<T>
        {
            int least = minimum, greatest = maximum;
            for (int c = 0; c < shape.InputChannels; c++)
                to[c] = T.CreateTruncating(Math.Clamp(TReduction.Finish(sums[c], valid), least, greatest));
        }

        private void Join(long at, int* sums, int channels)
        {
            int c = 0;
            if (format == NumberFormat.Int8)
            {
                for (; c <= channels - 8; c += 8)
                {
                    Vector128<short> half = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)(x + at + c)).AsSByte());
                    Vector256<int> value = Vector256.Create(Vector128.WidenLower(half), Vector128.WidenUpper(half));
                    TReduction.Join(Vector256.Load(sums + c), value).Store(sums + c);
                }
            }

            for (; c < channels; c++)
                sums[c] = TReduction.Join(sums[c], (int)IntegerAccess.Read(x, format, at + c));
        }
    }

    private interface IReduction
    {
        static abstract int Start { get; }

        static abstract int Join(int sum, int value);

        static abstract Vector256<int> Join(Vector256<int> sum, Vector256<int> value);

        static abstract int Finish(int sum, int valid);
    }

    private readonly struct Mean : IReduction
    {
        public static int Start => 0;

        public static int Join(int sum, int value) => sum + value;

        public static Vector256<int> Join(Vector256<int> sum, Vector256<int> value) => sum + value;

        // Half of the divisor toward the sum's sign, then division toward zero: half away from zero.
        public static int Finish(int sum, int valid) =>
            valid == 0 ? 0 : (sum + (sum < 0 ? -(valid / 2) : valid / 2)) / valid;
    }

    private readonly struct Largest : IReduction
    {
        public static int Start => int.MinValue;

        public static int Join(int sum, int value) => Math.Max(sum, value);

        public static Vector256<int> Join(Vector256<int> sum, Vector256<int> value) => Vector256.Max(sum, value);

        public static int Finish(int sum, int valid) => sum;
    }
}
