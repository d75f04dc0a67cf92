using NpuSim.Workloads.Data;

namespace NpuSim.Workloads.Tests.Data;

public sealed class DatasetTests
{
    private static readonly Dataset Three = new([1, 2, 1], 4, [0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f], [3, 0, 1]);

    [Test]
    public void Images_lie_one_after_the_other()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Three.Count, Is.EqualTo(3));
            Assert.That(Three.Image(1).ToArray(), Is.EqualTo(new[] { 0.2f, 0.3f }));
        });
    }

    [Test]
    public void A_selection_keeps_the_order_of_the_indices_and_may_repeat_them()
    {
        Dataset chosen = Three.Select([2, 0, 2]);
        Assert.Multiple(() =>
        {
            Assert.That(chosen.Labels.ToArray(), Is.EqualTo(new[] { 1, 3, 1 }));
            Assert.That(chosen.Images.ToArray(), Is.EqualTo(new[] { 0.4f, 0.5f, 0, 0.1f, 0.4f, 0.5f }));
            Assert.That(chosen.Classes, Is.EqualTo(4));
        });
    }

    [Test]
    public void A_batch_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => Three.CopyTo([0, 1], new float[4], new int[1]));

    [TestCase(4)]
    [TestCase(-1)]
    public void A_label_outside_the_classes_is_refused(int label) =>
        Assert.Throws<ArgumentException>(() => new Dataset([1, 1, 1], 4, [0, 0], [0, label]));

    [Test]
    public void Pixels_that_are_no_whole_images_are_refused() =>
        Assert.Throws<ArgumentException>(() => new Dataset([1, 2, 1], 4, [0, 0, 0], [0]));
}
