using System.Globalization;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tests.Formats;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>Networks as a JSON topology and an npz file of constants.</summary>
public sealed class TopologyFileTests
{
    private const string Tensors = """
        {"index": 0, "name": "in", "shape": [1, 3], "dtype": "FLOAT32", "constant": false},
        {"index": 1, "name": "fc/MatMul;other", "shape": [2, 3], "dtype": "FLOAT32", "constant": true},
        {"index": 2, "name": "fc/out", "shape": [1, 2], "dtype": "FLOAT32", "constant": false},
        {"index": 3, "name": "Identity", "shape": [1, 2], "dtype": "FLOAT32", "constant": false}
        """;

    private const string Ops = """
        {"op": "FULLY_CONNECTED", "version": 1, "inputs": [0, 1, -1], "outputs": [2], "options": {"fusedActivationFunction": "NONE", "new": 1}},
        {"op": "SOFTMAX", "version": 1, "inputs": [2], "outputs": [3], "options": {"beta": 1.0}}
        """;

    private static readonly byte[] Constants = NpzWriter.Npz(("t1.npy", NpzWriter.Floats("2, 3", 1, 2, 3, 4, 5, 6)));

    [Test]
    public void The_classifier_is_the_layer_that_makes_the_logits_and_a_last_softmax_is_left_out_of_them()
    {
        ImportedNetwork network = Read(Json(Tensors, Ops), Constants);
        Graph graph = network.Model.Build(5);
        Assert.Multiple(() =>
        {
            Assert.That(network.Model.Input, Is.EqualTo(Shape.Create([1, 1, 3])));
            Assert.That(network.Weights.Tensors["head.weight"].Values.ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
            Assert.That(graph.Nodes.Select(n => n.Op.Name),
                Is.EqualTo(new[] { "reshape", "linear", "softmax", "cross-entropy" }));
            Assert.That(graph.Outputs["logits"].Shape, Is.EqualTo(Shape.Create([5, 2])));
            Assert.That(graph.Outputs["output"].Name, Is.EqualTo("Identity"));
            Assert.That(network.Quantization, Is.Null);
        });
    }

    [TestCase("\"FULLY_CONNECTED\"", "\"RFFT2D\"", "not supported: RFFT2D (operator 0, 'fc/out').")]
    [TestCase("[0, 1, -1]", "[3, 1, -1]", "operator 0 (FULLY_CONNECTED) reads tensor 3, which nothing made before it.")]
    [TestCase("[0, 1, -1]", "[0, 1, 99]", "operator 0 (FULLY_CONNECTED) reads tensor 99, which nothing made before it.")]
    [TestCase("\"outputs\": [3]", "\"outputs\": [2]",
        "operator 1 (SOFTMAX) makes tensor 2, which is constant, made already or not there.")]
    [TestCase("\"outputs\": [3]", "\"outputs\": [1]",
        "operator 1 (SOFTMAX) makes tensor 1, which is constant, made already or not there.")]
    [TestCase("\"inputs\": [0]", "\"inputs\": []", "0 inputs and 1 outputs; one of each is read.")]
    [TestCase("[1, 3]", "[1, -3]", "tensor 0 has the shape [1, -3].")]
    [TestCase("[1, 3]", "[65536, 65536]", "tensor 0 has the shape [65536, 65536].")]
    [TestCase("[1, 3]", "[2, 3]",
        "its input has the shape [2, 3]; accepted are one sample of 1 to 3 axes after a first axis of 1.")]
    [TestCase("\"name\": \"in\", \"shape\": [1, 3], \"dtype\": \"FLOAT32\"",
        "\"name\": \"in\", \"shape\": [1, 3], \"dtype\": \"INT32\"",
        "its input is INT32; FLOAT32, INT8, INT16 and UINT8 are supported.")]
    [TestCase("\"Identity\", \"shape\": [1, 2]", "\"Identity\", \"shape\": [1, 4]",
        "SOFTMAX (operator 1, 'Identity') gives 1×2, the file says 1×4.")]
    [TestCase("\"NONE\"", "\"SIGN_BIT\"",
        "FULLY_CONNECTED (operator 0, 'fc/out') fuses SIGN_BIT; NONE, RELU, RELU6, RELU_N1_TO_1 and TANH are supported.")]
    [TestCase("1.0", "0.5", "SOFTMAX (operator 1, 'Identity') has beta 0.5; 1 is supported.")]
    [TestCase("[2, 3]", "[3, 2]", "t1 is Float32 2×3; {0} says FLOAT32 3×2.")]
    [TestCase("\"index\": 2", "\"index\": 7", "tensor 2 has the index 7.")]
    public void Faults_are_named(string part, string replacement, string message)
    {
        string json = Json(Tensors, Ops).Replace(part, replacement, StringComparison.Ordinal);
        InputException fault = Assert.Throws<InputException>(() => Read(json, Constants))!;
        Assert.That(fault.Message, Does.EndWith(string.Format(CultureInfo.InvariantCulture, message, folder + "/net.json")));
    }

    [Test]
    public void Text_that_is_no_topology_is_refused_wherever_it_is_cut()
    {
        string json = Json(Tensors, Ops);
        for (int length = 0; length < json.Length - 1; length += 7)
            Assert.That(Assert.Throws<InputException>(() => Read(json[..length], Constants))!.Message,
                Does.Contain("no topology of a network"));
    }

    [Test]
    public void A_missing_constant_is_named() =>
        Assert.That(Assert.Throws<InputException>(() =>
            Read(Json(Tensors, Ops), NpzWriter.Npz(("t7.npy", NpzWriter.Floats("1", 1)))))!.Message,
            Does.Contain("there is no array t1, which "));

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    private static string Json(string tensors, string ops) => $$"""{"inputs": [0], "outputs": [3], "tensors": [{{tensors}}], "ops": [{{ops}}]}""";

    private ImportedNetwork Read(string json, byte[] constants)
    {
        File.WriteAllText(Path.Combine(folder, "net.json"), json);
        File.WriteAllBytes(Path.Combine(folder, "net.npz"), constants);
        return ImportedNetwork.Read(folder + "/net.json");
    }
}
