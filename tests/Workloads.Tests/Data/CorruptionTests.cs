using NpuSim.Random;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Data;

public sealed class CorruptionTests
{
    private static readonly Shape Square = [4, 4, 1];

    [Test]
    public void None_changes_nothing()
    {
        float[] image = Ramp();
        Assert.That(Apply(Corruption.None, image), Is.EqualTo(Ramp()));
    }

    [Test]
    public void Contrast_scales_the_distance_from_the_mean()
    {
        float[] image = [0, 0.5f, 1, 0.5f];
        new Corruption(Contrast: 0.5).Apply([2, 2, 1], image, new RandomStream(1, "t"));
        Assert.That(image, Is.EqualTo(new[] { 0.25f, 0.5f, 0.75f, 0.5f }));
    }

    [Test]
    public void Brightness_adds_and_the_result_is_clipped()
    {
        float[] image = [0, 0.5f, 1, 0.25f];
        new Corruption(Brightness: 0.5).Apply([2, 2, 1], image, new RandomStream(1, "t"));
        Assert.That(image, Is.EqualTo(new[] { 0.5f, 1, 1, 0.75f }));
    }

    [Test]
    public void Inversion_swaps_ink_and_ground() =>
        Assert.That(Apply(new Corruption(Invert: true), Ramp()), Is.EqualTo(Ramp().Select(pixel => 1 - pixel)));

    [Test]
    public void Noise_has_the_mean_and_deviation_that_were_asked_for()
    {
        float[] image = new float[200 * 200];
        Array.Fill(image, 0.5f);
        new Corruption(Noise: 0.05).Apply([200, 200, 1], image, new RandomStream(7, "noise"));
        double mean = image.Average(p => (double)p), deviation = Math.Sqrt(image.Average(p => (p - mean) * (p - mean)));
        Assert.Multiple(() =>
        {
            Assert.That(mean, Is.EqualTo(0.5).Within(0.001)); // 4 standard errors: 0.05 / 200 · 4
            Assert.That(deviation, Is.EqualTo(0.05).Within(0.001));
            Assert.That(image.Count(p => Math.Abs(p - 0.5) > 0.1) / 40_000.0, Is.EqualTo(0.0455).Within(0.005)); // beyond 2σ
        });
    }

    [Test]
    public void Blur_keeps_the_sum_inside_the_image_and_spreads_a_dot_symmetrically()
    {
        float[] image = new float[11 * 11];
        image[(5 * 11) + 5] = 1;
        new Corruption(Blur: 1).Apply([11, 11, 1], image, new RandomStream(1, "t"));
        Assert.Multiple(() =>
        {
            Assert.That(image.Sum(), Is.EqualTo(1).Within(1e-5));
            Assert.That(image[(5 * 11) + 5], Is.EqualTo(1 / (2 * Math.PI)).Within(0.005));
            Assert.That(image[(5 * 11) + 6] / image[(5 * 11) + 5], Is.EqualTo(Math.Exp(-0.5)).Within(1e-5));
            Assert.That(image[(4 * 11) + 5], Is.EqualTo(image[(6 * 11) + 5]));
            Assert.That(image[(5 * 11) + 4], Is.EqualTo(image[(4 * 11) + 5]));
        });
    }

    [Test]
    public void Blur_leaves_a_flat_image_flat_up_to_its_border() =>
        Assert.That(Apply(new Corruption(Blur: 2), Enumerable.Repeat(0.25f, 16).ToArray()), Is.All.EqualTo(0.25f).Within(1e-6f));

    [Test]
    public void Blur_does_not_mix_channels()
    {
        float[] image = new float[5 * 5 * 2];
        for (int i = 0; i < 25; i++)
            image[2 * i] = 1;
        new Corruption(Blur: 1).Apply([5, 5, 2], image, new RandomStream(1, "t"));
        for (int i = 0; i < 25; i++)
            Assert.That((image[2 * i], image[(2 * i) + 1]),
                Is.EqualTo((1f, 0f)).Using<(float A, float B)>((a, b) => Math.Abs(a.A - b.A) < 1e-6f && a.B == b.B));
    }

    [Test]
    public void Clutter_only_adds_ink()
    {
        float[] image = new float[28 * 28];
        image[100] = 0.9f;
        new Corruption(Clutter: 3).Apply([28, 28, 1], image, new RandomStream(1, "t"));
        Assert.Multiple(() =>
        {
            Assert.That(image[100], Is.GreaterThanOrEqualTo(0.9f));
            Assert.That(image.Count(pixel => pixel > 0), Is.InRange(10, 250));
        });
    }

    [Test]
    public void The_lens_comes_before_the_sensor()
    {
        Corruption all = new(Clutter: 1, Invert: true, Blur: 1, Contrast: 0.5, Brightness: 0.1, Noise: 0.1);
        float[] together = Apply(all, Ramp());
        RandomStream random = new(1, "t");
        float[] apart = Ramp();
        foreach (Corruption one in new[] { new Corruption(Clutter: 1), new(Invert: true), new(Blur: 1),
            new(Contrast: 0.5, Brightness: 0.1), new(Noise: 0.1) })
            one.Apply(Square, apart, random);
        Assert.That(apart, Is.EqualTo(together));
    }

    [Test]
    public void Pixels_of_another_shape_are_refused() =>
        Assert.Throws<ArgumentException>(() => Corruption.None.Apply([2, 2, 1], new float[5], new RandomStream(1, "t")));

    private static float[] Ramp() => [.. Enumerable.Range(0, 16).Select(i => i / 16f)];

    private static float[] Apply(Corruption corruption, float[] image)
    {
        corruption.Apply(Square, image, new RandomStream(1, "t"));
        return image;
    }
}
