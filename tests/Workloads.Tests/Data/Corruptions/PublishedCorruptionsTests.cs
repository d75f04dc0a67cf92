using NpuSim.Random;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Data.Corruptions;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Data.Corruptions;

public sealed class PublishedCorruptionsTests
{
    private static readonly Shape Photo = [32, 32, 3];

    private static IEnumerable<CorruptionKind> Kinds => Enum.GetValues<CorruptionKind>().Where(k => k != CorruptionKind.None);

    private static IEnumerable<CorruptionKind> Ordered => Kinds.Where(k => k != CorruptionKind.Elastic);

    [Test]
    public void There_are_fifteen() => Assert.That(Kinds.Count(), Is.EqualTo(15));

    [TestCaseSource(nameof(Kinds))]
    public void Results_are_whole_255ths_and_follow_from_the_stream_alone(CorruptionKind kind)
    {
        foreach (Shape shape in new Shape[] { Photo, [28, 28, 1], [20, 36, 3] })
        {
            float[] once = Apply(kind, 3, shape, Scene(shape)), again = Apply(kind, 3, shape, Scene(shape));
            Assert.That(again, Is.EqualTo(once));
            Assert.That(once, Is.Not.EqualTo(Scene(shape)));
            Assert.That(once.Select(p => 255.0 * p),
                Is.All.InRange(0, 255).And.All.Matches<double>(b => Math.Abs(b - Math.Round(b)) < 1e-4));
        }
    }

    // Elastic maps trade the affine part for the displacement, so that their distances do not order them.
    [TestCaseSource(nameof(Ordered))]
    public void The_last_severity_moves_an_image_farther_than_the_first(CorruptionKind kind)
    {
        float[] scene = Scene(Photo);
        double first = Distance(scene, Apply(kind, 1, Photo, scene)), last = Distance(scene, Apply(kind, 5, Photo, scene));
        Assert.That(last, Is.GreaterThan(1.1 * first));
    }

    [Test]
    public void Shot_noise_has_the_mean_and_variance_of_counted_photons()
    {
        double[] noisy = [.. Flat(CorruptionKind.ShotNoise, 5, 0.4f)];
        double mean = noisy.Average(), variance = noisy.Average(p => (p - mean) * (p - mean));
        Assert.That(mean, Is.EqualTo(0.4 - (0.5 / 255)).Within(0.003)); // cut down to 255ths
        Assert.That(variance, Is.EqualTo(0.4 / 50).Within(0.0006));
    }

    [Test]
    public void Gaussian_noise_has_the_published_deviation()
    {
        double[] noisy = [.. Flat(CorruptionKind.GaussianNoise, 5, 0.5f)];
        double mean = noisy.Average();
        Assert.That(Math.Sqrt(noisy.Average(p => (p - mean) * (p - mean))), Is.EqualTo(0.10).Within(0.003));
    }

    [Test]
    public void Impulse_noise_hits_its_share_in_halves()
    {
        double[] noisy = [.. Flat(CorruptionKind.ImpulseNoise, 5, 102 / 255f)];
        Assert.That(noisy.Count(p => p == 1) / (double)noisy.Length, Is.EqualTo(0.035).Within(0.006));
        Assert.That(noisy.Count(p => p == 0) / (double)noisy.Length, Is.EqualTo(0.035).Within(0.006));
        Assert.That(noisy.Count(p => Math.Abs(p - 0.4) < 1e-6) / (double)noisy.Length, Is.EqualTo(0.93).Within(0.01));
    }

    [TestCase(CorruptionKind.DefocusBlur)]
    [TestCase(CorruptionKind.GlassBlur)]
    [TestCase(CorruptionKind.MotionBlur)]
    [TestCase(CorruptionKind.ZoomBlur)]
    [TestCase(CorruptionKind.Elastic)]
    [TestCase(CorruptionKind.Pixelate)]
    [TestCase(CorruptionKind.Contrast)]
    public void What_moves_pixels_leaves_a_flat_image_as_it_is(CorruptionKind kind) =>
        Assert.That(Flat(kind, 4, 102 / 255f), Is.All.EqualTo(102 / 255.0).Within(1.01 / 255));

    [Test]
    public void Defocus_at_severity_four_is_a_cross_of_five_pixels_softened()
    {
        float[] dot = new float[81];
        dot[40] = 1;
        float[] spread = Apply(CorruptionKind.DefocusBlur, 4, [9, 9, 1], dot);
        double side = Math.Exp(-1 / (2 * 0.2 * 0.2)), centre = 1 / (1 + (2 * side));
        side *= centre;
        Assert.That(spread[40], Is.EqualTo(((centre * centre) + (4 * centre * side)) / 5).Within(1.01 / 255));
        Assert.That(spread[41], Is.EqualTo(((centre * centre) + (centre * side) + (2 * side * side)) / 5).Within(1.01 / 255));
    }

