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
        PretrainedWeights.Keep(Unnamed, Two, folder);
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
        PretrainedWeights.Keep(Unnamed, Two, folder);
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
}
