using NpuSim.Workloads.Data;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class ShippedWorkloadsTests
{
    [Test]
    public void Each_is_sound_and_called_as_its_file()
    {
        Assert.That(ShippedWorkloads.Names, Is.EqualTo(new[]
        {
            "cifar10-c", "cifar10-resnet8", "cifar10-sigmoid", "esc10-audio", "fashion-mnist-cnn", "fsdd-audio", "fsdd-ds-cnn",
            "glyphs-cnn", "glyphs-sigmoid", "glyphs-vit", "mnist-sigmoid", "mnist-to-kannada",
            "omniglot-fewshot", "omniglot-resnet12",
        }));
        foreach (string name in ShippedWorkloads.Names)
        {
            Workload workload = Workload.Load(name);
            Assert.Multiple(() =>
            {
                Assert.That(workload.Name, Is.EqualTo(name));
                Assert.That(YamlRecord.Problems(workload), Is.Empty);
                Assert.That(workload.Weights is null || ShippedWeights.Names.Contains(workload.Weights), Is.True,
                    "weights are shipped or made");
            });
        }
    }

    [Test]
    public void Each_printed_with_comments_is_still_the_same()
    {
        foreach (Workload workload in ShippedWorkloads.Names.Select(Workload.Load))
            Assert.That(YamlRecord.Read<Workload>(YamlRecord.PrintCommented(workload), "commented.yaml").ToYaml(),
                Is.EqualTo(workload.ToYaml()), workload.Name);
    }

    [Test]
    public void Each_model_takes_its_images()
    {
        foreach (Workload workload in ShippedWorkloads.Names.Select(Workload.Load))
        {
            ImageSet images = workload.ImageSet;
            Assert.DoesNotThrow(() => ModelCatalog.Find(workload.Model, workload.Classes, images.SampleShape), workload.Name);
        }
    }

    [Test]
    public void Shipped_weights_are_finite_and_those_of_their_model()
    {
        foreach (Workload workload in ShippedWorkloads.Names.Select(Workload.Load).Where(w => w.Weights is not null))
        {
            ImageSet source = ImageSets.Get(workload.Pretrain.Images);
            var expected = ModelCatalog.Find(workload.Model, source.Classes, source.SampleShape).Folded()
                .Build(1).Parameters.Select(p => KeyValuePair.Create(p.Name, p.Shape));
            Assert.That(ShippedWeights.Load(workload.Weights!).Validate(expected), Is.Empty, workload.Name);
        }
    }

    [Test]
    public void The_default_needs_no_files() =>
        Assert.That(Workload.Load(ShippedWorkloads.Default).ImageSet, Is.InstanceOf<GlyphSet>());

    [Test]
    public void Shipped_weights_were_made_by_the_recipe_of_their_workload()
    {
        foreach (Workload workload in ShippedWorkloads.Names.Select(Workload.Load).Where(w => w.Weights is not null))
            Assert.That(ShippedWeights.Load(workload.Weights!).Metadata[PretrainedWeights.RecipeKey],
                Is.EqualTo(workload.Recipe), workload.Name);
    }

    [Test]
    public void The_fashion_workload_is_the_experiment_of_the_study()
    {
        Workload workload = Workload.Load("fashion-mnist-cnn");
        Assert.Multiple(() =>
        {
            Assert.That(workload.Adapt.Corruption, Is.EqualTo(new Corruption(Contrast: 0.35, Noise: 0.15)));
            Assert.That((workload.Adapt.TrainSamples, workload.Adapt.Steps, workload.Adapt.Batch), Is.EqualTo((2000, 3000, 64)));
            Assert.That(workload.Methods.QzoFf,
                Is.EqualTo(new ForwardGradientSettings(LearningRates.Common(1e-3, 1e-3), 1e-3, 3, Decay.Linear)));
        });
    }
}
