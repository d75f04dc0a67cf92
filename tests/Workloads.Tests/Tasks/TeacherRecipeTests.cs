using NpuSim.Workloads.Data;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class TeacherRecipeTests
{
    private static readonly string Glyphs = ShippedWorkloads.Text("glyphs-cnn");

    [Test]
    public void Keys_have_their_meaning_and_defaults()
    {
        Workload workload =
            Read("  teacher: { model: cnn-small, weights: glyphs-cnn.safetensors, pixels: 0..255, temperature: 2 }\n  augment: { "
                + "flip: true, shift: 4 }\n");
        Assert.Multiple(() =>
        {
            Assert.That(workload.Pretrain.Teacher,
                Is.EqualTo(new TeacherRecipe("cnn-small", "glyphs-cnn.safetensors", "0..255", 2, 0.9)));
            Assert.That(workload.Pretrain.Augment, Is.EqualTo(new Augmentation(true, 4)));
            Assert.That(YamlRecord.Read<Workload>(workload.ToYaml(), "printed").Pretrain, Is.EqualTo(workload.Pretrain));
        });
    }

    [Test]
    public void A_recipe_without_the_keys_reads_as_before_they_existed()
    {
        string recipe = Workload.Load("glyphs-cnn").Recipe;
        Assert.That(recipe, Is.EqualTo(
            "model: cnn-small\ndata-seed: 1\npretrain:\n  images: glyphs\n  samples: 10000\n  steps: 1500\n  batch: 32\n" +
            "  learning-rate: 0.05\n  momentum: 0.9\n  decay: cosine\n  seed: 1\n"));
    }

    [TestCase("{ model: cnn-smal, weights: w.npz }", "there is no model 'cnn-smal'")]
    [TestCase("{ model: cnn-small }", "pretrain.teacher.weights: a teacher must be trained")]
    [TestCase("{ model: cnn-small, weights: \"\" }", "pretrain.teacher.weights: the name is empty")]
    [TestCase("{ model: t.onnx, pixels: bright }", "pretrain.teacher.pixels: found 'bright'; accepted is BLACK..WHITE")]
    [TestCase("{ model: t.onnx, temperature: 0 }", "pretrain.teacher.temperature")]
    [TestCase("{ model: t.onnx, share: 1.1 }", "pretrain.teacher.share")]
    public void Faults_are_named(string teacher, string message) =>
        Assert.That(() => Read($"  teacher: {teacher}\n"),
            Throws.TypeOf<InvalidDocumentException>().With.Message.Contains(message)
            .And.Message.Not.Contains("\n"));

    [Test]
    public void A_teacher_of_other_images_or_classes_is_one_line()
    {
        TeacherRecipe teacher = new("cnn-small", "glyphs-cnn.safetensors");
        Assert.That(teacher.Open(ImageSets.Get("mnist"), ImageSets.Get("mnist").SampleShape).Model.Classes, Is.EqualTo(10));
        Assert.That(() => teacher.Open(ImageSets.Get("omniglot-seen"), ImageSets.Get("omniglot-seen").SampleShape),
            Throws.TypeOf<InputException>().With.Message.Contains("glyphs-cnn.safetensors: head"));
        string models = Path.Combine(ReferenceData.Folder("models"), "models");
        TeacherRecipe colour = new(Path.Combine(models, "resnet8-cifar10-float.json"));
        Assert.That(() => colour.Open(ImageSets.Get("glyphs"), ImageSets.Get("glyphs").SampleShape),
            Throws.TypeOf<InputException>().With.Message.EqualTo(
            "pretrain.teacher: resnet8-cifar10-float takes samples of 32×32×3 in 10 classes; accepted is a network for glyphs: "
                + "28×28×1 in 10 classes."));
    }

    private static Workload Read(string keys) =>
        YamlRecord.Read<Workload>(Glyphs.Replace("  learning-rate: 0.05\n", "  learning-rate: 0.05\n" + keys,
            StringComparison.Ordinal), "test.yaml");
}
