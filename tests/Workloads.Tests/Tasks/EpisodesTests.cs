using NpuSim.Workloads.Data;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class EpisodesTests
{
    private static readonly Workload Few = Workload.Load("glyphs-cnn") is var shipped ? shipped with
    {
        Pretrain = shipped.Pretrain with { Samples = 20, Batch = 10 },
        Adapt = shipped.Adapt with
        {
            TrainSamples = 6,
            TestSamples = 12,
            Batch = 6,
            FewShot = new(Ways: 3, Shots: 2, Queries: 4, Episodes: 5)
        },
    } : null!;

    [Test]
    public void An_episode_has_its_ways_shots_and_queries_class_after_class()
    {
        WorkloadData data = new(Few);
        Assert.That(data.Episodes, Has.Length.EqualTo(5));
        foreach (Episode episode in data.Episodes)
        {
            Assert.That(episode.Support.Labels.ToArray(), Is.EqualTo(new[] { 0, 0, 1, 1, 2, 2 }));
            Assert.That(episode.Queries.Labels.ToArray(), Is.EqualTo(new[] { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2 }));
            Assert.That((episode.Support.Classes, episode.Queries.Classes), Is.EqualTo((3, 3)));
        }
    }

    [Test]
    public void Support_and_queries_show_the_same_signs_and_come_from_different_splits()
    {
        ImageSource train = Open(Split.Train), test = Open(Split.Test);
        Episode episode = new WorkloadData(Few with { Adapt = Few.Adapt with { Corruption = Corruption.None } }).Episodes[2];
        int[] support = [.. Enumerable.Range(0, 6).Select(i => ClassOf(train, episode.Support.Image(i)))];
        int[] queries = [.. Enumerable.Range(0, 12).Select(i => ClassOf(test, episode.Queries.Image(i)))];
        Assert.That(support.Where((_, i) => i % 2 == 0), Is.EqualTo(support.Where((_, i) => i % 2 == 1)).And.Unique);
        Assert.That(queries.Where((_, i) => i % 4 == 0), Is.EqualTo(support.Where((_, i) => i % 2 == 0)));
    }

    [Test]
    public void Episodes_follow_from_the_data_seed_and_their_number()
    {
        WorkloadData once = new(Few), more =
            new(Few with { Adapt = Few.Adapt with { FewShot = Few.Adapt.FewShot! with { Episodes = 9 } } });
        for (int i = 0; i < 5; i++)
            Assert.That(more.Episodes[i].Support.Images.ToArray(), Is.EqualTo(once.Episodes[i].Support.Images.ToArray()));
        Assert.That(once.Episodes.Select(e => e.Support.Images.ToArray()[300]).Distinct().Count(), Is.GreaterThan(1));
        Assert.That(new WorkloadData(Few with { DataSeed = 9 }).Episodes[0].Support.Images.ToArray(),
            Is.Not.EqualTo(once.Episodes[0].Support.Images.ToArray()));
    }

    [Test]
    public void More_ways_or_queries_than_the_set_has_are_refused()
    {
        FewShotTask few = Few.Adapt.FewShot!;
        Assert.That(Fault(few with { Ways = 11 }),
            Is.EqualTo("glyphs-cnn: adapt.few-shot.ways is 11; glyphs has 10 classes."));
        Assert.That(Fault(few with { Queries = 1001 }), Does.StartWith("glyphs-cnn: adapt.few-shot.queries is 1001; class "));
    }

    [Test]
    public void Sizes_that_disagree_are_named()
    {
        Workload wrong = Few with { Adapt = Few.Adapt with { TrainSamples = 7, TestSamples = 13 } };
        Assert.That(YamlRecord.Problems(wrong).Select(p => p.ToString()), Is.EqualTo(new[]
        {
            "adapt.train-samples: 7 samples for 3 ways of 2 shots; accepted is 6",
            "adapt.test-samples: 13 samples for 3 ways of 4 queries; accepted is 12",
        }));
    }

    private static string Fault(FewShotTask few) => Assert.Throws<InputException>(
        () => _ = new WorkloadData(Few with { Adapt = Few.Adapt with { FewShot = few } }).Episodes)!.Message;

    private static ImageSource Open(Split split) => ImageSets.Get("glyphs").Open(split, null, Few.DataSeed);

    private static int ClassOf(ImageSource source, ReadOnlySpan<float> image)
    {
        float[] pixels = new float[image.Length];
        for (int i = 0; i < source.Count; i++)
        {
            source.Read(i, pixels);
            if (image.SequenceEqual(pixels))
                return source.Label(i);
        }

        return -1;
    }
}
