using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class PretrainedWeightsTests
{
    private static readonly Workload Unnamed = Workload.Load("glyphs-cnn") with { Weights = null };
    private static readonly Weights Two = Weights.Create([new("w", new([2], new float[] { 1, 2 }))]);
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void What_was_kept_is_found_again_with_its_recipe()
    {
        Assert.That(PretrainedWeights.Find(Unnamed, folder), Is.Null);
        WeightCache.Keep(Unnamed, Two, folder, null);
        Weights? found = PretrainedWeights.Find(Unnamed, folder);
        Assert.Multiple(() =>
        {
            Assert.That(found!.Tensors["w"].Values.ToArray(), Is.EqualTo(new float[] { 1, 2 }));
            Assert.That(found!.Metadata[PretrainedWeights.RecipeKey], Is.EqualTo(Unnamed.Recipe));
        });
    }

    [Test]
    public void Another_recipe_does_not_find_them()
    {
        WeightCache.Keep(Unnamed, Two, folder, null);
        Assert.That(PretrainedWeights.Find(Unnamed with { DataSeed = 77 }, folder), Is.Null);
    }

    [Test]
    public void A_named_file_is_read_and_a_missing_one_is_one_line()
    {
        string path = Path.Combine(folder, "mine.safetensors");
        Workload named = Unnamed with { Weights = path };
        Assert.That(Assert.Throws<InputException>(() => PretrainedWeights.Find(named, folder))!.Message,
            Is.EqualTo($"{path}: no such file."));
        Safetensors.Write(path, Two);
        Assert.That(PretrainedWeights.Find(named, folder)!.Tensors.Keys, Is.EqualTo(new[] { "w" }));
    }

    [Test]
    public void The_kept_name_follows_from_what_the_files_of_a_recipe_hold()
    {
        string set = Path.Combine(folder, "mine.yaml");
        File.WriteAllText(set, "kind: cifar\ntrain: [a.bin]\ntest: [b.bin]\n");
        File.WriteAllText(Path.Combine(folder, "a.bin"), "one");
        File.WriteAllText(Path.Combine(folder, "b.bin"), "two");
        File.WriteAllText(Path.Combine(folder, "t.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "t.npz"), "npz");
        Workload own = Unnamed with
        {
            Pretrain = Unnamed.Pretrain with
            {
                Images = set,
                Teacher = new TeacherRecipe(Path.Combine(folder, "t.json"), Path.Combine(folder, "t.npz"))
            },
        };
        List<string> names = [WeightCache.EntryOf(own, folder, null)];
        Assert.That(WeightCache.EntryOf(own, folder, null), Is.EqualTo(names[0]));
        foreach (string file in new[] { "a.bin", "b.bin", "t.json", "t.npz" })
        {
            File.AppendAllText(Path.Combine(folder, file), "more");
            names.Add(WeightCache.EntryOf(own, folder, null));
        }

        File.AppendAllText(set, "# a comment is another content too\n");
        names.Add(WeightCache.EntryOf(own, folder, null));
        Assert.That(names, Is.Unique);
        Assert.That(PretrainedWeights.WithRecipe(Two, own).Metadata[PretrainedWeights.FilesKey].Split('\n'),
            Has.Length.EqualTo(7), "six files and an end");
        Assert.That(PretrainedWeights.WithRecipe(Two, Unnamed).Metadata.Keys, Is.EqualTo(new[] { PretrainedWeights.RecipeKey }));
        File.Delete(Path.Combine(folder, "t.npz"));
        Assert.That(() => WeightCache.EntryOf(own, folder, null),
            Throws.TypeOf<InputException>().With.Message.EndsWith("t.npz: no such file."));
    }

    [Test]
    public void A_recipe_without_files_has_no_fingerprints_of_files() =>
        Assert.That(PretrainedWeights.Fingerprints(Unnamed), Is.Empty);
}
