namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>What lies beyond the border of an image.</summary>
internal enum Border
{
    /// <summary>The border pixel goes on: a a | a b c.</summary>
    Clamp,

    /// <summary>A mirror behind the border pixel: b a | a b c.</summary>
    Mirror,

    /// <summary>A mirror on the border pixel: c b | a b c.</summary>
    MirrorOnPixel,
}

/// <summary>Reads one channel of an image between and beyond its pixels.</summary>
internal static class Sampling
{
    /// <summary>The pixel that stands for index i of a line.</summary>
    /// <param name="i">Any.</param>
    /// <param name="length">Pixels of the line, at least 2.</param>
    /// <param name="border">What lies beyond.</param>
    public static int Index(int i, int length, Border border)
    {
        if ((uint)i < (uint)length || border == Border.Clamp)
            return Math.Clamp(i, 0, length - 1);
        int period = border == Border.Mirror ? 2 * length : (2 * length) - 2;
        int phase = ((i % period) + period) % period;
        return phase < length ? phase : border == Border.Mirror ? period - 1 - phase : period - phase;
    }

    /// <summary>Linear interpolation between the four pixels around a place.</summary>
    /// <param name="plane">[height, width].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="y">Row, a whole number at a pixel.</param>
    /// <param name="x">Column.</param>
    /// <param name="border">What lies beyond.</param>
    public static double Bilinear(ReadOnlySpan<float> plane, int height, int width, double y, double x, Border border)
    {
        double top = Math.Floor(y), left = Math.Floor(x), down = y - top, right = x - left;
        int y0 = Index((int)top, height, border), y1 = Index((int)top + 1, height, border);
        int x0 = Index((int)left, width, border), x1 = Index((int)left + 1, width, border);
        double upper = plane[(y0 * width) + x0] + (right * (plane[(y0 * width) + x1] - plane[(y0 * width) + x0]));
        double lower = plane[(y1 * width) + x0] + (right * (plane[(y1 * width) + x1] - plane[(y1 * width) + x0]));
        return upper + (down * (lower - upper));
    }

    /// <summary>
    /// The middle of an image, magnified to its size: the middle ⌈height/factor⌉ rows and ⌈width/factor⌉ columns are stretched so
    /// that corner pixels stay corners, and the middle of the result is cut out.
    /// </summary>
    /// <param name="plane">[height, width].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="factor">At least 1.</param>
    /// <param name="result">[height, width], added to.</param>
    public static void AddMagnified(ReadOnlySpan<float> plane, int height, int width, double factor, Span<float> result)
    {
        (double top, double down) = Line(height, factor);
        (double left, double right) = Line(width, factor);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                result[(y * width) + x] += (float)Bilinear(plane, height, width, top + (y * down),
                    left + (x * right), Border.Clamp);
        }
    }

    /// <summary>One channel of an image.</summary>
    public static float[] Plane(ReadOnlySpan<float> pixels, int channels, int channel)
    {
        float[] plane = new float[pixels.Length / channels];
        for (int i = 0; i < plane.Length; i++)
            plane[i] = pixels[(i * channels) + channel];
        return plane;
    }

    /// <summary>Puts a channel back.</summary>
    public static void SetPlane(ReadOnlySpan<float> plane, Span<float> pixels, int channels, int channel)
    {
        for (int i = 0; i < plane.Length; i++)
            pixels[(i * channels) + channel] = plane[i];
    }

    // Where the first of the pixels cut out lies in the original, and the step to the next.
    private static (double Start, double Step) Line(int length, double factor)
    {
        int kept = (int)Math.Ceiling(length / factor), first = (length - kept) / 2;
        int stretched = (int)Math.Floor((kept * factor) + 0.5);
        double step = stretched == 1 ? 0 : (kept - 1.0) / (stretched - 1);
        return (first + ((stretched - length) / 2 * step), step);
    }
}
