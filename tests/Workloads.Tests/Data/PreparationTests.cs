using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Data;

/// <summary>What is done to images before a network sees them.</summary>
public sealed class PreparationTests
{
    [Test]
    public void Growing_interpolates_between_centres_of_pixels() =>
        Assert.That(Resampling.Resize([0, 1], 1, 2, 1, 1, 4), Is.EqualTo(new float[] { 0, 0.25f, 0.75f, 1 }).Within(1e-6));

    [Test] // triangles of twice the width: 1/8, 3/8, 3/8, 1/8 inside; the outer ones lose what lies outside the image
    public void Shrinking_averages_what_it_leaves_out() =>
        Assert.That(Resampling.Resize([0, 0, 8, 0, 0, 0], 1, 6, 1, 1, 3), Is.EqualTo(new float[] { 8 / 7f, 3, 0 }).Within(1e-6));

    [Test]
    public void Channels_and_rows_stay_apart()
    {
        float[] image = [1, 10, 2, 20, 3, 30, 4, 40]; // 2×2 pixels of two channels
        float[] grown = Resampling.Resize(image, 2, 2, 2, 4, 4);
        Assert.That(grown[..2], Is.EqualTo(new float[] { 1, 10 }).Within(1e-6));
        Assert.That(grown[^2..], Is.EqualTo(new float[] { 4, 40 }).Within(1e-5));
        Assert.That(Resampling.Resize(image, 2, 2, 2, 2, 2), Is.EqualTo(image));
        Assert.That(Resampling.Resize(image, 2, 2, 2, 1, 1), Is.EqualTo(new float[] { 2.5f, 25 }).Within(1e-5));
    }

    [Test]
    public void Images_are_resized_cropped_reversed_and_normalised_in_this_order()
    {
        Dataset images = new([1, 2, 2], 2, [0, 0.5f, 1, 0.5f], [1]);
        Preparation prepare = new("1x4", "1x2", true, [0.5, 0.25], [0.5, 0.25]);
        Dataset prepared = prepare.Apply(images);
        Assert.That(prepared.SampleShape, Is.EqualTo(Shape.Create([1, 2, 2])));
        Assert.That(prepared.Images.ToArray(),
            Is.EqualTo(new float[] { 0, 0, 0, 2 }).Within(1e-6)); // 0.25 and 0.75, behind 0.5 reversed
        Assert.That(prepared.Labels.ToArray(), Is.EqualTo(new[] { 1 }));
    }

    [TestCase("8x8", null, 3, "prepare.mean has 3 numbers; images have 1 channels.")]
    [TestCase(null, "9x4", 1, "prepare.crop is 9x4; images are 8x8, accepted is no more.")]
    public void What_does_not_fit_is_named(string? resize, string? crop, int means, string message) =>
        Assert.That(() => new Preparation(resize, crop, false, [.. Enumerable.Repeat(0.5, means)]).ShapeOf([8, 8, 1]),
            Throws.TypeOf<InputException>().With.Message.EqualTo(message));

    [Test]
    public void Sizes_and_numbers_have_ranges() =>
        Assert.That(new Preparation("8", "0x4", false, [double.NaN], [0]).Problems().Select(p => p.Key),
            Is.EqualTo(new[] { "resize", "crop", "mean", "std" }));
}
