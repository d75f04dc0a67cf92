using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tasks;
using NpuSim.Workloads.Tests.Formats;

namespace NpuSim.Workloads.Tests.Data;

public sealed class ImageSetFileTests
{
    private const string Sounds = """
        kind: wav-folder
        classes: [low, high]
        features: { sample-rate: 8 kHz, window-samples: 100, step-samples: 80, bands: 4, frames: 5 }
        """;

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_folder_of_recordings_is_a_set_whose_every_fifth_file_is_for_the_test()
    {
        MakeSounds(8000);
        ImageSet set = ImageSets.Get(Write("sounds.yaml", Sounds));
        ImageSource train = set.Open(Split.Train, null, 1), test = set.Open(Split.Test, null, 1);
        float[] low = new float[20], high = new float[20];
        test.Read(0, low);
        test.Read(1, high);
        Assert.Multiple(() =>
        {
            Assert.That((set.Name, set.SampleShape, set.Classes), Is.EqualTo(("sounds", Shape.Create([4, 5, 1]), 2)));
            Assert.That((train.Count, test.Count), Is.EqualTo((8, 2)));
            Assert.That((test.Label(0), test.Label(1)), Is.EqualTo((0, 1)));
            Assert.That((low[0], high[15]), Is.EqualTo((1f, 1f))); // the lowest band of the one, the highest of the other
        });
    }

    [Test]
    public void Recordings_at_another_rate_are_refused()
    {
        MakeSounds(16000);
        ImageSet set = ImageSets.Get(Write("sounds.yaml", Sounds));
        Assert.That(Assert.Throws<InputException>(() => set.Open(Split.Train, null, 1))!.Message,
            Does.EndWith("16000 Hz; the set sounds takes 8000 Hz."));
    }

    [Test]
    public void A_missing_class_is_refused() =>
        Assert.That(Assert.Throws<InputException>(() => ImageSets.Get(Write("sounds.yaml", Sounds))
            .Open(Split.Train, null, 1))!.Message,
            Does.EndWith("low: no such folder, or it cannot be read."));

    [Test]
    public void Files_of_images_lie_beside_the_description()
    {
        File.WriteAllBytes(Path.Combine(folder, "a.bin"), CifarTests.File(1, 2));
        File.WriteAllBytes(Path.Combine(folder, "b.bin.gz"), IdxTests.Gzip(CifarTests.File(3)));
        ImageSet set = ImageSets.Get(Write("mine.yaml", "kind: cifar\ntrain: [a.bin]\ntest: [b.bin]\n"));
        Assert.That((set.Open(Split.Train, "/nowhere", 1).Count, set.Open(Split.Test, null, 1).Label(0)), Is.EqualTo((2, 3)));

        File.WriteAllBytes(Path.Combine(folder, "i"), IdxTests.File([2, 1, 2], [0, 255, 51, 0]));
        File.WriteAllBytes(Path.Combine(folder, "l"), IdxTests.File([2], [0, 1]));
        set = ImageSets.Get(Write("grey.yaml",
            "{ kind: idx, height: 1, width: 2, classes: 2, train-images: i, train-labels: l, test-images: i, test-labels: none }"));
        Assert.That(set.Open(Split.Train, null, 1).Count, Is.EqualTo(2));
        Assert.That(Assert.Throws<InputException>(() => set.Open(Split.Test, null, 1))!.Message,
            Is.EqualTo($"{Path.Combine(folder, "none.gz")}: no such file, which the image set grey needs."));
    }

    [Test]
    public void A_workload_names_a_set_by_its_path_from_its_own_folder()
    {
        Write("mine.yaml", "kind: cifar\ntrain: [a.bin]\ntest: [b.bin]\n");
        string text = Workload.Load("glyphs-cnn").ToYaml();
        Workload workload = Workload.Load(Write("w.yaml", text.Replace("images: glyphs", "images: mine.yaml")));
        Assert.That(workload.ImageSet.SampleShape, Is.EqualTo(Shape.Create([32, 32, 3])));

        string mixed = Write("mixed.yaml", text.Replace("images: glyphs\n  train", "images: mine.yaml\n  train"));
        Assert.That(Assert.Throws<InputException>(() => Workload.Load(mixed))!.Message, Is.EqualTo(
            $"{mixed}: adapt.images: mine has 10 classes of 32×32×3, pretrain.images 10 of 28×28×1; accepted is a set of the "
                + $"same."));
    }

    [Test]
    public void Recordings_are_split_by_a_seed_by_folders_or_by_a_list()
    {
        MakeSounds(8000);
        const string Features = "features: { sample-rate: 8 kHz, window-samples: 100, step-samples: 80, bands: 4, frames: 5 }\n";
        Directory.CreateDirectory(Path.Combine(folder, "all"));
        foreach (string name in new[] { "low", "high" })
            Directory.Move(Path.Combine(folder, name), Path.Combine(folder, "all", name));
        Assert.That(Counts("folder: all\ntest-share: 0.4"), Is.EqualTo((6, 4, 0)));
        Assert.That(Counts("train: all\ntest: all\nclasses: [low, high]"), Is.EqualTo((10, 10, 1))); // by path high stands first
        File.WriteAllText(Path.Combine(folder, "list.csv"),
            "file,label,split\nall/low/0.wav,l,train\nall/high/1.wav,h,train\nall/low/2.wav,l,test\n");
        Assert.That(Counts("list: list.csv"), Is.EqualTo((2, 1, 1)));

        (int Train, int Test, int Label) Counts(string keys)
        {
            ImageSet set = ImageSets.Get(Write("sounds.yaml", $"kind: wav-folder\n{keys}\n{Features}"));
            ImageSource test = set.Open(Split.Test, null, 1);
            return (set.Open(Split.Train, null, 1).Count, test.Count, test.Label(0));
        }
    }

    [TestCase("classes: [low, high]\nseed: 2", "seed: accepted with folder or list, which a seed splits")]
    [TestCase("folder: all\nlist: a.csv", "folder: accepted is one of folder, train with test, and list")]
    [TestCase("train: all", "test: train and test are given together")]
    [TestCase("skip-corrupt: true", "classes: accepted are at least two folders or classes, none twice")]
    [TestCase("folder: none", "none: no such folder, or it cannot be read.")]
    public void Faults_of_a_set_of_recordings_are_named(string keys, string message) => Assert.That(
        () => ImageSets.Get(Write("sounds.yaml", Sounds.Replace("classes: [low, high]", keys))).Open(Split.Train, null, 1),
        Throws.InstanceOf<InputException>().With.Message.Contains(message));

    private void MakeSounds(int rate)
    {
        foreach ((string name, int period) in new[] { ("low", 32), ("high", 2) })
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            byte[] wave = [.. Enumerable.Range(0, 600).Select(i => (byte)(128 + (100 * Math.Cos(2 * Math.PI * i / period))))];
            for (int i = 0; i < 5; i++)
                File.WriteAllBytes(Path.Combine(folder, name, $"{i}.wav"), WavTests.File(1, 1, rate, 8, wave));
        }
    }

    private string Write(string file, string text)
    {
        string path = Path.Combine(folder, file);
        File.WriteAllText(path, text);
        return path;
    }
}
