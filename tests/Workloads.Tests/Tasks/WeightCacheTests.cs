using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Tasks;

[NonParallelizable] // some look at standard error
public sealed class WeightCacheTests
{
    private static readonly Weights Two = Weights.Create([new("w", new([2], new float[] { 1, 2 }))]);
    private static readonly Workload Embedded = Workload.Load("glyphs-cnn") with { Weights = null };
    private static readonly Workload OfFiles = Workload.Load("fashion-mnist-cnn") with { Weights = null };
    private string folder = "", cache = "", data = "";

    [SetUp]
    public void MakeFolder()
    {
        folder = Directory.CreateTempSubdirectory("npusim-").FullName;
        (cache, data) = (Path.Combine(folder, "cache"), Path.Combine(folder, "data"));
        Directory.CreateDirectory(data);
        foreach (string name in new[] { "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte" })
            File.WriteAllText(Path.Combine(data, name), name);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Weights_of_other_data_under_the_same_names_are_not_taken()
    {
        WeightCache.Keep(OfFiles, Two, cache, data);
        Assert.That(WeightCache.Find(OfFiles, cache, data), Is.Not.Null);
        File.WriteAllText(Path.Combine(data, "train-images-idx3-ubyte"), "other images of the same length"[..23]);
        Assert.That(WeightCache.Find(OfFiles, cache, data), Is.Null);
    }

    [Test]
    public void Another_recipe_and_other_files_are_other_entries()
    {
        string first = WeightCache.EntryOf(OfFiles, cache, data);
        Workload longer = OfFiles with { Pretrain = OfFiles.Pretrain with { Steps = OfFiles.Pretrain.Steps + 1 } };
        Assert.That(WeightCache.EntryOf(longer, cache, data), Is.Not.EqualTo(first));
        Assert.That(WeightCache.EntryOf(OfFiles, cache, data), Is.EqualTo(first));
    }

    [TestCase("cut")]
    [TestCase("flipped")]
    [TestCase("empty")]
    [TestCase("folder")]
    [TestCase("pipe")]
    [TestCase("device")]
    [CancelAfter(20_000)]
    public void A_damaged_entry_is_none_and_is_said_so(string damage)
    {
        WeightCache.Keep(Embedded, Two, cache, null);
        string entry = WeightCache.EntryOf(Embedded, cache, null);
        byte[] bytes = File.ReadAllBytes(entry);
        switch (damage)
        {
            case "cut":
                File.WriteAllBytes(entry, bytes[..^1]);
                break;
            case "flipped":
                bytes[^1] ^= 1; // a number: the file is still one of weights
                File.WriteAllBytes(entry, bytes);
                break;
            case "empty":
                File.WriteAllBytes(entry, []);
                break;
            default:
                File.Delete(entry);
                SpecialFile.Make(entry, damage);
                break;
        }

        string said = Said(() => Assert.That(WeightCache.Find(Embedded, cache, null), Is.Null));
        Assert.That(said, damage == "folder" ? Is.Empty : Does.EndWith("trained anew.\n").And.Contain(entry));
        string kept = Said(() => WeightCache.Keep(Embedded, Two, cache, null));
        Assert.That(kept, damage is "folder" or "pipe" or "device"
            ? Does.Contain($"it is a {damage};").And.EndWith("not kept; the results are the same.\n") : Is.Empty);
        if (kept.Length > 0)
            return;
        Assert.That(WeightCache.Find(Embedded, cache, null)!.Tensors["w"].Values.ToArray(), Is.EqualTo(new float[] { 1, 2 }));
    }

    [Test]
    public void A_cache_that_cannot_be_written_is_a_note()
    {
        File.WriteAllText(cache, "a file where the folder should be");
        string said = Said(() => WeightCache.Keep(Embedded, Two, cache, null));
        Assert.That(said, Does.Contain("cannot be written").And.EndWith("The weights are not kept; the results are the same.\n"));
        Assert.That(WeightCache.Find(Embedded, cache, null), Is.Null);
    }

    [Test]
    public void Many_that_keep_the_same_weights_leave_one_valid_entry()
    {
        Parallel.For(0, 16, _ => WeightCache.Keep(Embedded, Two, cache, null));
        Assert.That(WeightCache.Find(Embedded, cache, null), Is.Not.Null);
        Assert.That(Directory.GetFiles(cache), Has.Length.EqualTo(1));
    }

    private static string Said(Action action)
    {
        TextWriter error = Console.Error;
        using StringWriter said = new();
        try
        {
            Console.SetError(said);
            action();
        }
        finally
        {
            Console.SetError(error);
        }

        return said.ToString().ReplaceLineEndings("\n");
    }
}
