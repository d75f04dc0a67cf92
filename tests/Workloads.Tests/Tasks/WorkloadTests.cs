using System.Collections.Immutable;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Tasks;
using NpuSim.Yaml;

namespace NpuSim.Workloads.Tests.Tasks;

public sealed class WorkloadTests
{
    private const string Least = """
        name: mine
        description: "a test"
        model: cnn-small
        pretrain: { images: glyphs, samples: 100, steps: 10, batch: 5, learning-rate: 0.1 }
        adapt: { images: glyphs, train-samples: 50, test-samples: 20, batch: 10, steps: 7 }
        methods:
          bp: { learning-rate: { ft: 0.01, lp: 0.02 } }
          ff: { learning-rate: { ft: 0.001, lp: 0.002 } }
          qzo-ff: { learning-rate: { ft: 0.003, lp: 0.004 }, epsilon: 0.01, directions: 1, decay: none }
        seeds: [5]
        """;

    [Test]
    public void What_a_file_leaves_out_has_its_default()
    {
        Workload workload = YamlRecord.Read<Workload>(Least, "t.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(workload.Pretrain, Is.EqualTo(new PretrainRecipe("glyphs", 100, 10, 5, 0.1, 0.9, Decay.Cosine, 1)));
            Assert.That(workload.Adapt, Is.EqualTo(new AdaptTask("glyphs", 50, 20, 10, 7, Corruption.None, 4)));
            Assert.That(workload.Methods.Bp,
                Is.EqualTo(new BackpropagationSettings(LearningRates.Common(0.01, 0.02), 0.9, Decay.Linear)));
            Assert.That(workload.Methods.Ff,
                Is.EqualTo(new ForwardGradientSettings(LearningRates.Common(0.001, 0.002), 1e-3, 3, Decay.Linear)));
            Assert.That(workload.Methods.QzoFf,
                Is.EqualTo(new ForwardGradientSettings(LearningRates.Common(0.003, 0.004), 0.01, 1, Decay.None)));
            Assert.That(workload.Seeds, Is.EqualTo(new ulong[] { 5 }));
            Assert.That(workload.DataSeed, Is.EqualTo(1));
            Assert.That(workload.Weights, Is.Null);
        });
    }

    [Test]
    public void Printing_and_reading_back_gives_the_same_workload_and_the_same_text()
    {
        foreach (string name in ShippedWorkloads.Names)
        {
            Workload workload = Workload.Load(name);
            Workload back = YamlRecord.Read<Workload>(workload.ToYaml(), name);
            Assert.Multiple(() =>
            {
                Assert.That(back.ToYaml(), Is.EqualTo(workload.ToYaml()));
                Assert.That(back with { Seeds = workload.Seeds, Methods = back.Methods with { Tuned = workload.Methods.Tuned } },
                    Is.EqualTo(workload));
                Assert.That(back.Seeds, Is.EqualTo(workload.Seeds));
                Assert.That(back.Methods.Tuned.Select(t =>
                    t with { LearningRate = ImmutableSortedDictionary<string, double>.Empty }),
                    Is.EqualTo(workload.Methods.Tuned.Select(t =>
                        t with { LearningRate = ImmutableSortedDictionary<string, double>.Empty })));
                Assert.That(back.Methods.Tuned.SelectMany(t => t.LearningRate),
                    Is.EqualTo(workload.Methods.Tuned.SelectMany(t => t.LearningRate)));
            });
        }
    }

    [TestCase("steps: 7", "steps: 0", "t.yaml:5:81: adapt.steps: ")]
    [TestCase("batch: 10", "batch: 51",
        "t.yaml:5:63: adapt.batch: a batch of 51 is more than train-samples, which is 50; accepted is 1 to 50")]
    [TestCase("batch: 5,", "batch: 101,",
        "t.yaml:4:54: pretrain.batch: a batch of 101 is more than samples, which is 100; accepted is 1 to 100")]
    [TestCase("adapt: { images: glyphs", "adapt: { images: digits", "t.yaml:5:10: adapt.images: there is no image set " +
        "'digits'; accepted is one of glyphs, fashion-mnist, mnist, kannada-mnist")]
    [TestCase("seeds: [5]", "seeds: []", "t.yaml:10:1: seeds: the list is empty; accepted is at least one seed")]
    [TestCase("seeds: [5]", "seeds: [5, 5]", "t.yaml:10:1: seeds: a seed occurs twice; accepted are different seeds")]
    [TestCase("name: mine", "name: my own",
        "t.yaml:1:1: name: 'my own' is no name; accepted are letters, digits and single hyphens between them, at most 64")]
    [TestCase("model: cnn-small", "model: cnn-tiny", "t.yaml:3:1: model: there is no model 'cnn-tiny'; accepted is one of cnn, ")]
    [TestCase("epsilon: 0.01", "epsilon: 0", "methods.qzo-ff.epsilon: ")]
    [TestCase("epsilon: 0.01", "epsilom: 0.01", "did you mean")]
    [TestCase("ft: 0.003", "ft: -1", "methods.qzo-ff.learning-rate.ft: ")]
    [TestCase("decay: none", "decay: quadratic", "methods.qzo-ff.decay: found ")]
    [TestCase("seeds: [5]", "  tuned: [{ method: ff+m1, learning-rate: { lpp: 1 } }]\nseeds: [5]",
        "methods.tuned[0].learning-rate.lpp: there is no scheme 'lpp'; accepted are ft, lp, ")]
    [TestCase("seeds: [5]", "  tuned: [{ method: ff+m1, learning-rate: { lp: 11 } }]\nseeds: [5]",
        "methods.tuned[0].learning-rate.lp: ")]
    [TestCase("seeds: [5]", "  tuned: [{ method: ff+m1 }]\nseeds: [5]", "t.yaml:10:11: methods.tuned[0]: the entry sets nothing")]
    public void A_fault_is_one_line_with_its_place(string sound, string broken, string expected)
    {
        InvalidDocumentException? fault = Assert.Throws<InvalidDocumentException>(
            () => YamlRecord.Read<Workload>(Least.Replace(sound, broken), "t.yaml"));
        Assert.That(fault!.Message, Does.Contain(expected).And.Not.Contain("\n"));
    }

    [Test]
    public void Every_rate_that_a_section_can_have_is_a_scheme_of_a_tuned_entry()
    {
        LearningRates distinct = new(LearningRates.Schemes.Select((s, i) => (s, i))
            .ToImmutableSortedDictionary(p => p.s, p => 1.0 + p.i));
        TunedSettings tuned = new("ff", LearningRates.Schemes.ToImmutableSortedDictionary(s => s, distinct.Of));
        Assert.Multiple(() =>
        {
            Assert.That(LearningRates.Schemes.Select(distinct.Of), Is.EqualTo(Enumerable.Range(1, LearningRates.Schemes.Length)));
            Assert.That(tuned.Problems(), Is.Empty);
            Assert.That(tuned.RateOf("lora"), Is.EqualTo(7));
            Assert.That((tuned with { LearningRate = tuned.LearningRate.Remove("lora") }).RateOf("lora"),
                Is.EqualTo(1), "that of ft");
            Assert.That((tuned with { LearningRate = tuned.LearningRate.Remove("ft").Remove("lora") }).RateOf("lora"), Is.Null,
                "the section's");
        });
    }

    [Test]
    public void Rules_of_the_reader_are_faults_with_their_place()
    {
        InvalidDocumentException? fault = Assert.Throws<InvalidDocumentException>(
            () => YamlRecord.Read<Workload>(Least, "t.yaml", w => [new Problem("methods.ff.learning-rate", $"not of {w.Name}")]));
        Assert.That(fault!.Message, Is.EqualTo("t.yaml:8:9: methods.ff.learning-rate: not of mine"));
    }

    [Test]
    public void All_faults_are_told_at_once()
    {
        string broken = Least.Replace("steps: 7", "steps: 0").Replace("directions: 1", "directions: 0")
            .Replace("samples: 100", "samples: -3");
        InvalidDocumentException
            ? fault = Assert.Throws<InvalidDocumentException>(() => YamlRecord.Read<Workload>(broken, "t.yaml"));
        Assert.That(fault!.Faults.Select(f => f.Problem.Key),
            Is.EqualTo(new[] { "pretrain.samples", "adapt.steps", "methods.qzo-ff.directions" }));
    }

    [Test]
    public void An_unknown_name_is_one_line_with_the_shipped_ones() =>
        Assert.That(Assert.Throws<InputException>(() => Workload.Load("glyphs"))!.Message,
            Is.EqualTo($"there is no workload 'glyphs'; accepted is one of {string.Join(", ", ShippedWorkloads.Names)}, or a "
                + $"YAML file"));

    [Test]
    public void A_missing_file_is_one_line_that_names_it() =>
        Assert.That(Assert.Throws<InputException>(() => Workload.Load("/nowhere/w.yaml"))!.Message,
            Does.StartWith("/nowhere/w.yaml: ").And.Not.Contain("\n"));

    [Test]
    public void Weights_of_a_file_are_looked_for_beside_it()
    {
        string folder = Directory.CreateTempSubdirectory("npusim-").FullName;
        try
        {
            string path = Path.Combine(folder, "w.yaml");
            File.WriteAllText(path, Least + "\nweights: mine.safetensors\n");
            Assert.That(Workload.Load(path).Weights, Is.EqualTo(Path.Combine(folder, "mine.safetensors")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void The_recipe_changes_with_what_the_weights_depend_on_and_with_nothing_else()
    {
        Workload workload = YamlRecord.Read<Workload>(Least, "t.yaml");
        Assert.Multiple(() =>
        {
            Assert.That((workload with { Name = "other", Adapt = workload.Adapt with { Steps = 9 }, Seeds = [1] }).Recipe,
                Is.EqualTo(workload.Recipe));
            Assert.That((workload with { Model = "cnn" }).Recipe, Is.Not.EqualTo(workload.Recipe));
            Assert.That((workload with { DataSeed = 2 }).Recipe, Is.Not.EqualTo(workload.Recipe));
            Assert.That((workload with { Pretrain = workload.Pretrain with { Steps = 11 } }).Recipe,
                Is.Not.EqualTo(workload.Recipe));
        });
    }
}
