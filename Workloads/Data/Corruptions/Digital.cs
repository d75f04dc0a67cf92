using NpuSim.Random;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>Digital corruptions of CIFAR-10-C.</summary>
internal static class Digital
{
    private static readonly double[] Contrasts = [0.75, 0.5, 0.4, 0.3, 0.15];
    private static readonly double[] Sizes = [0.95, 0.9, 0.85, 0.75, 0.65];
    private static readonly int[] Qualities = [80, 65, 58, 50, 40];

    // Shares of the image's side: strength and smoothness of the displacement, reach of the affine map.
    private static readonly (double Strength, double Sigma, double Affine)[] Elastics =
        [(0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03)];

    /// <summary>Less distance from the mean of each channel.</summary>
    public static void Contrast(Shape shape, Span<float> pixels, int level)
    {
        int channels = shape[2];
        for (int channel = 0; channel < channels; channel++)
        {
            double mean = Sampling.Plane(pixels, channels, channel).Average(p => (double)p);
            for (int i = channel; i < pixels.Length; i += channels)
                pixels[i] = (float)(((pixels[i] - mean) * Contrasts[level]) + mean);
        }
    }

    /// <summary>Coded by JPEG and decoded.</summary>
    public static void Jpeg(Shape shape, Span<float> pixels, int level) => JpegCoding.Apply(shape, pixels, Qualities[level]);

    /// <summary>Scaled down and up by means of boxes, rounded to bytes after each pass.</summary>
    public static void Pixelate(Shape shape, Span<float> pixels, int level)
    {
        int height = shape[0], width = shape[1], channels = shape[2];
        int rows = (int)(height * Sizes[level]), columns = (int)(width * Sizes[level]);
        for (int channel = 0; channel < channels; channel++)
        {
            float[] plane = Sampling.Plane(pixels, channels, channel);
            plane = Boxes(Boxes(plane, width, columns, alongRows: true), height, rows, alongRows: false);
            plane = Boxes(Boxes(plane, columns, width, alongRows: true), rows, height, alongRows: false);
            Sampling.SetPlane(plane, pixels, channels, channel);
        }
    }

    /// <summary>
    /// A random affine map, which moves three points around the middle by up to a share of the image's side, then a displacement
    /// of each pixel by uniform random numbers, smoothed.
    /// </summary>
    public static void Elastic(Shape shape, Span<float> pixels, int level, RandomStream random)
    {
        int height = shape[0], width = shape[1], channels = shape[2], side = Math.Min(height, width);
        (double strength, double sigma, double affine) = Elastics[level];
        double[] inverse = RandomAffine(height, width, affine * side, random);
        float[] moveX = Displacement(height, width, strength * side, sigma * side, random);
        float[] moveY = Displacement(height, width, strength * side, sigma * side, random);
        for (int channel = 0; channel < channels; channel++)
        {
            float[] plane = Sampling.Plane(pixels, channels, channel), turned = new float[plane.Length],
                result = new float[plane.Length];
            for (int i = 0; i < plane.Length; i++)
            {
                double x = i % width, y = i / width;
                turned[i] = (float)Sampling.Bilinear(
                    plane, height, width, (inverse[3] * x) + (inverse[4] * y) + inverse[5],
                    (inverse[0] * x) + (inverse[1] * y) + inverse[2], Border.MirrorOnPixel);
            }

            for (int i = 0; i < plane.Length; i++)
                result[i] = (float)Sampling.Bilinear(turned, height, width, (i / width) + moveY[i],
                    (i % width) + moveX[i], Border.Mirror);
            Sampling.SetPlane(result, pixels, channels, channel);
        }
    }

    // Rows of the map from a place (x, y, 1) of the result to one of the original: the inverse of the map that takes three
    // corners of a square to where chance moves them.
    private static double[] RandomAffine(int height, int width, double reach, RandomStream random)
    {
        double x = width / 2, y = height / 2, r = Math.Min(height, width) / 3; // whole numbers, as published
        (double X, double Y)[] from = [(x + r, y + r), (x + r, y - r), (x - r, y - r)];
        (double X, double Y)[] to = [.. from.Select(p =>
            (p.X + random.NextDouble(-reach, reach), p.Y + random.NextDouble(-reach, reach)))];
        double ax = to[1].X - to[0].X, ay = to[1].Y - to[0].Y, bx = to[2].X - to[0].X, by = to[2].Y - to[0].Y;
        double determinant = (ax * by) - (bx * ay);
        return [.. Row(p => p.X), .. Row(p => p.Y)];

        // The linear function of (x, y) that has the wanted values at the moved points.
        double[] Row(Func<(double X, double Y), double> wanted)
        {
            double a = wanted(from[1]) - wanted(from[0]), b = wanted(from[2]) - wanted(from[0]);
            double byX = ((a * by) - (b * ay)) / determinant, byY = ((b * ax) - (a * bx)) / determinant;
            return [byX, byY, wanted(from[0]) - (byX * to[0].X) - (byY * to[0].Y)];
        }
    }

    private static float[] Displacement(int height, int width, double strength, double sigma, RandomStream random)
    {
        float[] field = new float[height * width];
        if (strength == 0)
            return field;
        foreach (ref float value in field.AsSpan())
            value = (float)(strength * random.NextDouble(-1, 1));
        GaussianBlur.Apply([height, width, 1], field, sigma, (int)((3 * sigma) + 0.5), Border.Mirror);
        return field;
    }

    // Every line of an image scaled from one length to another.
    private static float[] Boxes(float[] plane, int from, int to, bool alongRows)
    {
        int lines = plane.Length / from;
        float[] result = new float[lines * to];
        for (int index = 0; index < to; index++)
        {
            (int first, int last) = Box(index, from, to);
            for (int line = 0; line < lines; line++)
            {
                double sum = 0;
                for (int i = first; i < last; i++)
                    sum += plane[alongRows ? (line * from) + i : (i * lines) + line];
                result[alongRows ? (line * to) + index : (index * lines) + line] = (float)(sum / (last - first));
            }
        }

        Bytes.Round(result);
        return result;
    }

    // The pixels whose centres lie in the box of one result, first included, last not; the nearest one where there is none.
    private static (int First, int Last) Box(int index, int from, int to)
    {
        double scale = (double)from / to, centre = (index + 0.5) * scale, reach = Math.Max(1, scale) / 2;
        int first = (int)Math.Ceiling(centre - reach - 0.5), last = (int)Math.Ceiling(centre + reach - 0.5);
        first = Math.Max(0, first);
        last = Math.Min(from, last);
        return first < last ? (first, last) : (Math.Min(first, from - 1), Math.Min(first, from - 1) + 1);
    }
}
