using NpuSim.Workloads.Data.Corruptions;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>Blurs images by a normalised Gaussian, rows first, then columns.</summary>
internal static class GaussianBlur
{
    /// <summary>Blurs one image in place.</summary>
    /// <param name="shape">[height, width, channels].</param>
    /// <param name="pixels">In the order of <paramref name="shape"/>.</param>
    /// <param name="sigma">Standard deviation in pixels, above 0; taps reach 3 of them and the border pixels go on.</param>
    public static void Apply(Shape shape, Span<float> pixels, double sigma) =>
        Apply(shape, pixels, sigma, (int)Math.Ceiling(3 * sigma), Border.Clamp);

    /// <summary>Blurs one image in place.</summary>
    /// <param name="shape">[height, width, channels].</param>
    /// <param name="pixels">In the order of <paramref name="shape"/>.</param>
    /// <param name="sigma">Standard deviation in pixels, above 0.</param>
    /// <param name="radius">Taps on either side.</param>
    /// <param name="border">What lies beyond the border.</param>
    public static void Apply(Shape shape, Span<float> pixels, double sigma, int radius, Border border)
    {
        int height = shape[0], width = shape[1], channels = shape[2];
        float[] taps = Taps(sigma, radius);
        float[] line = new float[Math.Max(height, width)];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int row = 0; row < height; row++)
                BlurLine(pixels, (row * width * channels) + channel, channels, line.AsSpan(0, width), taps, border);
            for (int column = 0; column < width; column++)
                BlurLine(pixels, (column * channels) + channel, width * channels, line.AsSpan(0, height), taps, border);
        }
    }

    private static void BlurLine(
        Span<float> pixels, int start, int stride, Span<float> line, ReadOnlySpan<float> taps, Border border)
    {
        int radius = taps.Length / 2;
        for (int i = 0; i < line.Length; i++)
            line[i] = pixels[start + (i * stride)];
        for (int i = 0; i < line.Length; i++)
        {
            float sum = 0;
            for (int tap = 0; tap < taps.Length; tap++)
                sum += taps[tap] * line[Sampling.Index(i + tap - radius, line.Length, border)];
            pixels[start + (i * stride)] = sum;
        }
    }

    private static float[] Taps(double sigma, int radius)
    {
        double[] taps = new double[(2 * radius) + 1];
        double sum = 0;
        for (int i = -radius; i <= radius; i++)
            sum += taps[i + radius] = Elementary.Exp(-(i * i) / (2 * sigma * sigma));
        return [.. taps.Select(tap => (float)(tap / sum))];
    }
}
