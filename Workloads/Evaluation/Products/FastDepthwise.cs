using System.Buffers;
using System.Runtime.Intrinsics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>
/// Depthwise convolution of one filter per channel and its gradients: lanes across channels, sums over the taps in order.
/// </summary>
internal static unsafe class FastDepthwise
{
    private const int Width = 8, CostPerMac = 8; // of a packed product's

    internal static bool Fits(Window s) => s.Groups == s.InputChannels && s.Groups == s.OutputChannels && s.Groups > 1;

    internal static void Forward(Window s, float* x, float* w, float* bias, float* y, int threads)
    {
        int[] taps = [.. Enumerable.Range(0, s.KernelHeight * s.KernelWidth)];
        Patches patches = Patches.OfInput(s, 0) with { First = 0, Count = s.InputChannels };
        Multiply(patches, s, x, w, taps, bias, y, 1, s.OutputHeight, s.OutputWidth, threads);
    }

    internal static void InputGradient(Window s, float* dy, float* w, float* dx, int threads)
    {
        for (int row = 0; row < Math.Min(s.Stride.Rows, s.InputHeight); row++)
        {
            for (int column = 0; column < Math.Min(s.Stride.Columns, s.InputWidth); column++)
            {
                (Patches patches, int[] taps) = Patches.OfOutputGradient(s, 0, row, column);
                float* first = dx + (((row * s.InputWidth) + column) * s.InputChannels);
                patches = patches with { First = 0, Count = s.InputChannels };
                Multiply(patches, s, dy, w, taps, null, first, s.Stride, s.InputHeight, s.InputWidth, threads);
            }
        }
    }

    internal static void WeightGradient(Window s, float* dy, float* x, float* dw, int threads)
    {
        int channels = s.InputChannels, taps = s.KernelHeight * s.KernelWidth;
        Patches patches = Patches.OfInput(s, 0);
        Parallelism.Split(taps, 1, s.Pixels * channels * CostPerMac, threads, (first, count) =>
        {
            float[] buffer = ArrayPool<float>.Shared.Rent(channels);
            fixed (float* sums = buffer)
            {
                for (int tap = first; tap < first + count; tap++)
                {
                    new Span<float>(sums, channels).Clear();
                    for (int pixel = 0; pixel < s.Pixels; pixel++)
                        MultiplyAdd(dy + ((long)pixel * channels), Pixel(patches, x, pixel, tap), sums, channels);
                    for (int c = 0; c < channels; c++)
                        dw[((long)c * taps) + tap] = sums[c];
                }
            }

            ArrayPool<float>.Shared.Return(buffer);
        });
    }

    // y[position, c] = Σ image[position + tap, c] · w[c, tap] (+ bias[c]); positions lie `step` pixels apart in y.
    private static void Multiply(
        Patches patches, Window s, float* image, float* w, int[] taps, float* bias, float* y,
        Stride step, int height, int width, int threads)
    {
        int channels = s.InputChannels, kernel = s.KernelHeight * s.KernelWidth;
        int positions = s.Batch * patches.GridHeight * patches.GridWidth;
        float[] filters = ArrayPool<float>.Shared.Rent(Math.Max(taps.Length * channels, 1)); // [tap, channel]
        for (int tap = 0; tap < taps.Length; tap++)
        {
            for (int c = 0; c < channels; c++)
                filters[(tap * channels) + c] = w[((long)c * kernel) + taps[tap]];
        }

        fixed (float* pinned = filters)
        {
            IntPtr weights = (IntPtr)pinned;
            Parallelism.Split(positions, 1, taps.Length * channels * CostPerMac, threads, (first, count) =>
            {
                for (int position = first; position < first + count; position++)
                {
                    int column = position % patches.GridWidth, row = position / patches.GridWidth % patches.GridHeight;
                    int b = position / patches.GridWidth / patches.GridHeight;
                    float* target = y + (((((long)b * height) + (row * step.Rows)) * width) + (column * step.Columns)) * channels;
                    new Span<float>(target, channels).Clear();
                    for (int tap = 0; tap < taps.Length; tap++)
                        MultiplyAdd(Pixel(patches, image, position, tap), (float*)weights + (tap * channels), target, channels);
                    for (int c = 0; bias != null && c < channels; c++)
                        target[c] += bias[c];
                }
            });
        }

        ArrayPool<float>.Shared.Return(filters);
    }

    // The pixel of the image under a tap, or null outside.
    private static float* Pixel(Patches patches, float* image, int position, int tap)
    {
        int column = position % patches.GridWidth, row = position / patches.GridWidth % patches.GridHeight;
        int y = (row * patches.Step.Rows) + patches.TapRows[tap], x = (column * patches.Step.Columns) + patches.TapColumns[tap];
        if ((uint)y >= (uint)patches.Height || (uint)x >= (uint)patches.Width)
            return null;
        int b = position / patches.GridWidth / patches.GridHeight;
        return image + (((((long)b * patches.Height) + y) * patches.Width) + x) * patches.Channels;
    }

    // sum += a · b per channel; a null operand stands for zeros.
    private static void MultiplyAdd(float* a, float* b, float* sum, int channels)
    {
        int i = 0;
        for (; i <= channels - Width; i += Width)
        {
            Vector256<float> left = a == null ? default : Vector256.Load(a + i);
            Vector256<float> right = b == null ? default : Vector256.Load(b + i);
            Vector256.FusedMultiplyAdd(left, right, Vector256.Load(sum + i)).Store(sum + i);
        }

        for (; i < channels; i++)
            sum[i] = MathF.FusedMultiplyAdd(a == null ? 0 : a[i], b == null ? 0 : b[i], sum[i]);
    }
}
