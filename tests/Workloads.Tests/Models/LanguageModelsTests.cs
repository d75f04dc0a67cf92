using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Models;
using NpuSim.Workloads.Schemes;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Models;

public sealed class LanguageModelsTests
{
    // As transformers counts the published checkpoints without heads; Llama with its output matrix. LoRA of rank 1 on queries and
    // values: layers · 2 · 2 · width.
    [TestCase("distilbert-base", 66_362_880, 18_432)]
    [TestCase("bert-base", 109_482_240, 36_864)]
    [TestCase("bert-large", 335_141_888, 98_304)]
    [TestCase("roberta-large", 355_359_744, 98_304)]
    [TestCase("llama2-7b", 6_738_415_616, 524_288)]
    [TestCase("opt-6.7b", 6_658_473_984, 524_288)]
    [TestCase("opt-13b", 12_853_473_280, 819_200)]
    public void Parameters_are_those_of_the_published_model(string name, long parameters, long adapters)
    {
        Model model = LanguageModels.Find(name, 16);
        Graph graph = model.Build(2);
        long head = graph.Parameters.Where(p => p.Name is "head.weight" or "head.bias").Sum(p => p.Shape.Count);
        long output = name == "llama2-7b" ? 32_000L * 4096 : 0;
        Assert.That(graph.ParameterCount - head + output, Is.EqualTo(parameters));
        Assert.That(TuningScheme.Parse("lora=1:query,value").Tune(graph).TrainedCount, Is.EqualTo(adapters));
        if (output > 0 || name.StartsWith("opt", StringComparison.Ordinal))
            Assert.That(LanguageModels.Find(name + "-lm", 16).Build(2).ParameterCount, Is.EqualTo(parameters));
    }

    // Per token 4d² + 3df (Llama) and per pair of tokens 2d, in every layer.
    [Test]
    public void Multiplications_are_those_counted_by_hand() => Assert.That(LanguageModels.Find("llama2-7b", 64).Build(3).Macs,
        Is.EqualTo(3 * ((32L * 64 * ((4 * 4096L * 4096) + (3 * 4096L * 11008) + (2 * 64 * 4096L))) + (2 * 4096L))));

    [TestCase("opt-6.7b", 2049, "model 'opt-6.7b' for 2049 tokens: takes 1 to 2048.")]
    [TestCase("roberta-large", 513, "takes 1 to 512")]
    [TestCase("llama2", 8, "there is no language model 'llama2' (did you mean 'llama2-7b'?)")]
    public void What_does_not_fit_is_refused_in_one_line(string name, int tokens, string message) => Assert.That(
        () => LanguageModels.Find(name, tokens), Throws.TypeOf<InputException>().With.Message.Contains(message));

    [Test]
    public void A_model_that_reads_later_tokens_predicts_none() => Assert.That(
        () => new LanguageModel(LanguageFamily.Bert, 1, 8, 2, 16, 10, 8).BuildNextToken(1, 4), Throws.TypeOf<GraphException>());

    [Test]
    public void Tokens_of_decoders_attend_to_earlier_ones_alone()
    {
        Assert.That(LanguageModels.Find("opt-6.7b", 4).Build(1).Nodes.Where(n => n.Op is Softmax).Select(n => n.Op),
            Is.All.EqualTo(new Softmax(IsCausal: true)));
        Assert.That(LanguageModels.Find("bert-base", 4).Build(1).Nodes.Where(n => n.Op is Softmax).Select(n => n.Op),
            Is.All.EqualTo(new Softmax()));
    }

    [Test]
    public void A_workload_names_none_of_them() => Assert.That(
        (Workload.Load("glyphs-cnn") with { Model = "bert-base" }).Problems().Select(p => p.ToString()),
        Has.Some.Contains("'bert-base' is planned alone, not trained"));
}
