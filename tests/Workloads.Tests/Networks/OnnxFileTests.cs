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
        Assert.That(network.Weights.Tensors["head.weight"].Values.ToArray(), Is.EqualTo(new float[] { 1, 3, 5, 2, 4, 6 }),
            "MatMul's [in, out] becomes [out, in]");
        Assert.That(network.Model.Build(1).Nodes.Select(n => n.Op.Name),
            Is.EqualTo(new[] { "reshape", "linear", "cross-entropy" }));
    }

    [Test]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] file = Small().File("y");
        for (int length = 0; length < file.Length; length++)
            Assert.That(Assert.Throws<InputException>(() => OnnxModel.Import(file[..length]))!.Message,
                Does.Contain("net.onnx: "));
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
        OnnxModel model = Small().Node("Scan", "x", "memory").Node("Scan", "x", "again").Node("NonZero", "memory", "where");
        model.Graph.Node[^1].Domain = "com.example";
        Refuses(model.File("y"), "not supported: Scan ×2 ('memory'; 'again'), com.example.NonZero ('where').");
    }

    [Test]
    public void A_cycle_is_refused() =>
        Refuses(new OnnxModel(1, 2).Node("Add", "x b", "a").Node("Relu", "a", "b").File("b"),
            "Add ('a') reads 'b', which nothing made before it.");

    [Test]
    public void An_output_that_nothing_makes_is_refused() => Refuses(Small().File("z"), "its output 'z' is never made.");

    [Test]
    public void A_missing_tensor_is_named() =>
        Refuses(new OnnxModel(1, 2).Node("MatMul", "x w", "y").File("y"),
            "MatMul ('y') reads 'w', which nothing made before it.");

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

    [TestCase("../secret.bin", "0", "24",
        "its data lie in '../secret.bin'; accepted is a file in the folder of the model or below.")]
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

    [TestCase(1 << 26, "claims 268435456 bytes of memory after 268435")] // six tensors of 64 Mi floats in one sparse file
    [TestCase(1 << 28, "claims 1073741824 bytes of memory")]
    public void External_data_that_many_tensors_name_are_within_one_budget(int count, string message)
    {
        string folder = Directory.CreateTempSubdirectory("npusim").FullName;
        try
        {
            using (FileStream sparse = System.IO.File.Create(Path.Combine(folder, "big.bin")))
                sparse.SetLength(4L * count);
            OnnxModel model = new(1, 1);
            for (int i = 0; i < 6; i++)
            {
                TensorProto tensor = new() { Name = $"w{i}", DataType = 1, Dims = { 1, count }, DataLocation = 1 };
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "big.bin" });
                model.Graph.Initializer.Add(tensor);
            }

            string path = Path.Combine(folder, "net.onnx");
            System.IO.File.WriteAllBytes(path, model.Node("Relu", "x", "y").File("y")); // nothing uses them: they are not read
            Assert.That(() => ImportedNetwork.Read(path),
                Throws.TypeOf<InputException>().With.Message.Contains("at least 2 classes"));
            for (int i = 0; i < 6; i++)
                model.Node("MatMul", $"x w{i}", $"m{i}");
            System.IO.File.WriteAllBytes(path, model.File("m5"));
            Assert.That(() => ImportedNetwork.Read(path), Throws.TypeOf<InputException>().With.Message.Contains(message));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void External_data_and_packed_numbers_are_read_like_raw_bytes()
    {
        OnnxModel model = Small();
        model.Graph.Initializer[0].RawData = ByteString.Empty;
        model.Graph.Initializer[0].FloatData.Add([1, 2, 3, 4, 5, 6]);
        Assert.That(model.Import("y").Weights.Tensors["head.weight"].Values.ToArray(),
            Is.EqualTo(new float[] { 1, 3, 5, 2, 4, 6 }));
    }

    [TestCase("MaxPool", "ceil_mode", 1, "MaxPool ('y') reads 1×2; images of four axes and sequences of three are supported.")]
    public void Attributes_that_are_not_supported_are_named(string op, string attribute, int value, string message) =>
        Refuses(new OnnxModel(1, 2).Node(op, "x", "y", (attribute, value)).File("y"), message);

    [TestCase(2147483647, 2147483647)]
    [TestCase(1000000000, 1)]
    [TestCase(-1, 1)]
    public void Extents_that_leave_the_range_are_faults_of_their_node(int pad, int stride) => Refuses(
        new OnnxModel(1, 1, 4, 4).Floats("w", [1, 1, 2, 2], 1, 2, 3, 4)
            .Node("Conv", "x w", "c", ("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }))
                .Node("Flatten", "c", "y").File("y"), "('");

    [Test]
    public void A_relu6_is_a_rectifier_with_a_ceiling()
    {
        ImportedNetwork network = new OnnxModel(1, 2).Floats("low", [], 0).Floats("high", [], 6)
            .Node("Clip", "x low high", "y").Import("y");
        Assert.That(network.Model.Build(1).Nodes.Select(n => n.Op), Does.Contain(new Relu(6)));
    }

    [TestCase("Relu", "x", "alpha", 1, "Relu ('y') has the attribute alpha, which is not read in operator set 17; it has none.")]
    [TestCase("MaxPool", "x", "count_include_pad", 1,
        "has the attribute count_include_pad, which is not read in operator set 17; read are kernel_shape, ")]
    [TestCase("Dropout", "x", "ratio", 1,
        "Dropout ('y') has the attribute ratio, which is not read in operator set 17; read is seed.")]
    [TestCase("MaxPool", "x", "ceil_mode", 2, "MaxPool ('y') has ceil_mode 2; supported are 0, 1.")]
    [TestCase("AveragePool", "x", "auto_pad", "SAME",
        "AveragePool ('y') has auto_pad 'SAME'; supported are NOTSET, VALID, SAME_UPPER, SAME_LOWER.")]
    [TestCase("Softmax", "x", "axis", "1", "Softmax ('y') has the attribute axis of another kind than INT.")]
    [TestCase("Relu", "x x", "axis", 0, "Relu ('y') has 2 inputs; 1 are read.")]
    public void What_the_table_does_not_have_is_refused(string op, string inputs, string attribute, object value,
        string message) =>
        Refuses(new OnnxModel(1, 2).Node(op, inputs, "y", (attribute, value)).File("y"), message);

    [TestCase(0, "operator sets of ONNX itself: 0; one from 1 to 26 is read.")]
    [TestCase(99, "operator sets of ONNX itself: 99; one from 1 to 26 is read.")]
    [TestCase(9, "not supported: HardSwish of operator set 9 ('y').")]
    public void An_operator_set_that_is_not_read_is_named(int version, string message) =>
        Refuses(new OnnxModel(1, 2).Node("HardSwish", "x", "y").File("y", version), message);

    [Test]
    public void A_tensor_of_a_type_that_is_not_read_matters_only_where_a_node_reads_it()
    {
        OnnxModel model = Small().Constant("unused", 8, [1], []).Constant("mask", 17, [2], [1, 2]);
        Assert.That(model.Import("y").Weights.Tensors.Keys, Is.EqualTo(new[] { "head.weight" }));
        Refuses(model.Node("Add", "y mask", "z").File("z"),
            "tensor 'mask': elements of type FLOAT8E4M3FN; FLOAT, FLOAT16, BFLOAT16, ");
    }

    [Test]
    public void A_bfloat16_is_the_upper_half_of_a_float32()
    {
        OnnxModel model = new OnnxModel(1, 3)
            .Constant("w", 16, [3, 2], [0x80, 0x3F, 0, 0xC0, 0, 0, 0, 0x40, 0x40, 0x40, 0x80, 0x40]).Node("MatMul", "x w", "y");
        Assert.That(model.Import("y").Weights.Tensors["head.weight"].Values.ToArray(),
            Is.EqualTo(new float[] { 1, 0, 3, -2, 2, 4 }));
    }

    [Test]
    public void A_tensor_made_twice_and_a_second_output_that_is_read_are_refused()
    {
        Refuses(Small().Node("Relu", "x", "y").File("y"), "Relu ('y') makes 'y', which is there already.");
        OnnxModel model = new OnnxModel(1, 2).Node("Dropout", "x", "y").Node("Relu", "mask", "z");
        model.Graph.Node[0].Output.Add("mask");
        Refuses(model.File("z"), "Dropout ('y') has a second output 'mask' that is used; the first is read.");
    }

    [Test]
    public void A_network_that_gives_back_its_input_is_refused() =>
        Refuses(new OnnxModel(1, 1, 2, 2).Node("Identity", "x", "y").File("y"),
            "its output 'y' is its input; a network that computes something is read.");

    [Test]
    public void A_quantised_file_says_why_it_does_not_run_in_integers()
    {
        OnnxModel model = new OnnxModel(1, 2, 4, 4).Floats("s", [], 0.1f).Bytes("z", [], true, 0)
            .Bytes("w", [2, 2, 1, 1], true, 1, 2, 3, 4).Floats("sw", [2], 0.1f, 0.2f)
            .Bytes("zw", [2], true, 0, 0).Node("QuantizeLinear", "x s z", "xq").Node("DequantizeLinear", "xq s z", "xd")
            .Node("DequantizeLinear", "w sw zw", "wd", ("axis", 1)).Node("Conv", "xd wd", "c")
                .Node("QuantizeLinear", "c s z", "cq").Node("DequantizeLinear", "cq s z", "y");
        Assert.That(model.Import("y").Remark,
            Is.EqualTo("conv2d 'c' reads 'w', which has one step per index of axis 1; one per output channel, axis 0, is run"));
    }

    private static OnnxModel Small() => new OnnxModel(1, 3).Floats("w", [3, 2], 1, 2, 3, 4, 5, 6).Node("MatMul", "x w", "y");

    private static void Refuses(byte[] file, string message) =>
        Assert.That(Assert.Throws<InputException>(() => OnnxModel.Import(file))!.Message, Does.Contain(message));

    // [1, 4, 6] becomes [4, 6]: what were a batch is joined with an axis of the sample.
    [Test]
    public void A_file_that_joins_its_first_axis_says_that_it_takes_one_sample()
    {
        ImportedNetwork network =
            OnnxModel.Import(new OnnxModel([1, 4, 6]).Longs("to", 4, 6).Node("Reshape", "x to", "y").File("y"));
        Assert.That(network.TakesOneSample);
        Assert.That(() => network.Model.Build(2), Throws.InstanceOf<InputException>().With.Message.Contains("a batch of 2"));
    }

    [Test]
    public void A_file_of_samples_takes_any_number_of_them() =>
        Assert.That(OnnxModel.Import(new OnnxModel([1, 4, 6]).Node("Flatten", "x", "r").Node("Tanh", "r", "y").File("y"))
            .TakesOneSample, Is.False);
}
