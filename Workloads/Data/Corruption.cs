using NpuSim.Random;
using NpuSim.Workloads.Data.Corruptions;
using NpuSim.Workloads.Graphs;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Data;

/// <summary>
/// What turns a clean image into one of a harder domain, in the order in which a camera meets it: the scene (clutter, inversion),
/// the lens (blur), the sensor (contrast, brightness, noise), then one of the published corruptions, and at last a clip to [0,
/// 1]. The defaults change nothing.
/// </summary>
/// <param name="Clutter">Thin strokes of random place and grey laid over the image, 0..1000.</param>
/// <param name="Invert">True: x becomes 1 − x.</param>
/// <param name="Blur">Standard deviation of a Gaussian blur in pixels, 0..8; the border is continued outwards.</param>
/// <param name="Contrast">Factor on the distance from the image's mean: mean + contrast · (x − mean), 0..10.</param>
/// <param name="Brightness">Added to every pixel, −1..1.</param>
/// <param name="Noise">Standard deviation of independent Gaussian noise on every pixel, 0..10.</param>
/// <param name="Kind">One of the corruptions of CIFAR-10-C.</param>
/// <param name="Severity">Its severity, 1..5.</param>
[Yaml("What turns a clean image into one of a harder domain; applied in the order of the keys, then clipped to 0..1.")]
public sealed record Corruption(
    [Yaml("Thin strokes of random place and grey laid over the image.", Min = 0, Max = 1000)] int Clutter = 0,
    [Yaml("True: x becomes 1 − x.")] bool Invert = false,
    [Yaml("Standard deviation of a Gaussian blur, in pixels.", Min = 0, Max = 8)] double Blur = 0,
    [Yaml("Factor on the distance of every pixel from the image's mean.", Min = 0, Max = 10)] double Contrast = 1,
    [Yaml("Added to every pixel.", Min = -1, Max = 1)] double Brightness = 0,
    [Yaml("Standard deviation of independent Gaussian noise on every pixel.", Min = 0, Max = 10)] double Noise = 0,
    [Yaml("One of the corruptions of CIFAR-10-C (arXiv 1903.12261), with the constants of its authors for 32×32 images.")]
    CorruptionKind Kind = CorruptionKind.None,
    [Yaml("Severity of the kind.", Min = 1, Max = PublishedCorruptions.MostSevere)] int Severity = 3)
{
    /// <summary>Highest severity of a published corruption; the lowest is 1.</summary>
    public const int MostSevere = PublishedCorruptions.MostSevere;

    /// <summary>Leaves images as they are.</summary>
    public static Corruption None { get; } = new();

    /// <summary>Corrupts one image in place.</summary>
    /// <param name="shape">[height, width, channels].</param>
    /// <param name="pixels">In the order of <paramref name="shape"/>, in [0, 1].</param>
    /// <param name="random">The image's own stream, so that an image does not depend on its neighbours.</param>
    /// <exception cref="ArgumentException">The number of pixels is not that of the shape.</exception>
    public void Apply(Shape shape, Span<float> pixels, RandomStream random)
    {
        if (shape.Rank != 3 || shape.Count != pixels.Length)
            throw new ArgumentException($"{pixels.Length} pixels for an image of {shape}.", nameof(pixels));
        if (this == None)
            return;
        for (int i = 0; i < Clutter; i++)
            AddStroke(shape, pixels, random);
        if (Invert)
        {
            foreach (ref float pixel in pixels)
                pixel = 1 - pixel;
        }

        if (Blur > 0)
            GaussianBlur.Apply(shape, pixels, Blur);
        if (Contrast != 1 || Brightness != 0)
            Scale(pixels);
        if (Noise > 0)
            AddNoise(pixels, random);
        if (Kind != CorruptionKind.None)
        {
            Clip(pixels);
            PublishedCorruptions.Apply(Kind, Severity, shape, pixels, random);
        }

        Clip(pixels);
    }

    private static void Clip(Span<float> pixels)
    {
        foreach (ref float pixel in pixels)
            pixel = Math.Clamp(pixel, 0, 1);
    }

    private static void AddStroke(Shape shape, Span<float> pixels, RandomStream random)
    {
        int height = shape[0], width = shape[1], channels = shape[2];
        double size = Math.Min(height, width), x = random.NextDouble(0, width), y = random.NextDouble(0, height);
        double dx = random.NextDouble(-0.4, 0.4) * size, dy = random.NextDouble(-0.4, 0.4) * size;
        float halfWidth = (float)(random.NextDouble(0.5, 1) * size / 28), ink = (float)random.NextDouble(0.4, 1);
        Span<float> stroke = new float[height * width];
        Stroke.Draw(stroke, width, (float)x, (float)y, (float)(x + dx), (float)(y + dy), halfWidth, ink);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = Math.Max(pixels[i], stroke[i / channels]);
    }

    private void Scale(Span<float> pixels)
    {
        double sum = 0;
        foreach (float pixel in pixels)
            sum += pixel;
        float mean = (float)(sum / pixels.Length), contrast = (float)Contrast, brightness = (float)Brightness;
        foreach (ref float pixel in pixels)
            pixel = mean + (contrast * (pixel - mean)) + brightness;
    }

    // The polar method of Marsaglia and Bray (1964), which makes normal numbers in pairs.
    private void AddNoise(Span<float> pixels, RandomStream random)
    {
        for (int i = 0; i < pixels.Length;)
        {
            double u = random.NextDouble(-1, 1), v = random.NextDouble(-1, 1), s = (u * u) + (v * v);
            if (s is not (> 0 and < 1))
                continue;
            double scale = Noise * Math.Sqrt(-2 * Elementary.Log(s) / s);
            pixels[i++] += (float)(scale * u);
            if (i < pixels.Length)
                pixels[i++] += (float)(scale * v);
        }
    }
}
