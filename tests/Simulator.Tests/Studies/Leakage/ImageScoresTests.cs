using NpuSim.Simulator.Studies.Leakage;

namespace NpuSim.Simulator.Tests.Studies.Leakage;

public sealed class ImageScoresTests
{
    [Test]
    public void Equal_pictures_are_wholly_similar_and_their_negative_is_not()
    {
        double[] image = [.. Enumerable.Range(0, 16 * 16 * 3).Select(i => i * 37 % 101 / 100.0)];
        Assert.That(ImageScores.Ssim(image, image, [16, 16, 3]), Is.EqualTo(1).Within(1e-12));
        Assert.That(ImageScores.Ssim(image, [.. image.Select(p => 1 - p)], [16, 16, 3]), Is.LessThan(-0.9));
    }

    [Test]
    public void Flat_pictures_are_as_similar_as_their_brightness()
    {
        double[] dark = [.. Enumerable.Repeat(0.2, 144)], bright = [.. Enumerable.Repeat(0.6, 144)];
        Assert.That(ImageScores.Ssim(dark, bright, [12, 12, 1]), Is.EqualTo((0.24 + 1e-4) / (0.40 + 1e-4)).Within(1e-9));
        Assert.That(ImageScores.Mse(dark, bright), Is.EqualTo(0.16).Within(1e-12));
        Assert.That(ImageScores.Psnr(0.01), Is.EqualTo(20).Within(1e-9));
    }

    [Test]
    public void Guesses_are_matched_by_the_least_sum_of_errors_not_one_after_the_other()
    {
        double[,] errors = { { 1, 2, 9 }, { 2, 9, 9 }, { 9, 9, 0 } };
        Assert.That(ImageScores.Match(errors), Is.EqualTo(new[] { 1, 0, 2 }));
    }
}
