using System.Buffers;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Evaluation.Products;

/// <summary>
/// Convolution and its gradients as matrix products over gathered patches, block by block so that a block stays in cache.
/// </summary>
internal static unsafe class FastConvolution
{
    private const int BlockElements = 1 << 15;

    internal static void Forward(Window s, float* x, float* w, float* bias, float* y, int threads)
    {
        int filters = s.OutputChannels / s.Groups, length = (int)s.PatchLength;
        for (int group = 0; group < s.Groups; group++)
        {
            Matrix filter = new(w + ((long)group * filters * length), length, filters, 1, length);
            Matrix result = new(y + (group * filters), (int)s.Pixels, filters, s.OutputChannels, 1);
            float[] packed = ArrayPool<float>.Shared.Rent(Gemm.PackedLength(length, filters));
            fixed (float* target = packed)
            {
                Gemm.Pack(filter, target, length, 0);
                Epilogue epilogue = bias == null ? Epilogue.None : new(1, (IntPtr)(bias + (group * filters)));
                Multiply(Patches.OfInput(s, group), x, target, result, epilogue, threads);
            }

            ArrayPool<float>.Shared.Return(packed);
        }
    }

    // One product per group and phase of the stride: pixels of one phase meet the same taps.
    internal static void InputGradient(Window s, float* dy, float* w, float* dx, int threads)
    {
        int phases = s.Stride.Rows * s.Stride.Columns;
        for (int i = 0; i < s.Groups * phases; i++)
        {
            int group = i / phases, row = i % phases / s.Stride.Columns, column = i % s.Stride.Columns;
            if (row < s.InputHeight && column < s.InputWidth)
                InputGradient(s, group, row, column, dy, w, dx, threads);
        }
    }

    internal static void WeightGradient(Window s, float* dy, float* x, float* dw, int threads)
    {
        int filters = s.OutputChannels / s.Groups, channels = s.InputChannels / s.Groups, taps = s.KernelHeight * s.KernelWidth;
        for (int group = 0; group < s.Groups; group++)
        {
            Patches patches = Patches.OfInput(s, group);
            Matrix gradient = new(dy + (group * filters), (int)s.Pixels, filters, s.OutputChannels, 1);
            float[] sums = ArrayPool<float>.Shared.Rent(patches.Length * filters);
            fixed (float* pinned = sums)
            {
                IntPtr transposed = (IntPtr)pinned; // [patch, filters]
                int units = taps == 1 && patches.IsImage ? channels : taps, depth = patches.Length / units;
                Parallelism.Split(units, 1, depth * s.Pixels * filters, threads, (first, count) => WeightGradient(
                    patches, x, gradient, first * depth, count * depth, (float*)transposed));
                for (int o = 0; o < filters; o++)
                {
                    float* target = dw + (((long)group * filters) + o) * patches.Length;
                    for (int i = 0; i < patches.Length; i++)
                        target[i] = pinned[(i * filters) + o];
                }
            }

            ArrayPool<float>.Shared.Return(sums);
        }
    }

    // Rows first… of dwᵀ [patch, filters] = patchesᵀ · dy, summed over blocks of pixels in order.
    private static void WeightGradient(Patches patches, float* x, Matrix gradient, int first, int rows, float* sums)
    {
        int filters = gradient.Columns, block = Math.Max(BlockElements / Math.Max(rows, filters), 16);
        float[] columns = ArrayPool<float>.Shared.Rent(block * rows);
        float[] packed = ArrayPool<float>.Shared.Rent(Gemm.PackedLength(block, filters));
        fixed (float* gathered = columns, panels = packed)
        {
            for (int pixel = 0; pixel < gradient.Rows; pixel += block)
            {
                int pixels = Math.Min(block, gradient.Rows - pixel);
                Matrix left = new(x + ((long)pixel * patches.Channels) + first, rows, pixels, 1, patches.Channels);
                if (!patches.IsImage)
                {
                    patches.Gather(x, pixel, pixels, first / patches.Count, (first + rows) / patches.Count, gathered);
                    left = new(gathered, rows, pixels, 1, rows);
                }

                Matrix right = gradient.SkipRows(pixel, pixels);
                bool isPacked = Gemm.IsPacked(right);
                if (!isPacked)
                    Gemm.Pack(right, panels, pixels, 0);
                Gemm.Rows(
                    left, isPacked ? right.Data : panels, new(sums + ((long)first * filters), rows, filters, filters, 1),
                    pixel > 0, Epilogue.None);
            }
        }

        ArrayPool<float>.Shared.Return(columns);
        ArrayPool<float>.Shared.Return(packed);
    }

