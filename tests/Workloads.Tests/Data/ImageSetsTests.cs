using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Tests.Data;

public sealed class ImageSetsTests
{
    [Test]
    public void Names_are_unique_and_found()
    {
        Assert.That(ImageSets.All.Select(set => set.Name), Is.Unique);
        foreach (ImageSet set in ImageSets.All)
            Assert.That(ImageSets.Get(set.Name), Is.SameAs(set));
    }

    [Test]
    public void An_unknown_name_is_one_line_with_the_names_there_are() =>
        Assert.That(Assert.Throws<InputException>(() => ImageSets.Get("cifar"))!.Message,
            Is.EqualTo(
                "there is no image set 'cifar'; accepted is one of glyphs, fashion-mnist, mnist, kannada-mnist, cifar10, " +
                "cifar10-exact-subset, omniglot-seen, omniglot-unseen, fsdd-seen, fsdd-unseen, esc10-fold1, esc10-fold2, or a "
                    + "YAML file " +
                "that describes one (did you mean 'cifar10'?)."));

    [Test]
    public void The_embedded_set_needs_no_files()
    {
        ImageSource source = ImageSets.Get("glyphs").Open(Split.Test, dataFolder: null, seed: 1);
        Assert.That(source.Take(new[] { 0 }, Corruption.None, 1).SampleShape, Is.EqualTo(Shape.Create([28, 28, 1])));
    }

    [Test]
    public void Fashion_mnist_is_the_published_set()
    {
        string folder = ReferenceData.Folder("fashion-mnist");
        ImageSource train = ImageSets.Get("fashion-mnist").Open(Split.Train, folder, 1),
            test = ImageSets.Get("fashion-mnist").Open(Split.Test, folder, 1);
        float[] first = new float[784];
        train.Read(0, first);
        Assert.Multiple(() =>
        {
            Assert.That((train.Count, test.Count), Is.EqualTo((60_000, 10_000)));
            Assert.That(Histogram(train), Is.All.EqualTo(6000));
            Assert.That(Histogram(test), Is.All.EqualTo(1000));
            Assert.That(Enumerable.Range(0, 10).Select(train.Label), Is.EqualTo(new[] { 9, 0, 0, 3, 0, 2, 7, 2, 5, 5 }));
            Assert.That(Enumerable.Range(0, 10).Select(test.Label), Is.EqualTo(new[] { 9, 2, 1, 1, 6, 1, 4, 6, 5, 7 }));
            Assert.That(first.Sum(p => Math.Round(p * 255)), Is.EqualTo(76247)); // the ankle boot
        });
    }

    [TestCase("mnist", 50_000, 10_000, new[] { 5, 0, 4, 1, 9 })]
    [TestCase("kannada-mnist", 8_000, 2_000, new[] { 0, 1, 2, 3, 4 })]
    public void Digit_sets_split_their_files(string name, int trainCount, int testCount, int[] firstLabels)
    {
        string folder = ReferenceData.Folder(name);
        ImageSource train = ImageSets.Get(name).Open(Split.Train, folder, 1),
            test = ImageSets.Get(name).Open(Split.Test, folder, 1);
        Assert.Multiple(() =>
        {
            Assert.That((train.Count, test.Count), Is.EqualTo((trainCount, testCount)));
            Assert.That(Enumerable.Range(0, 5).Select(train.Label), Is.EqualTo(firstLabels));
            Assert.That(Histogram(test), Is.All.GreaterThan(testCount / 13));
        });
    }

    [Test]
    public void The_exact_subset_of_cifar10_has_the_published_images()
    {
        ImageSet set = ImageSets.Get("cifar10-exact-subset");
        string folder = ReferenceData.Folder(set.Name);
        ImageSource train = set.Open(Split.Train, folder, 1), test = set.Open(Split.Test, folder, 1);
        float[] frog = new float[3072];
        train.Read(0, frog);
        Assert.Multiple(() =>
        {
            Assert.That((train.Count, test.Count), Is.EqualTo((7728, 932)));
            Assert.That(Enumerable.Range(0, 10).Select(train.Label), Is.EqualTo(new[] { 6, 9, 9, 4, 1, 1, 2, 7, 8, 3 }));
            Assert.That(Enumerable.Range(0, 10).Select(test.Label), Is.EqualTo(new[] { 3, 8, 8, 0, 6, 6, 1, 6, 3, 1 }));
            Assert.That(frog[..3].Select(p => Math.Round(p * 255)), Is.EqualTo(new[] { 59, 62, 63 })); // as every tutorial prints
        });
    }

    [TestCase("omniglot-seen", "omniglot-small", 152 * 15, 152 * 5)]
    [TestCase("omniglot-unseen", "omniglot-small", 90 * 15, 90 * 5)]
    [TestCase("fsdd-seen", "fsdd", 700, 300)]
    [TestCase("fsdd-unseen", "fsdd", 700, 300)]
    [TestCase("esc10-fold1", "esc10-folds12", 80, 80)]
    [TestCase("esc10-fold2", "esc10-folds12", 40, 40)]
    public void Every_class_of_a_set_has_equally_many_images_in_a_split(string name, string folder, int trainCount, int testCount)
    {
        ImageSet set = ImageSets.Get(name);
        string data = ReferenceData.Folder(folder);
        foreach ((Split split, int count) in new[] { (Split.Train, trainCount), (Split.Test, testCount) })
        {
            ImageSource source = set.Open(split, data, 1);
            float[] pixels = new float[set.SampleShape.Count];
            source.Read(count / 2, pixels);
            Assert.Multiple(() =>
            {
                Assert.That(source.Count, Is.EqualTo(count));
                Assert.That(Enumerable.Range(0, count).GroupBy(source.Label).Select(g => g.Count()),
                    Is.EqualTo(Enumerable.Repeat(count / set.Classes, set.Classes)));
                Assert.That(pixels.Max(), Is.EqualTo(1));
                Assert.That(pixels.Min(), Is.Zero);
            });
        }
    }

    private static int[] Histogram(ImageSource source)
    {
        int[] histogram = new int[10];
        for (int index = 0; index < source.Count; index++)
            histogram[source.Label(index)]++;
        return histogram;
    }
}
