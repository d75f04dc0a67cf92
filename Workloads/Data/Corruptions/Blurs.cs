using NpuSim.Random;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>Blur corruptions of CIFAR-10-C.</summary>
internal static class Blurs
{
    private static readonly (double Radius, double Softness)[] Discs = [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)];
    private static readonly (double Sigma, int Reach, int Rounds)[] Glasses =
        [(0.05, 1, 1), (0.25, 1, 1), (0.4, 1, 1), (0.25, 1, 2), (0.4, 1, 2)];
    private static readonly (int Radius, double Sigma)[] Motions = [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)];

    // Magnifications 1.00, 1.01, …: NumPy's arange counts one more where the division rounds up.
    private static readonly int[] Magnifications = [7, 12, 16, 21, 26];

    /// <summary>Convolution with a disc of pixels, softened by a 3×3 Gaussian.</summary>
    public static void Defocus(Shape shape, Span<float> pixels, int level)
    {
        (double radius, double softness) = Discs[level];
        const int Reach = 3, Side = (2 * Reach) + 1;
        float[] disc = new float[Side * Side];
        for (int i = 0; i < disc.Length; i++)
        {
            int y = (i / Side) - Reach, x = (i % Side) - Reach;
            disc[i] = (x * x) + (y * y) <= radius * radius ? 1 : 0;
        }

        float inside = disc.Sum();
        GaussianBlur.Apply([Side, Side, 1], disc, softness, 1, Border.Clamp);
        int height = shape[0], width = shape[1], channels = shape[2];
        for (int channel = 0; channel < channels; channel++)
        {
            float[] plane = Sampling.Plane(pixels, channels, channel), result = new float[plane.Length];
            for (int i = 0; i < result.Length; i++)
            {
                double sum = 0;
                for (int tap = 0; tap < disc.Length; tap++)
                {
                    int y = Sampling.Index((i / width) + (tap / Side) - Reach, height, Border.MirrorOnPixel);
                    int x = Sampling.Index((i % width) + (tap % Side) - Reach, width, Border.MirrorOnPixel);
                    sum += disc[tap] * plane[(y * width) + x];
                }

                result[i] = (float)(sum / inside);
            }

            Sampling.SetPlane(result, pixels, channels, channel);
        }
    }

    /// <summary>
    /// Between two Gaussian blurs each pixel, from the last to the first, becomes that of a random neighbour above or to the
    /// left. The published text says that they swap places; its program copies, because a row of an array there is a view of it,
    /// and so the published images were made.
    /// </summary>
    public static void Glass(Shape shape, Span<float> pixels, int level, RandomStream random)
    {
        (double sigma, int reach, int rounds) = Glasses[level];
        int height = shape[0], width = shape[1], channels = shape[2], radius = (int)((4 * sigma) + 0.5);
        GaussianBlur.Apply(shape, pixels, sigma, radius, Border.Clamp);
        Bytes.Truncate(pixels);
        for (int round = 0; round < rounds; round++)
        {
            for (int y = height - reach; y > reach; y--)
            {
                for (int x = width - reach; x > reach; x--)
                {
                    int fromX = x + random.NextInt32(2 * reach) - reach, fromY = y + random.NextInt32(2 * reach) - reach;
                    pixels.Slice(((fromY * width) + fromX) * channels, channels).CopyTo(pixels[(((y * width) + x) * channels)..]);
                }
            }
        }

        GaussianBlur.Apply(shape, pixels, sigma, radius, Border.Clamp);
    }

    /// <summary>Blur along a line at a random angle within 45° of the rows.</summary>
    public static void Motion(Shape shape, Span<float> pixels, int level, RandomStream random) =>
        AlongLine(shape, pixels, Motions[level].Radius, Motions[level].Sigma, random.NextDouble(-0.25, 0.25));

    /// <summary>
    /// Half a Gaussian from each pixel along a line, as ImageMagick's motion blur: taps i = 0..2·radius weigh
    /// e^(−i²/2σ²) and lie at (⌈i·cos − ½⌉, ⌈i·sin − ½⌉).
    /// </summary>
    /// <param name="shape">[height, width, channels].</param>
    /// <param name="pixels">The image, changed in place.</param>
    /// <param name="radius">Half the taps.</param>
    /// <param name="sigma">In pixels.</param>
    /// <param name="halfTurns">The line's angle from the rows, downwards, in half turns.</param>
    public static void AlongLine(Shape shape, Span<float> pixels, int radius, double sigma, double halfTurns)
    {
        int height = shape[0], width = shape[1], channels = shape[2];
        double[] taps = [.. Enumerable.Range(0, (2 * radius) + 1).Select(i => Elementary.Exp(-(i * i) / (2 * sigma * sigma)))];
        double sum = taps.Sum(), cosine = Elementary.CosPi(halfTurns), sine = Elementary.SinPi(halfTurns);
        float[] original = pixels.ToArray();
        for (int i = 0; i < pixels.Length; i++)
        {
            int pixel = i / channels, y = pixel / width, x = pixel % width;
            double value = 0;
            for (int tap = 0; tap < taps.Length; tap++)
            {
                int fromX = Sampling.Index(x + (int)Math.Ceiling((tap * cosine) - 0.5), width, Border.Clamp);
                int fromY = Sampling.Index(y + (int)Math.Ceiling((tap * sine) - 0.5), height, Border.Clamp);
                value += taps[tap] * original[(((fromY * width) + fromX) * channels) + (i % channels)];
            }

            pixels[i] = (float)(value / sum);
        }

        Bytes.Round(pixels);
    }

    /// <summary>The mean of the image and its magnifications by 1.00, 1.01, ….</summary>
    public static void Zoom(Shape shape, Span<float> pixels, int level)
    {
        int channels = shape[2], count = Magnifications[level];
        for (int channel = 0; channel < channels; channel++)
        {
            float[] plane = Sampling.Plane(pixels, channels, channel), sum = [.. plane];
            for (int i = 0; i < count; i++)
                Sampling.AddMagnified(plane, shape[0], shape[1], 1 + (i * 0.01), sum);
            foreach (ref float value in sum.AsSpan())
                value /= count + 1;
            Sampling.SetPlane(sum, pixels, channels, channel);
        }
    }
}