    private static void InputGradient(Window s, int group, int row, int column, float* dy, float* w, float* dx, int threads)
    {
        int filters = s.OutputChannels / s.Groups, channels = s.InputChannels / s.Groups, length = (int)s.PatchLength;
        (Patches patches, int[] taps) = Patches.OfOutputGradient(s, group, row, column);
        int pixels = s.Batch * patches.GridHeight * patches.GridWidth;
        float[] packed = ArrayPool<float>.Shared.Rent(Math.Max(Gemm.PackedLength(patches.Length, channels), 1));
        bool direct = s.Stride == default;
        float[] phase = direct ? [] : ArrayPool<float>.Shared.Rent(pixels * channels);
        fixed (float* panels = packed, scattered = phase)
        {
            for (int i = 0; i < taps.Length; i++)
            {
                float* tap = w + ((long)group * filters * length) + (taps[i] * channels);
                Gemm.Pack(new(tap, filters, channels, length, 1), panels, patches.Length, i * filters);
            }

            float* first = dx + (group * channels);
            Matrix result = direct
                ? new(first, pixels, channels, s.InputChannels, 1)
                : new(scattered, pixels, channels, channels, 1);
            if (taps.Length == 0)
                new Span<float>(result.Data, pixels * channels).Clear();
            else
                Multiply(patches, dy, panels, result, Epilogue.None, threads);
            if (!direct)
                Scatter(scattered, s, patches, channels, first + ((((long)row * s.InputWidth) + column) * s.InputChannels));
        }

        ArrayPool<float>.Shared.Return(packed);
        if (!direct)
            ArrayPool<float>.Shared.Return(phase);
    }

    private static void Scatter(float* phase, Window s, Patches patches, int channels, float* target)
    {
        long image = (long)s.InputHeight * s.InputWidth * s.InputChannels,
            line = (long)s.Stride.Rows * s.InputWidth * s.InputChannels;
        for (int b = 0; b < s.Batch; b++)
        {
            for (int y = 0; y < patches.GridHeight; y++)
            {
                float* to = target + (b * image) + (y * line);
                for (int x = 0; x < patches.GridWidth; x++, phase += channels, to += s.Stride.Columns * s.InputChannels)
                {
                    for (int c = 0; c < channels; c++)
                        to[c] = phase[c];
                }
            }
        }
    }

    // c = epilogue(patches · packed filters), rows split among threads, each gathering block by block.
    private static void Multiply(Patches patches, float* image, float* packed, Matrix c, Epilogue epilogue, int threads)
    {
        int length = patches.Length;
        Parallelism.Split(c.Rows, 12, (long)length * c.Columns, threads, (first, rows) =>
        {
            if (patches.IsImage)
            {
                Matrix left = new(image + ((long)first * length), rows, length, length, 1);
                Gemm.Rows(left, packed, c.SkipRows(first, rows), false, epilogue);
                return;
            }

            int block = Math.Max(BlockElements / length / 12, 1) * 12;
            float[] buffer = ArrayPool<float>.Shared.Rent(Math.Min(block, rows) * length);
            fixed (float* gathered = buffer)
            {
                for (int row = first; row < first + rows; row += block)
                {
                    int count = Math.Min(block, first + rows - row);
                    patches.Gather(image, row, count, 0, patches.Taps, gathered);
                    Gemm.Rows(new(gathered, count, length, length, 1), packed, c.SkipRows(row, count), false, epilogue);
                }
            }

            ArrayPool<float>.Shared.Return(buffer);
        });
    }
}
