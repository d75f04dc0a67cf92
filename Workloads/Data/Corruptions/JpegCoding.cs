using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>
/// What JPEG does to an image (ITU-T T.81): YCbCr, colour differences at half resolution, 8×8 cosine transforms, quantisation by
/// the tables of its annex K scaled by a quality as libjpeg does, and back. The lossless coding between is left out: it changes
/// nothing. Transforms are exact up to rounding of 64-bit floats; libjpeg's integer transforms can differ by one 255th.
/// </summary>
internal static class JpegCoding
{
    private const int Side = 8, Block = Side * Side;

    // Annex K, tables K.1 and K.2, row by row.
    private static readonly int[] Luminance =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
            29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98,
        112, 100, 103, 99,
    ];

    private static readonly int[] Chrominance =
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
            99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99,
    ];

    // Basis[u, x] = c(u)/2 · cos((2x + 1)uπ/16).
    private static readonly double[] Basis =
        [.. Enumerable.Range(0, Block)
            .Select(i => (i < Side ? Math.Sqrt(0.125) : 0.5) * Elementary.CosPi(((2 * (i % Side)) + 1) * (i / Side) / 16.0))];

    /// <summary>Codes and decodes an image in place.</summary>
    /// <param name="shape">[height, width, channels]; three channels are red, green and blue, any other number is coded channel
    /// by channel as luminance.</param>
    /// <param name="pixels">In [0, 1]; rounded to bytes first.</param>
    /// <param name="quality">1..100.</param>
    public static void Apply(Shape shape, Span<float> pixels, int quality)
    {
        int height = shape[0], width = shape[1], channels = shape[2];
        int[] luminance = Scaled(Luminance, quality), chrominance = Scaled(Chrominance, quality);
        double[][] planes = [.. Enumerable.Range(0, channels).Select(_ => new double[height * width])];
        for (int i = 0; i < pixels.Length; i++)
            planes[i % channels][i / channels] = Math.Floor((255 * (double)pixels[i]) + 0.5);
        if (channels == 3)
            ToDifferences(planes);
        for (int channel = 0; channel < channels; channel++)
        {
            planes[channel] = channels == 3 && channel > 0
                ? Expanded(Coded(Halved(planes[channel], height, width), (height + 1) / 2, (width + 1) / 2, chrominance), height,
                    width)
                : Coded(planes[channel], height, width, luminance);
        }

        if (channels == 3)
            FromDifferences(planes);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)(Byte(planes[i % channels][i / channels]) / 255);
    }

    private static int[] Scaled(int[] table, int quality)
    {
        int percent = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        return [.. table.Select(q => Math.Clamp(((q * percent) + 50) / 100, 1, 255))];
    }

    // JFIF 1.02: full-range BT.601.
    private static void ToDifferences(double[][] planes)
    {
        for (int i = 0; i < planes[0].Length; i++)
        {
            (double r, double g, double b) = (planes[0][i], planes[1][i], planes[2][i]);
            planes[0][i] = Byte((0.299 * r) + (0.587 * g) + (0.114 * b));
            planes[1][i] = Byte(128 - (0.168735892 * r) - (0.331264108 * g) + (0.5 * b));
            planes[2][i] = Byte(128 + (0.5 * r) - (0.418687589 * g) - (0.081312411 * b));
        }
    }

    private static void FromDifferences(double[][] planes)
    {
        for (int i = 0; i < planes[0].Length; i++)
        {
            (double y, double cb, double cr) = (planes[0][i], planes[1][i] - 128, planes[2][i] - 128);
            planes[0][i] = y + (1.402 * cr);
            planes[1][i] = y - (0.344136286 * cb) - (0.714136286 * cr);
            planes[2][i] = y + (1.772 * cb);
        }
    }

    // Mean of two by two, ties upwards; the last row and column go on where there is no pair.
    private static double[] Halved(double[] plane, int height, int width)
    {
        int rows = (height + 1) / 2, columns = (width + 1) / 2;
        double[] half = new double[rows * columns];
        for (int i = 0; i < half.Length; i++)
        {
            int y = 2 * (i / columns), x = 2 * (i % columns), below = Math.Min(y + 1, height - 1),
                right = Math.Min(x + 1, width - 1);
            half[i] = Math.Floor(((plane[(y * width) + x] + plane[(y * width) + right] + plane[(below * width) + x]
                + plane[(below * width) + right]) / 4) + 0.5);
        }

        return half;
    }

    // Three parts of the nearer and one part of the farther sample on both axes, as libjpeg's default.
    private static double[] Expanded(double[] half, int height, int width)
    {
        int rows = (height + 1) / 2, columns = (width + 1) / 2;
        double[] plane = new double[height * width];
        for (int i = 0; i < plane.Length; i++)
        {
            int y = i / width, x = i % width, nearY = y / 2, nearX = x / 2;
            int farY = Math.Clamp(nearY + (y % 2 == 0 ? -1 : 1), 0, rows - 1),
                farX = Math.Clamp(nearX + (x % 2 == 0 ? -1 : 1), 0, columns - 1);
            double near = (3 * half[(nearY * columns) + nearX]) + half[(farY * columns) + nearX];
            double far = (3 * half[(nearY * columns) + farX]) + half[(farY * columns) + farX];
            plane[i] = Math.Floor((((3 * near) + far) / 16) + 0.5);
        }

        return plane;
    }

    // Block by block: transform, round to multiples of the table, transform back, round to bytes. The border goes on outside.
    private static double[] Coded(double[] plane, int height, int width, int[] table)
    {
        double[] result = new double[plane.Length], block = new double[Block];
        for (int top = 0; top < height; top += Side)
        {
            for (int left = 0; left < width; left += Side)
            {
                for (int i = 0; i < Block; i++)
                    block[i] = plane[(Math.Min(top + (i / Side), height - 1) * width)
                        + Math.Min(left + (i % Side), width - 1)] - 128;
                double[] coefficients = Transform(block, inverse: false);
                for (int i = 0; i < Block; i++)
                    coefficients[i] = table[i] * Math.Round(coefficients[i] / table[i], MidpointRounding.AwayFromZero);
                double[] decoded = Transform(coefficients, inverse: true);
                for (int i = 0; i < Block; i++)
                {
                    if (top + (i / Side) < height && left + (i % Side) < width)
                        result[((top + (i / Side)) * width) + left + (i % Side)] = Byte(decoded[i] + 128);
                }
            }
        }

        return result;
    }

    // Both axes of an 8×8 block, one after the other.
    private static double[] Transform(double[] block, bool inverse)
    {
        for (int axis = 0; axis < 2; axis++)
        {
            double[] next = new double[Block];
            for (int row = 0; row < Side; row++)
            {
                for (int to = 0; to < Side; to++)
                {
                    double sum = 0;
                    for (int from = 0; from < Side; from++)
                        sum += block[(row * Side) + from] * (inverse ? Basis[(from * Side) + to] : Basis[(to * Side) + from]);
                    next[(to * Side) + row] = sum; // transposed, so that the next pass takes the other axis
                }
            }

            block = next;
        }

        return block;
    }

    private static double Byte(double value) => Math.Clamp(Math.Floor(value + 0.5), 0, 255);
}
