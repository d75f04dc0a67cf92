using System.Runtime.InteropServices;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tasks;
using NpuSim.Workloads.Tests;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>The trained networks of MLPerf Tiny and TFLite Micro, imported and run.</summary>
public sealed class NetworkEvaluationTests
{
    // Measured by another implementation of TFLite's kernels with double rounding: 87.77 % of 932.
    private const double ResNet8Accuracy = 818.0 / 932;

    private static readonly NumericPolicy Tflite = ShippedProfiles.Find("cortex-m4").Numerics;

    [Test]
    public void ResNet8_in_int8_classifies_the_CIFAR_10_images_that_TFLite_does()
    {
        ImportedNetwork network = Read("resnet8-cifar10-int8");
        FixedPointMachine machine = NetworkEvaluation.Fixed(network, 4, Tflite);
        Assert.That(NetworkEvaluation.Accuracy(machine, network, TestImages()), Is.EqualTo(ResNet8Accuracy));
    }

    [Test]
    public void ResNet8_in_fp32_classifies_as_many_within_two_tenths_of_a_percent()
    {
        ImportedNetwork network = Read("resnet8-cifar10-float");
        Assert.That(NetworkEvaluation.Accuracy(NetworkEvaluation.Float(network, 4), network, TestImages()),
            Is.EqualTo(ResNet8Accuracy).Within(0.002));
    }

    [Test]
    public void A_trained_network_starts_a_workload_with_the_accuracy_that_it_has()
    {
        string folder = ReferenceData.Folder("cifar10-exact-subset");
        Workload cifar = Workload.Load("cifar10-c");
        Workload trained = cifar with
        {
            Model = PathOf("resnet8-cifar10-float"),
            Pixels = "0..255",
            Adapt = cifar.Adapt with { Corruption = Corruption.None },
        };
        (double source, double target) = WorkloadSetup.Measure(
            trained, new WorkloadData(trained, folder), PretrainedWeights.Find(trained, "no cache")!);
        Assert.That((source, target), Is.EqualTo((target, source)));
        Assert.That(target, Is.EqualTo(ResNet8Accuracy).Within(0.01)); // 900 of the 932 images
    }

    // Logits of one sample as a scalar program computed them from the files alone: TFLite's definitions, written down in another
    // language.
    [TestCase("tflm-micro-speech-int8", new[] { -128, 105, 33, 123 })]
    [TestCase("streaming-wakeword-int8", new[] { 6, -70, 49 })]
    [TestCase("ad01-autoencoder-int8", new[] { -65, -16, 6, 28, 27, 31, 34, 44, 29, 37, 39, 40 })]
    [TestCase("dscnn-kws-int8", new[] { -66, -31, -8, 13, -47, -46, -37, -105, -71, 80, -128, 59 })]
    [TestCase("tflm-person-detect-int8", new[] { 114, -111 })]
    [TestCase("mobilenetv1-025-vww-int8", new[] { 126, -128 })]
    [TestCase("resnet8-cifar10-int8", new[] { -82, -61, -4, 13, -128, -94, 64, -117, -23, -121 })]
    [TestCase("resnet8large-cifar10-int8", new[] { -42, 46, -49, -25, -102, -15, 1, -64, -32, -9 })]
    public void Quantised_networks_give_the_integers_that_TFLite_defines(string name, int[] logits)
    {
        ImportedNetwork network = Read(name);
        Graph graph = network.Model.Build(1);
        FixedPointMachine machine = NetworkEvaluation.Fixed(network, 1, Tflite);
        sbyte[] found = [];
        machine.Observer = op =>
        {
            if (machine.Plan.Tensors[op.Output].Source == graph.Outputs["logits"].Id)
                found = [.. MemoryMarshal.Cast<byte, sbyte>(machine.Values(op.Output))];
        };
        SampleStore<byte> store = new(1);
        store.Set(graph.Inputs.First().Id, [.. Enumerable.Range(0, (int)network.Model.Input.Count).Select(Sample)]);
        machine.Run(default, store, [0], fill: true);
        Assert.That(found.Take(12), Is.EqualTo(logits));
        if (name == "ad01-autoencoder-int8")
            Assert.That(found.Select((v, i) => (i + 1) * v).Sum(), Is.EqualTo(1002979));

        static byte Sample(int i) => (byte)(((((long)i * i * 31) + (i * 7)) >> 3) - 128);
    }

    [TestCase("ad01-autoencoder")]
    [TestCase("mobilenetv1-025-vww")]
    [TestCase("resnet8-cifar10")]
    public void A_network_and_its_quantised_twin_have_the_same_layers(string name)
    {
        Graph real = Read(name + "-float").Model.Build(1), integers = Read(name + "-int8").Model.Build(1);
        Assert.That(integers.Nodes.Select(n => (n.Op.Name, n.Output.Shape)),
            Is.EqualTo(real.Nodes.Select(n => (n.Op.Name, n.Output.Shape))));
        Assert.That(integers.Macs, Is.EqualTo(real.Macs));
    }

    [Test]
    public void Weights_in_8_bits_beside_activations_in_fp32_are_read_as_the_numbers_they_stand_for()
    {
        ImportedNetwork hybrid = Read("dscnn-kws-hybrid-int8weights"), integers = Read("dscnn-kws-int8");
        Assert.That(hybrid.Quantization, Is.Null);
        Assert.That(hybrid.Model.Build(1).Macs, Is.EqualTo(integers.Model.Build(1).Macs));
        IEnumerable<int> numbers = hybrid.Weights.Tensors.Values.Where(w => w.Shape.Rank == 4)
            .Select(w => w.Values.ToArray().Distinct().Count());
        Assert.That(numbers.Count(n => n <= 255), Is.EqualTo(5));
    }

    [Test]
    public void What_is_no_network_is_named()
    {
        // Skips where the data are absent, which it could not within an assertion
        string file = PathOf("resnet8-cifar10-h5-with-batchnorm.config");
        Assert.That(Assert.Throws<InputException>(() => ImportedNetwork.Read(file))!.Message,
            Does.Contain("no topology of a network: "));
    }

    // A network of one LSTM over the rows of a digit; its integers are read as the real numbers they stand for.
    [TestCase("tflm-mnist-lstm-float", null)]
    [TestCase("tflm-mnist-lstm-int8", "tensor 'tfl.pseudo_qconst1' is INT16; 8 bits are run")]
    public void A_recurrent_network_classifies_digits(string name, string? remark)
    {
        ImportedNetwork network = Read(name);
        ImageSource source = ImageSets.Get("mnist").Open(Split.Test, ReferenceData.Folder("mnist"), 1);
        Dataset digits = source.Take(Enumerable.Range(0, 200).ToArray(), Corruption.None, 1);
        Assert.That(network.Remark, Is.EqualTo(remark));
        Assert.That(NetworkEvaluation.Accuracy(NetworkEvaluation.Float(network, 4), network, digits), Is.GreaterThan(0.96));
    }

    private static Dataset TestImages()
    {
        ImageSource source = ImageSets.Get("cifar10-exact-subset")
            .Open(Split.Test, ReferenceData.Folder("cifar10-exact-subset"), 1);
        return source.Take(Enumerable.Range(0, source.Count).ToArray(), Corruption.None, 1).In(new PixelRange(0, 255));
    }

    private static ImportedNetwork Read(string name) => ImportedNetwork.Read(PathOf(name));

    private static string PathOf(string name) => Path.Combine(ReferenceData.Folder("models"), "models", name + ".json");
}
