namespace NpuSim.Workloads.Data;

/// <summary>
/// Brings images to another size by triangles as wide as the step between the pixels of the coarser grid: bilinear interpolation
/// where the image grows, and no aliasing where it shrinks (as Pillow's bilinear filter). Pixels are squares: centres map to
/// centres.
/// </summary>
internal static class Resampling
{
    /// <summary>Resamples one image.</summary>
    /// <param name="image">[height, width, channels].</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="newHeight">Rows of the result.</param>
    /// <param name="newWidth">Columns of the result.</param>
    /// <returns>[newHeight, newWidth, channels].</returns>
    /// <exception cref="ArgumentException">The image has another length.</exception>
    public static float[] Resize(ReadOnlySpan<float> image, int height, int width, int channels, int newHeight, int newWidth)
    {
        if (image.Length != (long)height * width * channels)
            throw new ArgumentException($"{image.Length} pixels; {height}×{width}×{channels} were said.", nameof(image));
        Taps[] across = Grid(width, newWidth), down = Grid(height, newHeight);
        float[] rows = new float[height * newWidth * channels], result = new float[newHeight * newWidth * channels];
        for (int y = 0; y < height; y++)
            Line(image[(y * width * channels)..], channels, across, rows.AsSpan(y * newWidth * channels, newWidth * channels),
                channels);
        for (int x = 0; x < newWidth * channels; x++)
            Line(rows.AsSpan(x), newWidth * channels, down, result.AsSpan(x), 1, newWidth * channels);
        return result;
    }

    // Places of a line, each of some values side by side, from those of another; strides between places.
    private static void Line(ReadOnlySpan<float> from, int stride, Taps[] taps, Span<float> to, int values, int toStride = 0)
    {
        toStride = toStride == 0 ? values : toStride;
        for (int i = 0; i < taps.Length; i++)
        {
            for (int value = 0; value < values; value++)
            {
                double sum = 0;
                for (int t = 0; t < taps[i].Weights.Length; t++)
                    sum += taps[i].Weights[t] * from[((taps[i].First + t) * stride) + value];
                to[(i * toStride) + value] = (float)sum;
            }
        }
    }

    // For each new place the old ones it is made of, and their shares.
    private static Taps[] Grid(int size, int newSize)
    {
        double step = (double)size / newSize, reach = Math.Max(step, 1);
        Taps[] all = new Taps[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double centre = (i + 0.5) * step;
            int first = Math.Max(0, (int)Math.Floor(centre - reach)),
                last = Math.Min(size - 1, (int)Math.Ceiling(centre + reach));
            double[] shares = [.. Enumerable.Range(first, last - first + 1).Select(j =>
                Math.Max(0, 1 - (Math.Abs(j + 0.5 - centre) / reach)))];
            double sum = shares.Sum();
            all[i] = new Taps(first, [.. shares.Select(s => s / sum)]);
        }

        return all;
    }

    private readonly record struct Taps(int First, double[] Weights);
}
