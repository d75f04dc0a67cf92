using NpuSim.Files;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class WorkloadDataTests
{
    private static readonly Workload Glyph = Workload.Load("glyphs-cnn") is var shipped ? shipped with
    {
        Pretrain = shipped.Pretrain with { Samples = 300 },
        Adapt = shipped.Adapt with { TrainSamples = 200, TestSamples = 100 },
    } : null!;

    [Test]
    public void Sizes_are_those_of_the_workload_and_classes_are_balanced()
    {
        WorkloadData data = new(Glyph);
        foreach ((Dataset part, int count) in new[] { (data.PretrainTrain, 300), (data.SourceTest, 100), (data.AdaptTrain, 200),
            (data.TargetTest, 100) })
        {
            Assert.That(part.Count, Is.EqualTo(count));
            Assert.That(part.Labels.ToArray().GroupBy(label => label).Select(group => group.Count()),
                Is.EqualTo(Enumerable.Repeat(count / 10, 10)));
        }
    }

    [Test]
    [NonParallelizable] // the limit is the process's
    public void All_images_of_a_workload_share_one_budget()
    {
        string folder = Directory.CreateTempSubdirectory("npusim-").FullName;
        try
        {
            foreach (string split in new[] { "train", "t10k" })
            {
                File.WriteAllBytes(Path.Combine(folder, $"{split}-images-idx3-ubyte"),
                    [0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[20 * 28 * 28]]);
                File.WriteAllBytes(Path.Combine(folder, $"{split}-labels-idx1-ubyte"),
                    [0, 0, 8, 1, 0, 0, 0, 20, .. Enumerable.Range(0, 20).Select(i => (byte)(i % 10))]);
            }

            Workload shipped = Workload.Load("fashion-mnist-cnn");
            WorkloadData data = new(shipped with
            {
                Pretrain = shipped.Pretrain with { Samples = 10 },
                Adapt = shipped.Adapt with { TrainSamples = 10, TestSamples = 10 }
            }, folder);
            InputBudget.MaxBytes = 20 * 28 * 28 * 3 / 2;
            Assert.That(data.PretrainTrain.Count, Is.EqualTo(10));
            Assert.That(() => data.SourceTest,
                Throws.TypeOf<InputException>().With.Message.Contains("t10k-images").And.Message.Contains("15720 before"));
        }
        finally
        {
            InputBudget.MaxBytes = InputBudget.DefaultBytes;
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Both_test_sets_show_the_same_images_clean_and_corrupted()
    {
        WorkloadData data = new(Glyph);
        Assert.Multiple(() =>
        {
            Assert.That(data.TargetTest.Labels.ToArray(), Is.EqualTo(data.SourceTest.Labels.ToArray()));
            Assert.That(data.TargetTest.Images.ToArray(), Is.Not.EqualTo(data.SourceTest.Images.ToArray()));
        });
        Workload clean = Glyph with { Adapt = Glyph.Adapt with { Corruption = Corruption.None } };
        Assert.That(new WorkloadData(clean).TargetTest.Images.ToArray(), Is.EqualTo(data.SourceTest.Images.ToArray()));
    }

    [Test]
    public void No_image_is_both_pre_trained_on_and_adapted_to()
    {
        Workload clean = Glyph with { Adapt = Glyph.Adapt with { Corruption = Corruption.None } };
        WorkloadData data = new(clean);
        HashSet<string> seen = [.. Enumerable.Range(0, data.PretrainTrain.Count).Select(i => Key(data.PretrainTrain, i))];
        Assert.That(Enumerable.Range(0, data.AdaptTrain.Count).Select(i => Key(data.AdaptTrain, i)).Where(seen.Contains),
            Is.Empty);

        static string Key(Dataset images, int index) => string.Join(' ', images.Image(index).ToArray());
    }

    [Test]
    public void The_data_do_not_depend_on_the_runs_seeds_but_on_the_data_seed()
    {
        float[] images = new WorkloadData(Glyph).AdaptTrain.Images.ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(new WorkloadData(Glyph with { Seeds = [9] }).AdaptTrain.Images.ToArray(), Is.EqualTo(images));
            Assert.That(new WorkloadData(Glyph with { DataSeed = 9 }).AdaptTrain.Images.ToArray(), Is.Not.EqualTo(images));
        });
    }

    [Test]
    public void Every_part_has_the_pixels_that_the_network_takes()
    {
        Workload few = Glyph with
        {
            Adapt =
            Glyph.Adapt with { TrainSamples = 6, TestSamples = 6, Batch = 6, FewShot = new(3, 2, 2, 2) }
        };
        foreach (((string part, ReadOnlyMemory<float> images), (_, ReadOnlyMemory<float> unit)) in Parts("0..255")
            .Zip(Parts(null)))
            Assert.That(images.ToArray(), Is.EqualTo(unit.ToArray().Select(p => 255 * p)), part);

        IEnumerable<(string, ReadOnlyMemory<float>)> Parts(string? pixels)
        {
            WorkloadData data = new(Glyph with { Pixels = pixels });
            Episode episode = new WorkloadData(few with { Pixels = pixels }).Episodes[1];
            return [("pre-training", data.PretrainTrain.Images), ("source", data.SourceTest.Images),
                ("adaptation", data.AdaptTrain.Images),
                ("target", data.TargetTest.Images), ("support", episode.Support.Images), ("queries", episode.Queries.Images)];
        }
    }

    [Test]
    public void More_images_than_there_are_is_one_line()
    {
        Workload greedy = Glyph with { Adapt = Glyph.Adapt with { TrainSamples = 59_701 } };
        Assert.That(Assert.Throws<InputException>(() => _ = new WorkloadData(greedy).AdaptTrain)!.Message,
            Is.EqualTo("glyphs-cnn: adapt.train-samples is 59701; glyphs has 60000 Train images, of which pretrain.samples " +
                "takes 300."));
    }

    [Test]
    public void Nothing_is_opened_before_it_is_asked_for()
    {
        WorkloadData data = new(Workload.Load("fashion-mnist-cnn"), "/nowhere");
        Assert.That(Assert.Throws<InputException>(() => _ = data.TargetTest)!.Message,
            Is.EqualTo("/nowhere/fashion-mnist/t10k-images-idx3-ubyte.gz: no such file, which the image set fashion-mnist " +
                "needs; give the data folder with --data DIR or NPUSIM_DATA."));
    }

    [Test]
    public void The_fashion_workload_finds_its_images()
    {
        WorkloadData data = new(Workload.Load("fashion-mnist-cnn"), ReferenceData.Folder("fashion-mnist"));
        Assert.Multiple(() =>
        {
            Assert.That((data.PretrainTrain.Count, data.SourceTest.Count, data.AdaptTrain.Count, data.TargetTest.Count),
                Is.EqualTo((50_000, 10_000, 2_000, 10_000)));
            Assert.That(data.AdaptTrain.Labels.ToArray().GroupBy(label => label).Select(group => group.Count()),
                Is.All.EqualTo(200));
            Assert.That(data.TargetTest.Images.Span.IndexOfAnyExceptInRange(0, 1), Is.EqualTo(-1));
        });
    }
}
