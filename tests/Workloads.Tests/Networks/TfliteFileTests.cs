using System.Text.Json.Nodes;
using NpuSim.Files;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>Networks as TFLite's flatbuffers.</summary>
public sealed class TfliteFileTests
{
    private const string Topology = """
        {"inputs": [0], "outputs": [3], "tensors": [
        {"index": 0, "name": "in", "shape": [1, 3], "dtype": "FLOAT32"},
        {"index": 1, "name": "fc/MatMul;other", "shape": [2, 3], "dtype": "FLOAT32", "constant": true},
        {"index": 2, "name": "fc/out", "shape": [1, 2], "dtype": "FLOAT32"},
        {"index": 3, "name": "Identity", "shape": [1, 2], "dtype": "FLOAT32"}],
        "ops": [
        {"op": "FULLY_CONNECTED", "inputs": [0, 1, -1], "outputs": [2], "options": {}},
        {"op": "SOFTMAX", "inputs": [2], "outputs": [3], "options": {"beta": 1.0}}]}
        """;

    private static readonly byte[] Numbers = [.. new float[] { 1, 2, 3, 4, 5, 6 }.SelectMany(BitConverter.GetBytes)];

    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_flatbuffer_is_read_like_the_same_network_in_JSON()
    {
        ImportedNetwork network = Read(File(Topology));
        Graph graph = network.Model.Build(5);
        Assert.Multiple(() =>
        {
            Assert.That(network.Model.Name, Is.EqualTo("net"));
            Assert.That(network.Model.Input, Is.EqualTo(Shape.Create([1, 1, 3])));
            Assert.That(network.Weights.Tensors["head.weight"].Values.ToArray(), Is.EqualTo(new float[] { 1, 2, 3, 4, 5, 6 }));
            Assert.That(graph.Nodes.Select(n => n.Op.Name),
                Is.EqualTo(new[] { "reshape", "linear", "softmax", "cross-entropy" }));
            Assert.That(network.Quantization, Is.Null);
        });
    }

    [TestCase("[1, 3]", "[1, 4]", "FULLY_CONNECTED (operator 0, 'fc/out') does not fit")]
    [TestCase("\"beta\": 1.0", "\"beta\": 2.0", "SOFTMAX (operator 1, 'Identity') has beta 2; 1 is supported.")]
    [TestCase("\"op\": \"SOFTMAX\"", "\"op\": \"RFFT2D\"", "not supported: RFFT2D (operator 1, 'Identity').")]
    [TestCase("\"op\": \"SOFTMAX\"", "\"op\": \"MyOwn\"", "not supported: CUSTOM MyOwn (operator 1, 'Identity').")]
    [TestCase("[2, 3]", "[2, 2]", "tensor 1 (fc/MatMul;other): its shape 2×2 takes 16 bytes, there are 24.")]
    [TestCase("[2, 3], \"dtype\": \"FLOAT32\"", "[2, 3], \"dtype\": \"STRING\"", "its numbers are STRING; FLOAT16,")]
    [TestCase("\"outputs\": [2]", "\"outputs\": [9]", "makes tensor 9, which is constant, made already or not there.")]
    public void Faults_are_named(string part, string replacement, string message) =>
        Assert.That(
            Assert.Throws<InputException>(() =>
                Read(File(Topology.Replace(part, replacement, StringComparison.Ordinal))))!.Message, Does.Contain(message));

    [Test]
    public void A_file_that_is_cut_or_whose_words_are_changed_is_read_or_refused()
    {
        byte[] whole = File(Topology);
        int refused = 0;
        for (int at = 0; at + 4 <= whole.Length; at += 4) // words are aligned
        {
            foreach (int word in new[] { 0, -1, 1, int.MaxValue, int.MinValue, whole.Length, 1 << 28 })
            {
                byte[] changed = [.. whole];
                BitConverter.TryWriteBytes(changed.AsSpan(at), word);
                refused += IsRefused(changed) ? 1 : 0;
            }

            Assert.That(IsRefused(whole[..at]), $"cut after {at}");
        }

        Assert.That(refused, Is.GreaterThan(whole.Length / 4)); // offsets that lead astray are found out

        bool IsRefused(byte[] content)
        {
            try
            {
                Read(content);
                return false;
            }
            catch (InputException)
            {
                return true;
            }
        }
    }

    [Test]
    public void Lists_take_from_the_memory_that_a_file_may_claim()
    {
        byte[] file = File(Topology);
        try
        {
            InputBudget.MaxBytes = 60; // less than its lists and the six weights take
            Assert.That(Assert.Throws<InputException>(() => Read(file))!.Message, Does.Contain("accepts 60 for a file"));
        }
        finally
        {
            InputBudget.MaxBytes = InputBudget.DefaultBytes;
        }
    }

    [Test]
    public void Numbers_of_a_large_file_stay_there_until_they_are_asked_for()
    {
        const int Outputs = 100_000; // of 3 inputs in 4 bytes each: more than is read at once
        byte[] file = TfliteWriter.Write(
            JsonNode.Parse(Topology.Replace("[2, 3]", $"[{Outputs}, 3]", StringComparison.Ordinal)
                .Replace("[1, 2]", $"[1, {Outputs}]", StringComparison.Ordinal))!,
            _ => [.. Enumerable.Range(0, 3 * Outputs).SelectMany(i => BitConverter.GetBytes((float)i))]);
        Assert.That(file, Has.Length.GreaterThan(StoredBytes.SmallFileBytes));
        ImportedNetwork network = Read(file), late = ImportedNetwork.Read(Path.Combine(folder, "net.tflite"));
        float[] weights = network.Weights.Tensors["head.weight"].Values.ToArray();
        Assert.That(weights, Is.EqualTo(Enumerable.Range(0, 3 * Outputs).Select(i => (float)i)));

        System.IO.File.SetLastWriteTimeUtc(Path.Combine(folder, "net.tflite"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.That(Assert.Throws<InputException>(() => _ = late.Weights)!.Message, Does.EndWith("was changed while it was read."));
    }

    private static byte[] File(string topology) => TfliteWriter.Write(JsonNode.Parse(topology)!, _ => Numbers);

    private ImportedNetwork Read(byte[] content)
    {
        System.IO.File.WriteAllBytes(Path.Combine(folder, "net.tflite"), content);
        return ImportedNetwork.Read(Path.Combine(folder, "net.tflite"));
    }
}
