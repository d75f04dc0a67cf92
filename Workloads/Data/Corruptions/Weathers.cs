using NpuSim.Random;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data.Corruptions;

/// <summary>Weather corruptions of CIFAR-10-C.</summary>
internal static class Weathers
{
    private static readonly (double Mean, double Deviation, double Zoom, double Threshold, int Radius, double Sigma,
        double Kept)[] Snows =
    [
        (0.1, 0.2, 1, 0.6, 8, 3, 0.95), (0.1, 0.2, 1, 0.5, 10, 4, 0.9), (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
        (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85), (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
    ];

    private static readonly (double Image, double Ice)[] Frosts = [(1, 0.2), (1, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45)];
    private static readonly (double Strength, double Decay)[] Fogs = [(0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75)];
    private static readonly double[] Brightnesses = [0.05, 0.1, 0.15, 0.2, 0.3];

    /// <summary>
    /// Large normal numbers, magnified and blurred downwards, once as they are and once turned by half, before an image that is
    /// partly replaced by its grey, brightened.
    /// </summary>
    public static void Snow(Shape shape, Span<float> pixels, int level, RandomStream random)
    {
        var snow = Snows[level];
        int height = shape[0], width = shape[1], channels = shape[2];
        float[] flakes = new float[height * width], layer = new float[flakes.Length];
        foreach (ref float flake in flakes.AsSpan())
            flake = (float)(snow.Mean + (snow.Deviation * random.NextNormal()));
        Sampling.AddMagnified(flakes, height, width, snow.Zoom, layer);
        foreach (ref float flake in layer.AsSpan())
            flake = flake < snow.Threshold ? 0 : flake;
        Bytes.Truncate(layer);
        Blurs.AlongLine([height, width, 1], layer, snow.Radius, snow.Sigma, random.NextDouble(-0.75, -0.25));
        for (int i = 0; i < layer.Length; i++)
        {
            Span<float> pixel = pixels.Slice(i * channels, channels);
            double white = (1.5 * Grey(pixel)) + 0.5, fallen = layer[i] + layer[layer.Length - 1 - i];
            foreach (ref float value in pixel)
                value = (float)((snow.Kept * value) + ((1 - snow.Kept) * Math.Max(value, white)) + fallen);
        }
    }

    /// <summary>A weighted sum of the image and ice.</summary>
    public static void Frost(Shape shape, Span<float> pixels, int level, RandomStream random)
    {
        float[] ice = FrostTexture.Draw(shape[0], shape[1], random);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (float)((Frosts[level].Image * pixels[i]) + (Frosts[level].Ice * ice[i / shape[2]]));
    }

    /// <summary>A cloud is added, then the whole is scaled so that the brightest pixel can stay what it was.</summary>
    public static void Fog(Shape shape, Span<float> pixels, int level, RandomStream random)
    {
        (double strength, double decay) = Fogs[level];
        int width = shape[1], channels = shape[2];
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(shape[0], width));
        double[] cloud = Plasma.Cloud(size, decay, random);
        double brightest = 0;
        foreach (float pixel in pixels)
            brightest = Math.Max(brightest, pixel);
        for (int i = 0; i < pixels.Length; i++)
        {
            int pixel = i / channels;
            double fogged = pixels[i] + (strength * cloud[(pixel / width * size) + (pixel % width)]);
            pixels[i] = (float)(fogged * brightest / (brightest + strength));
        }
    }

    /// <summary>
    /// A higher value (largest channel) at the same hue and saturation, which scales all channels of a pixel alike; black turns
    /// grey.
    /// </summary>
    public static void Brightness(Shape shape, Span<float> pixels, int level)
    {
        int channels = shape[2];
        for (int first = 0; first < pixels.Length; first += channels)
        {
            Span<float> pixel = pixels.Slice(first, channels);
            float value = 0;
            foreach (float channel in pixel)
                value = Math.Max(value, channel);
            double brighter = Math.Min(1, value + Brightnesses[level]);
            foreach (ref float channel in pixel)
                channel = (float)(value > 0 ? channel * brighter / value : brighter);
        }
    }

    // ITU-R BT.601 for three channels, else the mean.
    private static double Grey(ReadOnlySpan<float> pixel)
    {
        if (pixel.Length == 3)
            return (0.299 * pixel[0]) + (0.587 * pixel[1]) + (0.114 * pixel[2]);
        double sum = 0;
        foreach (float channel in pixel)
            sum += channel;
        return sum / pixel.Length;
    }
}