    [Test]
    public void Motion_takes_half_a_gaussian_from_one_side()
    {
        float[] line = new float[32 * 32];
        line[(16 * 32) + 16] = 1;
        Blurs.AlongLine([32, 32, 1], line, 6, 1, 0);
        double sum = Enumerable.Range(0, 13).Sum(i => Math.Exp(-i * i / 2.0));
        for (int i = 0; i <= 6; i++)
            Assert.That(line[(16 * 32) + 16 - i], Is.EqualTo(Math.Round(255 * Math.Exp(-i * i / 2.0) / sum) / 255).Within(1e-6));
        Assert.That(line[(16 * 32) + 17], Is.Zero);
    }

    [Test]
    public void Contrast_and_brightness_are_their_formulas()
    {
        float[] scene = Scene(Photo), pale = Apply(CorruptionKind.Contrast, 2, Photo, scene),
            bright = Apply(CorruptionKind.Brightness, 4, Photo, scene);
        for (int channel = 0; channel < 3; channel++)
        {
            double mean = scene.Where((_, i) => i % 3 == channel).Average(p => (double)p);
            for (int i = channel; i < scene.Length; i += 3)
                Assert.That(pale[i], Is.EqualTo(mean + (0.5 * (scene[i] - mean))).Within(1.01 / 255));
        }

        for (int i = 0; i < scene.Length; i += 3)
        {
            double value = Math.Max(scene[i], Math.Max(scene[i + 1], scene[i + 2]));
            Assert.That(Math.Max(bright[i], Math.Max(bright[i + 1], bright[i + 2])), Is.EqualTo(Math.Min(1, value + 0.2))
                .Within(1.01 / 255));
        }
    }

    [Test]
    public void Pixelate_takes_means_of_boxes_and_repeats_them()
    {
        float[] scene = Scene([32, 32, 1]);
        float[] coarse = Apply(CorruptionKind.Pixelate, 5, [32, 32, 1], scene); // 20 × 20
        Assert.That(coarse.Chunk(32).Select(row => string.Join(' ', row)).Distinct().Count(), Is.LessThanOrEqualTo(20));
    }

    [Test]
    public void Jpeg_rounds_each_wave_of_a_block_to_its_step()
    {
        // One wave (u = 1, v = 0) of amplitude A has the coefficient 4√2·A; at quality 50 its step is 11.
        float[] wave = new float[64];
        for (int i = 0; i < 64; i++)
            wave[i] = (float)((128 + (9 * Math.Cos(((2 * (i % 8)) + 1) * Math.PI / 16))) / 255);
        JpegCoding.Apply([8, 8, 1], wave, 50);
        double step = Math.Round(4 * Math.Sqrt(2) * 9 / 11) * 11 / (4 * Math.Sqrt(2));
        for (int i = 0; i < 64; i++)
            Assert.That(255 * wave[i], Is.EqualTo(128 + (step * Math.Cos(((2 * (i % 8)) + 1) * Math.PI / 16))).Within(0.51));
    }

    [Test]
    public void Jpeg_at_full_quality_changes_smooth_images_by_a_few_255ths()
    {
        float[] smooth = [.. Enumerable.Range(0, 3072).Select(i => ((i / 96 * 3) + (i / 3 % 32 * 2) + (i % 3 * 20)) / 255f)];
        float[] before = [.. smooth];
        JpegCoding.Apply(Photo, smooth, 100);
        for (int i = 0; i < smooth.Length; i++)
            Assert.That(smooth[i], Is.EqualTo(before[i]).Within(4.01 / 255));
    }

    [Test]
    public void Fog_keeps_the_brightest_pixel_within_reach_and_lifts_the_dark()
    {
        float[] foggy = Apply(CorruptionKind.Fog, 5, Photo, [.. new float[3071], 1]);
        Assert.That(foggy.Max(), Is.LessThanOrEqualTo(1));
        // Strength / (1 + strength) at the cloud's top
        Assert.That(foggy.Take(3071).Max(), Is.EqualTo(1.5 / 2.5).Within(1.01 / 255));
    }

    private static IEnumerable<double> Flat(CorruptionKind kind, int severity, float value) =>
        Apply(kind, severity, [64, 64, 3], [.. Enumerable.Repeat(value, 64 * 64 * 3)]).Select(p => (double)p);

    private static float[] Apply(CorruptionKind kind, int severity, Shape shape, float[] image)
    {
        float[] result = [.. image];
        new Corruption(Kind: kind, Severity: severity).Apply(shape, result, new RandomStream(1, "t"));
        return result;
    }

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum();

    // Discs of several colours with edges, in bytes.
    private static float[] Scene(Shape shape)
    {
        float[] scene = new float[shape.Count];
        for (int i = 0; i < scene.Length; i++)
        {
            int pixel = i / shape[2], y = pixel / shape[1], x = pixel % shape[1], channel = i % shape[2];
            bool inside = ((x - 12) * (x - 12)) + ((y - 10) * (y - 10)) < 40, stripe = (x + (2 * y)) % 9 < 4;
            scene[i] = ((inside ? 190 : stripe ? 70 : 110) + (channel * (inside ? -30 : 15))) / 255f;
        }

        return scene;
    }
}
