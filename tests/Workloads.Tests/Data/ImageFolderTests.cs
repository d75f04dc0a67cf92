using System.Buffers.Binary;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tests.Formats;

namespace NpuSim.Workloads.Tests.Data;

/// <summary>Pictures in folders and lists.</summary>
public sealed class ImageFolderTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_folder_of_class_folders_is_split_by_the_seed()
    {
        WriteClasses("all", 10);
        ImageSet set = Set("folder: all\ntest-share: 0.3");
        ImageSource train = set.Open(Split.Train, null, 1), test = set.Open(Split.Test, null, 1);
        Assert.Multiple(() =>
        {
            Assert.That((set.Classes, set.SampleShape), Is.EqualTo((2, Shape.Create([2, 2, 3]))));
            Assert.That((train.Count, test.Count), Is.EqualTo((14, 6)));
            Assert.That(Enumerable.Range(0, test.Count).Select(test.Label), Is.EqualTo(new[] { 0, 0, 0, 1, 1, 1 }));
            Assert.That(Reds(test), Is.Not.EqualTo(Reds(Set("folder: all\ntest-share: 0.3\nseed: 2").Open(Split.Test, null, 1))));
            Assert.That(Reds(train).Concat(Reds(test)).Distinct().Count(), Is.EqualTo(20)); // every picture in one of the splits
        });
    }

    [Test]
    public void Two_folders_are_the_two_splits()
    {
        WriteClasses("a", 3);
        WriteClasses("b", 2);
        ImageSet set = Set("train: a\ntest: b\nclasses: [dog, cat]");
        Assert.That((set.Open(Split.Train, null, 1).Count, set.Open(Split.Test, null, 1).Count), Is.EqualTo((6, 4)));
        Assert.That(set.Open(Split.Test, null, 1).Label(0), Is.EqualTo(1)); // cats stand first in the folder, second in the list
    }

    [Test]
    public void A_list_names_files_labels_and_splits()
    {
        WriteClasses("p", 2);
        File.WriteAllText(In("list.csv"),
            "file,label,split\np/cat/0.png,tabby,train\np/dog/1.png,terrier,train\np/cat/1.png,tabby,test\n");
        ImageSet set = Set("list: list.csv");
        Assert.That((set.Open(Split.Train, null, 1).Count, set.Open(Split.Test, null, 1).Count), Is.EqualTo((2, 1)));
    }

    [Test]
    public void Pictures_are_cropped_to_the_proportions_or_stretched()
    {
        WriteClasses("all", 5);
        byte[] wide = [.. Enumerable.Range(0, 8).SelectMany(i =>
            new byte[] { (byte)(30 * (i % 4)), 0, 0 })]; // 2×4: columns of 0, 30, 60, 90
        foreach (string name in Directory.GetFiles(In("all"), "*.png", SearchOption.AllDirectories))
            File.WriteAllBytes(name, PngWriter.Write(2, 4, 3, wide));
        Assert.That(Pixels(Set("folder: all").Open(Split.Test, null, 1)), Is.EqualTo(new float[] { 30, 60, 30, 60 }));
        Assert.That(Pixels(Set("folder: all\nfit: stretch").Open(Split.Test, null, 1)),
            Is.EqualTo(new float[] { 21, 69, 21, 69 }).Within(1));

        static float[] Pixels(ImageSource source)
        {
            float[] pixels = new float[12];
            source.Read(0, pixels);
            return [.. pixels.Where((_, i) => i % 3 == 0).Select(p => MathF.Round(p * 255))];
        }
    }

    [Test]
    public void A_JPEG_is_read_in_colour_and_in_grey()
    {
        byte[] jpeg = PngWriter.Jpeg();
        Assert.That(Picture.Decode(jpeg, 3, "x").Pixels, Is.EqualTo(Enumerable.Repeat(213, 12)));
        Assert.That(Picture.Decode(jpeg, 1, "x").Pixels, Is.EqualTo(Enumerable.Repeat(213, 4)));
    }

    [Test]
    public void A_file_that_cannot_be_read_is_named_or_counted_and_left_out()
    {
        WriteClasses("all", 10);
        byte[] png = File.ReadAllBytes(In("all/cat/0.png"));
        foreach (string name in new[] { "all/cat/0.png", "all/cat/1.png", "all/dog/4.png" })
            File.WriteAllBytes(In(name), png[..^20]);
        string fault = Assert.Throws<InputException>(() => Open(Set("folder: all")))!.Message;
        Assert.That(fault, Does.Match(@"(cat/0|cat/1|dog/4)\.png: damaged, or of a kind that is not read; skip-corrupt: true in set\.yaml leaves such files out\."));
        Assert.That(Open(Set("folder: all\nskip-corrupt: true")), Is.EqualTo(17));

        static int Open(ImageSet set) => set.Open(Split.Train, null, 1).Count + set.Open(Split.Test, null, 1).Count;
    }

    [TestCase("folder: none", "none: no such folder, or it cannot be read.")]
    [TestCase("folder: all\ntrain: all\ntest: all", "folder: accepted is one of folder, train with test, and list")]
    [TestCase("train: all", "test: train and test are given together")]
    [TestCase("list: none.csv", "none.csv: no such file.")]
    [TestCase("folder: all\nchannels: 2", "channels: found 2; accepted is 3 or 1")]
    [TestCase("folder: all\nclasses: [cat, bird]", "dog/")]
    public void Faults_are_named(string yaml, string message)
    {
        WriteClasses("all", 3);
        Assert.That(() => Set(yaml).Open(Split.Train, null, 1),
            Throws.InstanceOf<InputException>().With.Message.Contains(message));
    }

    [Test]
    public void Text_and_cut_pictures_are_no_pictures()
    {
        Assert.That(() => Picture.Decode("BM etc."u8.ToArray(), 3, "x"),
            Throws.TypeOf<InputException>().With.Message.EqualTo("x: neither a PNG nor a JPEG file."));
        foreach (byte[] whole in new[] { PngWriter.Write(2, 2, 3, new byte[12]), PngWriter.Jpeg() })
        {
            for (int length = 0; length < whole.Length - 20; length++)
                Assert.That(() => Picture.Decode(whole[..length], 3, "x"), Throws.TypeOf<InputException>(), $"{length} bytes");
        }
    }

    [Test]
    public void A_picture_that_claims_more_memory_than_is_accepted_is_refused()
    {
        byte[] png = PngWriter.Write(2, 2, 3, new byte[12]);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 12_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 12_000);
        Assert.That(() => Picture.Decode(png, 3, "x"),
            Throws.TypeOf<InputException>().With.Message.Contains("claims 1728000000 bytes of memory"));
    }

    private static float[] Reds(ImageSource source) => [.. Enumerable.Range(0, source.Count).Select(i =>
    {
        float[] pixels = new float[12];
        source.Read(i, pixels);
        return pixels[0];
    })];

    private string In(string name) => Path.Combine(folder, name);

    private ImageSet Set(string yaml)
    {
        File.WriteAllText(In("set.yaml"), $"kind: image-folder\nheight: 2\nwidth: 2\n{yaml}\n");
        return ImageSets.Get(In("set.yaml"));
    }

    // Folders "cat" and "dog" of that many pictures, each of a red of its own.
    private void WriteClasses(string name, int count)
    {
        for (int i = 0; i < 2 * count; i++)
        {
            string path = In($"{name}/{(i < count ? "cat" : "dog")}/{i % count}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, PngWriter.Write(2, 2, 3, [.. Enumerable.Repeat((byte)(i + 1), 12)]));
        }
    }
}
