using Google.Protobuf;
using NpuSim.Workloads.Graphs.Ops;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>Damaged, hostile and unsupported ONNX models give one line.</summary>
public sealed class OnnxFileTests
{
    [Test]
    public void A_small_model_is_read()
    {
        ImportedNetwork network = Small().Import("y");
        Assert.That(network.Weights.Tensors["head.weight"].Values.ToArray(), Is.EqualTo(new float[] { 1, 3, 5, 2, 4, 6 }), "MatMul's [in, out] becomes [out, in]");
        Assert.That(network.Model.Build(1).Nodes.Select(n => n.Op.Name), Is.EqualTo(new[] { "reshape", "linear", "cross-entropy" }));
    }

    [Test]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] file = Small().File("y");
        for (int length = 0; length < file.Length; length++)
            Assert.That(Assert.Throws<InputException>(() => OnnxModel.Import(file[..length]))!.Message, Does.Contain("net.onnx: "));
    }

    [Test]
    public void A_flipped_bit_is_refused_in_one_line_or_what_still_makes_sense_is_read()
    {
        int refused = 0;
        System.Random random = new(1);
        byte[] file = Small().File("y");
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                OnnxModel.Import(damaged);
            }
            catch (InputException fault)
            {
                refused++;
                Assert.That(fault.Message, Is.Not.Empty.And.Not.Contains("\n"), $"bit {i}");
            }
        }

        Assert.That(refused, Is.InRange(1, 299)); // bits of weights and of names make sense either way
    }

    [Test]
    public void Every_node_that_is_not_supported_is_named()
    {
        OnnxModel model = Small().Node("LSTM", "x", "memory").Node("NonZero", "memory", "where");
        model.Graph.Node[^1].Domain = "com.example";
        Refuses(model.File("y"), "not supported: LSTM ('memory'), com.example.NonZero ('where').");
    }

    [Test]
    public void A_cycle_is_refused() =>
        Refuses(new OnnxModel(1, 2).Node("Add", "x b", "a").Node("Relu", "a", "b").File("b"), "Add ('a') reads 'b', which nothing made before it.");

    [Test]
    public void An_output_that_nothing_makes_is_refused() => Refuses(Small().File("z"), "its output 'z' is never made.");

    [Test]
    public void A_missing_tensor_is_named() =>
        Refuses(new OnnxModel(1, 2).Node("MatMul", "x w", "y").File("y"), "MatMul ('y') reads 'w', which nothing made before it.");

    [Test]
    public void A_tensor_that_claims_terabytes_takes_no_memory()
    {
        OnnxModel model = Small();
        model.Graph.Initializer[0].Dims.Clear();
        model.Graph.Initializer[0].Dims.Add([1 << 20, 1 << 20]);
        Refuses(model.File("y"), "tensor 'w': too large: its shape [1048576, 1048576] takes more than 1073741824 bytes.");
        model.Graph.Initializer[0].Dims[0] = -1;
        Refuses(model.File("y"), "tensor 'w': has the shape [-1, 1048576]; at most 8 extents from 0 to 2147483647 are read.");
        model.Graph.Initializer[0].Dims[0] = 5;
        model.Graph.Initializer[0].Dims[1] = 5;
        Refuses(model.File("y"), "tensor 'w': its shape [5, 5] takes 100 bytes, there are 24.");
    }

    [TestCase("../secret.bin", "0", "24", "its data lie in '../secret.bin'; accepted is a file in the folder of the model or below.")]
    [TestCase("/etc/passwd", "0", "24", "its data lie in '/etc/passwd'; accepted is a file in the folder of the model or below.")]
    [TestCase("none.bin", "0", "24", "none.bin: no such file.")]
    [TestCase("net.onnx", "99999999999", "24", "its 24 bytes from 99999999999 on are not in 'net.onnx', which has ")]
    [TestCase("net.onnx", "-1", "24", "its data have offset '-1' and length '24'; its shape takes 24 bytes.")]
    [TestCase("net.onnx", "0", "99", "its data have offset '0' and length '99'; its shape takes 24 bytes.")]
    public void External_data_stay_in_the_folder_and_in_their_file(string location, string offset, string length, string message)
    {
        OnnxModel model = Small();
        TensorProto tensor = model.Graph.Initializer[0];
        tensor.RawData = ByteString.Empty;
        tensor.DataLocation = 1;
        foreach ((string key, string value) in new[] { ("location", location), ("offset", offset), ("length", length) })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        Refuses(model.File("y"), message);
    }

    [Test]
    public void External_data_and_packed_numbers_are_read_like_raw_bytes()
    {
        OnnxModel model = Small();
        model.Graph.Initializer[0].RawData = ByteString.Empty;
        model.Graph.Initializer[0].FloatData.Add([1, 2, 3, 4, 5, 6]);
        Assert.That(model.Import("y").Weights.Tensors["head.weight"].Values.ToArray(), Is.EqualTo(new float[] { 1, 3, 5, 2, 4, 6 }));
    }

    [TestCase("Softmax", "axis", 0, "Softmax ('y') is over another axis than the last, which is not supported.")]
    [TestCase("Flatten", "axis", 0, "Flatten ('y') is not from axis 1 on, which is not supported.")]
    [TestCase("MaxPool", "ceil_mode", 1, "MaxPool ('y') reads 1×2; images of four axes are supported.")]
    public void Attributes_that_are_not_supported_are_named(string op, string attribute, int value, string message) =>
        Refuses(new OnnxModel(1, 2).Node(op, "x", "y", (attribute, value)).File("y"), message);

    [TestCase(2147483647, 2147483647)]
    [TestCase(1000000000, 1)]
    [TestCase(-1, 1)]
    public void Extents_that_leave_the_range_are_faults_of_their_node(int pad, int stride) => Refuses(
        new OnnxModel(1, 1, 4, 4).Floats("w", [1, 1, 2, 2], 1, 2, 3, 4)
            .Node("Conv", "x w", "c", ("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride })).Node("Flatten", "c", "y").File("y"), "('");

    [Test]
    public void A_relu6_is_a_rectifier_with_a_ceiling()
    {
        ImportedNetwork network = new OnnxModel(1, 2).Floats("low", [], 0).Floats("high", [], 6).Node("Clip", "x low high", "y").Import("y");
        Assert.That(network.Model.Build(1).Nodes.Select(n => n.Op), Does.Contain(new Relu(6)));
    }

    private static OnnxModel Small() => new OnnxModel(1, 3).Floats("w", [3, 2], 1, 2, 3, 4, 5, 6).Node("MatMul", "x w", "y");

    private static void Refuses(byte[] file, string message) =>
        Assert.That(Assert.Throws<InputException>(() => OnnxModel.Import(file))!.Message, Does.Contain(message));
}
