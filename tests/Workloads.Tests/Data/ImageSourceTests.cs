using NpuSim.Workloads.Data;

namespace NpuSim.Workloads.Tests.Data;

public sealed class ImageSourceTests
{
    private static readonly ImageSource Glyph = new GlyphSet().Open(Split.Train, null, seed: 3);

    [Test]
    public void A_choice_is_without_repetition_and_every_prefix_is_balanced()
    {
        int[] chosen = Glyph.Choose(205, seed: 1, "adapt");
        Assert.That(chosen, Is.Unique);
        for (int length = 1; length <= chosen.Length; length++)
        {
            int[] histogram = [.. Enumerable.Range(0, 10)
                .Select(label => chosen[..length].Count(index => Glyph.Label(index) == label))];
            Assert.That(histogram.Max() - histogram.Min(), Is.LessThanOrEqualTo(1), $"prefix of {length}");
        }
    }

    [Test]
    public void A_shorter_choice_is_the_beginning_of_a_longer_one() =>
        Assert.That(Glyph.Choose(500, 1, "adapt")[..120], Is.EqualTo(Glyph.Choose(120, 1, "adapt")));

    [Test]
    public void Seed_and_purpose_make_other_choices()
    {
        int[] chosen = Glyph.Choose(100, 1, "adapt");
        Assert.Multiple(() =>
        {
            Assert.That(Glyph.Choose(100, 2, "adapt"), Is.Not.EqualTo(chosen));
            Assert.That(Glyph.Choose(100, 1, "pretrain"), Is.Not.EqualTo(chosen));
            Assert.That(Glyph.Choose(100, 1, "adapt"), Is.EqualTo(chosen));
        });
    }

    [Test]
    public void Everything_can_be_chosen_and_no_more()
    {
        ImageSource test = new GlyphSet().Open(Split.Test, null, seed: 3);
        Assert.That(test.Choose(test.Count, 1, "all").Order(), Is.EqualTo(Enumerable.Range(0, test.Count)));
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Choose(test.Count + 1, 1, "all"));
    }

    [Test]
    public void What_is_excepted_is_not_chosen()
    {
        int[] except = Glyph.Choose(1000, 1, "pretrain");
        int[] rest = Glyph.Choose(Glyph.Count - 1000, 1, "adapt", except);
        Assert.That(rest.Concat(except).Order(), Is.EqualTo(Enumerable.Range(0, Glyph.Count)));
    }

    [Test]
    public void How_an_image_is_corrupted_does_not_depend_on_what_else_is_taken()
    {
        Corruption noise = new(Noise: 0.1);
        Dataset many = Glyph.Take(new[] { 4, 17, 23 }, noise, 9), one = Glyph.Take(new[] { 23 }, noise, 9);
        Assert.Multiple(() =>
        {
            Assert.That(one.Images.ToArray(), Is.EqualTo(many.Image(2).ToArray()));
            Assert.That(many.Labels.ToArray(), Is.EqualTo(new[] { 4, 7, 3 }));
            Assert.That(Glyph.Take(new[] { 23 }, noise, 10).Images.ToArray(), Is.Not.EqualTo(one.Images.ToArray()));
        });
    }
}
