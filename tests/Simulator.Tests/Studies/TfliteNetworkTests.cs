using System.Globalization;
using System.Text.Json.Nodes;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Simulator.Tests.Studies;

/// <summary>Networks as TFLite's flatbuffers: the published ones, and every operator against its definition.</summary>
public sealed class TfliteNetworkTests
{
    private string folder = "";

    [SetUp]
    public void MakeFolder() => folder = Directory.CreateTempSubdirectory("npusim").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("ad01_fp32", "ad01-autoencoder-float")]
    [TestCase("ad01_int8", "ad01-autoencoder-int8")]
    [TestCase("kws_ref_model", "dscnn-kws-int8")]
    [TestCase("pretrainedResnet", "resnet8-cifar10-float")]
    [TestCase("pretrainedResnet_quant", "resnet8-cifar10-int8")]
    [TestCase("vww_96_float", "mobilenetv1-025-vww-float")]
    [TestCase("vww_96_int8", "mobilenetv1-025-vww-int8")]
    public void A_published_flatbuffer_holds_what_its_JSON_does(string flat, string json)
    {
        string models = Path.Combine(ReferenceData.Folder("models"), "models");
        ImportedNetwork a = ImportedNetwork.Read(Path.Combine(models, "tflite", flat + ".tflite")),
            b = ImportedNetwork.Read(Path.Combine(models, json + ".json"));
        Assert.That(a.Model.Build(2).Nodes.Select(n => $"{n}"), Is.EqualTo(b.Model.Build(2).Nodes.Select(n => $"{n}")));
        Assert.That(a.Weights.Tensors.Keys, Is.EqualTo(b.Weights.Tensors.Keys));
        foreach (string name in a.Weights.Tensors.Keys)
            Assert.That(a.Weights.Tensors[name].Values.Span.SequenceEqual(b.Weights.Tensors[name].Values.Span), name);
        Assert.That((a.Quantization is null, a.Remark), Is.EqualTo((b.Quantization is null, b.Remark)));
        if (a.Quantization is null)
            return;
        Assert.That(a.Quantization.Scales.Keys, Is.EquivalentTo(b.Quantization!.Scales.Keys));
        foreach ((string name, ValueScale scale) in a.Quantization.Scales)
            Assert.That((scale.ZeroPoint, Same: scale.Steps.SequenceEqual(b.Quantization.Scales[name].Steps)),
                Is.EqualTo((b.Quantization.Scales[name].ZeroPoint, true)), name);
        foreach ((string name, int[] integers) in a.Quantization.Integers)
            Assert.That(integers.AsSpan().SequenceEqual(b.Quantization.Integers[name]), name);
    }

    // x counts from −6 in steps of 1; each result is what the definition gives, worked out by hand.
    [TestCase("ABS", "1,4", "", "1,4", "6 5 4 3")]
    [TestCase("ADD", "1,4", "c FLOAT32 1,4 1 2 3 4", "1,4", "-5 -3 -1 1")]
    [TestCase("SUB", "1,4", "c FLOAT32 4 1 2 3 4", "1,4", "-7 -7 -7 -7")]
    [TestCase("SUB", "1,4", "first c FLOAT32 1,4 1 2 3 4", "1,4", "7 7 7 7")]
    [TestCase("DIV", "1,4", "c FLOAT32 1,4 1 2 4 -1", "1,4", "-6 -2.5 -1 3")]
    [TestCase("LOGISTIC", "1,2", "", "1,2", "0.0024726 0.0066929")]
    [TestCase("TANH", "1,2", "", "1,2", "-0.9999877 -0.9999092")]
    [TestCase("HARD_SWISH", "1,8", "", "1,8", "0 0 0 0 -0.3333333 -0.3333333 0 0.6666667")]
    [TestCase("LEAKY_RELU", "1,8", "", "1,8", "-1.5 -1.25 -1 -0.75 -0.5 -0.25 0 1", "\"alpha\": 0.25")]
    [TestCase("RELU_N1_TO_1", "1,8", "", "1,8", "-1 -1 -1 -1 -1 -1 0 1")]
    [TestCase("PAD", "1,2,1,1", "c INT32 4,2 0 0 1 0 0 2 0 0", "1,3,3,1", "0 0 0 -6 0 0 -5 0 0")]
    [TestCase("MEAN", "1,2,2,2", "c INT32 2 1 2", "1,2", "-3 -2")]
    [TestCase("MEAN", "1,2,2,2", "c INT32 1 -1", "1,2,2,1", "-5.5 -3.5 -1.5 0.5", "\"keepDims\": true")]
    [TestCase("SUM", "1,2,2", "c INT32 1 1", "1,2", "-10 -8")]
    [TestCase("TRANSPOSE", "1,2,3", "c INT32 3 0 2 1", "1,3,2", "-6 -3 -5 -2 -4 -1")]
    [TestCase("RESIZE_NEAREST_NEIGHBOR", "1,1,2,1", "c INT32 2 2 4", "1,2,4,1", "-6 -6 -5 -5 -6 -6 -5 -5")]
    [TestCase("RESIZE_NEAREST_NEIGHBOR", "1,1,2,1", "c INT32 2 2 4", "1,2,4,1", "-6 -6 -5 -5 -6 -6 -5 -5",
        "\"halfPixelCenters\": true")]
    [TestCase("STRIDED_SLICE", "1,2,3", "c INT32 3 0 0 1|c INT32 3 1 2 3|c INT32 3 1 1 1", "1,2,2", "-5 -4 -2 -1")]
    [TestCase("STRIDED_SLICE", "1,2,3", "c INT32 3 0 -1 0|c INT32 3 0 0 0|c INT32 3 1 1 1", "1,3", "-3 -2 -1",
        "\"beginMask\": 5, \"endMask\": 5, \"shrinkAxisMask\": 2")]
    [TestCase("STRIDED_SLICE", "1,5", "c INT32 2 0 0|c INT32 2 1 5|c INT32 2 1 2", "1,3", "-6 -4 -2")]
    [TestCase("STRIDED_SLICE", "1,6", "c INT32 2 0 0|c INT32 2 1 6|c INT32 2 1 2", "1,3", "-6 -4 -2")]
    [TestCase("STRIDED_SLICE", "1,4", "c INT32 2 0 0|c INT32 2 1 0|c INT32 2 1 -1", "1,4", "-3 -4 -5 -6",
        "\"beginMask\": 2, \"endMask\": 2")]
    [TestCase("STRIDED_SLICE", "1,5", "c INT32 2 0 -1|c INT32 2 1 0|c INT32 2 1 -2", "1,2", "-2 -4")]
    [TestCase("RESIZE_NEAREST_NEIGHBOR", "1,1,2,1", "c INT32 2 1 3", "1,1,3,1", "-6 -6 -5")]
    [TestCase("RESIZE_NEAREST_NEIGHBOR", "1,1,3,1", "c INT32 2 1 2", "1,1,2,1", "-6 -4", "\"alignCorners\": true")]
    [TestCase("RESIZE_NEAREST_NEIGHBOR", "1,1,4,1", "c INT32 2 1 3", "1,1,3,1", "-6 -4 -3", "\"halfPixelCenters\": true")]
    [TestCase("RESIZE_BILINEAR", "1,1,2,1", "c INT32 2 1 4", "1,1,4,1", "-6 -5.5 -5 -5")]
    [TestCase("RESIZE_BILINEAR", "1,1,2,1", "c INT32 2 1 4", "1,1,4,1", "-6 -5.75 -5.25 -5", "\"halfPixelCenters\": true")]
    [TestCase("RESIZE_BILINEAR", "1,2,2,1", "c INT32 2 3 2", "1,3,2,1", "-6 -5 -5 -4 -4 -3", "\"alignCorners\": true")]
    [TestCase("MAXIMUM", "1,4", "c FLOAT32 1 -4.5", "1,4", "-4.5 -4.5 -4 -3")]
    [TestCase("MINIMUM", "1,4", "first c FLOAT32 1 -4.5", "1,4", "-6 -5 -4.5 -4.5")]
    [TestCase("POW", "1,2", "c FLOAT32 1 3", "1,2", "-216 -125")]
    [TestCase("FLOOR", "1,2", "", "1,2", "-6 -5")]
    [TestCase("SLICE", "1,2,3", "c INT32 3 0 0 1|c INT32 3 1 -1 2", "1,2,2", "-5 -4 -2 -1")]
    [TestCase("SPLIT", "1,4", "first c INT32 1 1", "1,2 1,2", "-6 -5")]
    [TestCase("SPLIT_V", "1,4", "c INT32 2 3 1|c INT32 1 1", "1,3 1,1", "-6 -5 -4")]
    [TestCase("FULLY_CONNECTED", "1,2,2", "c FLOAT32 2,2 1 2 3 4", "1,2,2", "-16 -38 -10 -24", "\"keepNumDims\": true")]
    [TestCase("CONV_2D", "1,3,2,1", "c FLOAT32 2,2,1,1 1 2 3 4", "1,1,2,2", "-10 -26 -7 -19",
        "\"padding\": \"VALID\", \"strideH\": 3, \"strideW\": 1, \"dilationHFactor\": 2")]
    [TestCase("DEPTHWISE_CONV_2D", "1,1,2,2", "c FLOAT32 1,1,1,4 1 2 3 4", "1,1,2,4", "-6 -12 -15 -20 -4 -8 -9 -12",
        "\"padding\": \"SAME\", \"strideH\": 1, \"strideW\": 1, \"depthMultiplier\": 2")]
    [TestCase("EXP", "1,2", "", "1,2", "0.0024788 0.0067379")]
    [TestCase("SQUARE", "1,2", "", "1,2", "36 25")]
    [TestCase("ADD_N", "1,2", "c FLOAT32 1,2 10 20", "1,2", "4 15")]
    [TestCase("ARG_MAX", "1,2,3", "c INT32 1 2", "1,2", "2 2")]
    [TestCase("ARG_MAX", "1,3,1,2", "c INT32 1 1", "1,1,2", "2 2")]
    [TestCase("ARG_MIN", "1,2,3", "c INT32 1 -1", "1,2", "0 0")]
    [TestCase("BATCH_MATMUL", "1,2,2", "c FLOAT32 2,2 1 2 3 4", "1,2,2", "-21 -32 -13 -20")]
    [TestCase("BATCH_MATMUL", "1,2,2", "c FLOAT32 1,2,2 1 2 3 4", "1,2,2", "-21 -32 -13 -20")]
    [TestCase("BATCH_MATMUL", "1,2,2", "c FLOAT32 2,2 1 2 3 4", "1,2,2", "-16 -38 -10 -24", "\"adjY\": true")]
    [TestCase("BATCH_MATMUL", "1,2,2", "c FLOAT32 1,2,2 1 2 3 4", "1,2,2", "-18 -28 -14 -22", "\"adjX\": true")]
    [TestCase("BROADCAST_TO", "1,1,2", "c INT32 3 1 2 2", "1,2,2", "-6 -5 -6 -5")]
    [TestCase("DEPTH_TO_SPACE", "1,1,2,4", "", "1,2,4,1", "-6 -5 -2 -1 -4 -3 0 1", "\"blockSize\": 2")]
    [TestCase("SPACE_TO_DEPTH", "1,2,4,1", "", "1,1,2,4", "-6 -5 -2 -1 -4 -3 0 1", "\"blockSize\": 2")]
    [TestCase("GATHER", "1,3", "c INT32 2 2 0", "1,2", "-4 -6", "\"axis\": 1")]
    [TestCase("L2_NORMALIZATION", "1,2", "", "1,2", "-0.7682213 -0.6401844")]
    [TestCase("MIRROR_PAD", "1,3", "c INT32 2,2 0 0 1 2", "1,6", "-5 -6 -5 -4 -5 -6")]
    [TestCase("MIRROR_PAD", "1,3", "c INT32 2,2 0 0 1 2", "1,6", "-6 -6 -5 -4 -4 -5", "\"mode\": 1")]
    [TestCase("PACK", "1,2", "c FLOAT32 1,2 1 2", "1,2,2", "-6 -5 1 2", "\"axis\": 1")]
    [TestCase("PACK", "1,2", "c FLOAT32 1,2 1 2", "1,2,2", "-6 1 -5 2", "\"axis\": -1")]
    [TestCase("UNPACK", "1,2,2", "", "1,2 1,2", "-6 -5", "\"axis\": 1")]
    [TestCase("PADV2", "1,2", "c INT32 2,2 0 0 1 0|c FLOAT32 1 7", "1,3", "7 -6 -5")]
    [TestCase("PRELU", "1,8", "c FLOAT32 8 1 2 3 4 5 6 7 8", "1,8", "-6 -10 -12 -12 -10 -6 0 1")]
    [TestCase("REDUCE_MAX", "1,2,3", "c INT32 1 1", "1,3", "-3 -2 -1")]
    [TestCase("REDUCE_MIN", "1,2,3", "c INT32 1 2", "1,2", "-6 -3")]
    [TestCase("REVERSE_V2", "1,3", "c INT32 1 1", "1,3", "-4 -5 -6")]
    [TestCase("SQUARED_DIFFERENCE", "1,2", "c FLOAT32 1,2 -4 -7", "1,2", "4 4")]
    [TestCase("TILE", "1,2,1", "c INT32 3 1 1 2", "1,2,2", "-6 -6 -5 -5")]
    [TestCase("MAXIMUM", "1,4", "c FLOAT32 4 -7 -5 0 -3.5", "1,4", "-6 -5 0 -3")]
    [TestCase("MINIMUM", "1,2,2", "c FLOAT32 2 -5.5 -3.5", "1,2,2", "-6 -5 -5.5 -3.5")]
    // A transposed convolution adds the filters, each times its pixel, where they overlap.
    [TestCase("TRANSPOSE_CONV", "1,1,2,1", "first c INT32 4 1 2 4 1|c FLOAT32 1,2,2,1 1 2 3 4", "1,2,4,1",
        "-6 -12 -5 -10 -18 -24 -15 -20", "\"padding\": \"VALID\", \"strideH\": 2, \"strideW\": 2")]
    [TestCase("TRANSPOSE_CONV", "1,1,2,1", "first c INT32 4 1 1 2 1|c FLOAT32 1,1,2,1 1 2", "1,1,2,1", "-6 -17",
        "\"padding\": \"SAME\", \"strideH\": 1, \"strideW\": 1")]
    [TestCase("TRANSPOSE_CONV", "1,1,2,1", "first c INT32 4 1 1 4 1|c FLOAT32 1,1,3,1 1 2 3", "1,1,4,1", "-6 -12 -23 -10",
        "\"padding\": \"SAME\", \"strideH\": 2, \"strideW\": 2")]
    [TestCase("TRANSPOSE_CONV", "1,1,1,2", "first c INT32 4 1 1 1 2|c FLOAT32 2,1,1,2 1 2 3 4", "1,1,1,2", "-16 -38",
        "\"padding\": \"VALID\", \"strideH\": 1, \"strideW\": 1")]
    // The first step of a layer with a memory: of the weights in time the last.
    [TestCase("SVDF", "1,2", "c FLOAT32 2,2 1 2 3 4|c FLOAT32 2,3 1 2 3 4 5 6", "1,2", "-48 -228", "\"rank\": 1")]
    [TestCase("SVDF", "1,2", "c FLOAT32 4,2 1 2 3 4 1 0 0 1|c FLOAT32 4,2 9 2 9 1 9 1 9 10|c FLOAT32 2 1 2", "1,2", "-69 -54",
        "\"rank\": 2")]
    public void Operators_give_what_they_define(string op, string input, string constants, string outputs, string expected,
        string options = "")
    {
        float[] found = Run(One(op, input, constants, outputs, options),
            [.. Enumerable.Range(0, Count(input)).Select(i => i - 6f)]);
        Assert.That(found, Is.EqualTo(expected.Split(' ').Select(v =>
            float.Parse(v, CultureInfo.InvariantCulture))).Within(1e-6));
    }

    [TestCase("STRIDED_SLICE", "1,4", "c INT32 2 0 0|c INT32 2 1 4|c INT32 2 1 0", "1,2", "steps of 0")]
    [TestCase("RESIZE_NEAREST_NEIGHBOR", "1,2,2,1", "c INT32 2 3 3", "1,3,3,1", "aligns corners and the centres of pixels",
        "\"alignCorners\": true, \"halfPixelCenters\": true")]
    [TestCase("MIRROR_PAD", "1,2", "c INT32 2,2 0 0 2 0", "1,4", "mirror more than there is")]
    [TestCase("TILE", "1,2", "c INT32 2 2 1", "2,2", "1 for the batch, are accepted")]
    [TestCase("TRANSPOSE_CONV", "1,1,2,1", "first c INT32 4 1 1 9 1|c FLOAT32 1,1,2,1 1 2", "1,1,9,1", "makes 9 of 2",
        "\"padding\": \"SAME\", \"strideH\": 1, \"strideW\": 1")]
    [TestCase("PAD", "1,4", "c INT32 2,2 1 0 0 0", "1,4", "none for the batch, are supported")]
    [TestCase("TRANSPOSE", "1,4", "c INT32 2 1 0", "1,4", "one that keeps the batch first is supported")]
    [TestCase("FULLY_CONNECTED", "1,2", "c FLOAT32 2,2 1 2 3 4", "1,2", "has shuffled weights", "\"weightsFormat\": 1")]
    public void What_an_operator_does_not_do_is_named(string op, string input, string constants, string outputs, string message,
        string options = "")
    {
        string file = One(op, input, constants, outputs, options);
        Assert.That(Assert.Throws<InputException>(() => ImportedNetwork.Read(file))!.Message,
            Does.Contain($"{op} (operator 0, ").And.Contain(message));
    }

    [TestCase("INT8", new byte[] { 4, 4, 4, 4, 1, 2, 3, 255 })]
    [TestCase("INT4", new byte[] { 0x44, 0x44, 0x21, 0xF3 })] // two to a byte, the lower half first
    public void Integers_between_a_quantiser_and_its_inverse_are_run_as_integers(string weights, byte[] stored)
    {
        // x in steps of 1/2; doubled and summed by rows: 8-bit integers of steps 1 that start at −128 stand for −128..127.
        string file = Write("""
            {"inputs": [0], "outputs": [5], "tensors": [
            {"index": 0, "name": "x", "shape": [1, 4], "dtype": "FLOAT32"},
            {"index": 1, "name": "q", "shape": [1, 4], "dtype": "INT8", "scale": [0.5], "zero_point": [0]},
            {"index": 2, "name": "w", "shape": [2, 4], "dtype": "SAID", "scale": [0.25, 1], "zero_point": [0, 0], "constant": true},
            {"index": 3, "name": "b", "shape": [2], "dtype": "INT32", "scale": [0.125, 0.5], "zero_point": [0, 0], "constant": true},
            {"index": 4, "name": "y", "shape": [1, 2], "dtype": "INT8", "scale": [1], "zero_point": [3]},
            {"index": 5, "name": "real", "shape": [1, 2], "dtype": "FLOAT32"}],
            "ops": [{"op": "QUANTIZE", "inputs": [0], "outputs": [1]},
            {"op": "FULLY_CONNECTED", "inputs": [1, 2, 3], "outputs": [4], "options": {}},
            {"op": "DEQUANTIZE", "inputs": [4], "outputs": [5]}]}
            """.Replace("SAID", weights, StringComparison.Ordinal), tensor =>
                tensor == 2 ? stored : [8, 0, 0, 0, 254, 255, 255, 255]);
        ImportedNetwork network = ImportedNetwork.Read(file);
        FixedPointMachine machine = NetworkEvaluation.Fixed(network, 1, ShippedProfiles.Find("cortex-m4").Numerics);
        SampleStore<byte> store = new(1);
        store.Set(0, machine.QuantizeInput("images", [0.5f, 1, -2, 4]));
        machine.Run(default, store, [0], fill: true);
        sbyte[] found = [.. machine.Values(machine.Plan.Ops[^1].Output).ToArray().Select(v => (sbyte)v)];
        Assert.That(found, Is.EqualTo(new sbyte[] { 3 + 4 + 1,
            -5 })); // 0.5+1−2+4 = 3.5 → 4 with the bias 1: 4.5 → 5, and 0.5+2−6−4 = −7.5 − 1 → −8.5
    }

    [TestCase("cortex-m4", new sbyte[] { 0, -1, 1, 2 })] // rounded twice, as TFLite: halves go up
    [TestCase("systolic-int8-16x16", new sbyte[] { -1, -2, 1, 2 })] // the nearest integer, halves away from 0
    public void A_change_of_scale_is_TFLites_on_accelerators_with_its_requantisation(string profile, sbyte[] expected)
    {
        string file = Write("""
            {"inputs": [0], "outputs": [3], "tensors": [
            {"index": 0, "name": "x", "shape": [1, 4], "dtype": "FLOAT32"},
            {"index": 1, "name": "fine", "shape": [1, 4], "dtype": "INT8", "scale": [0.5], "zero_point": [0]},
            {"index": 2, "name": "coarse", "shape": [1, 4], "dtype": "INT8", "scale": [1], "zero_point": [0]},
            {"index": 3, "name": "real", "shape": [1, 4], "dtype": "FLOAT32"}],
            "ops": [{"op": "QUANTIZE", "inputs": [0], "outputs": [1]},
            {"op": "QUANTIZE", "inputs": [1], "outputs": [2]},
            {"op": "DEQUANTIZE", "inputs": [2], "outputs": [3]}]}
            """, _ => []);
        FixedPointMachine machine = NetworkEvaluation.Fixed(ImportedNetwork.Read(file), 1,
            ShippedProfiles.Find(profile).Numerics);
        SampleStore<byte> store = new(1);
        store.Set(0, machine.QuantizeInput("images", [-0.5f, -1.5f, 0.5f, 1.5f]));
        machine.Run(default, store, [0], fill: true);
        Assert.That(machine.Values(machine.Plan.Ops[^1].Output).ToArray().Select(v => (sbyte)v), Is.EqualTo(expected));
    }

    [Test]
    public void Classes_of_pixels_are_the_first_of_the_largest()
    {
        string file = Write("""
            {"inputs": [0], "outputs": [2], "tensors": [
            {"index": 0, "name": "x", "shape": [1, 1, 2, 3], "dtype": "FLOAT32"},
            {"index": 1, "name": "axis", "shape": [1], "dtype": "INT32", "constant": true},
            {"index": 2, "name": "y", "shape": [1, 1, 2], "dtype": "INT64"}],
            "ops": [{"op": "ARG_MAX", "inputs": [0, 1], "outputs": [2]}]}
            """, _ => Bytes<int>([3]));
        Assert.That(Run(file, [1, 5, 2, 7, 7, 0]), Is.EqualTo(new float[] { 1, 0 }));
    }

    [Test]
    public void A_pad_before_convolutions_without_padding_becomes_theirs()
    {
        string file = Write("""
            {"inputs": [0], "outputs": [4], "tensors": [
            {"index": 0, "name": "x", "shape": [1, 2, 2, 1], "dtype": "FLOAT32"},
            {"index": 1, "name": "pads", "shape": [4, 2], "dtype": "INT32", "constant": true},
            {"index": 2, "name": "padded", "shape": [1, 3, 3, 1], "dtype": "FLOAT32"},
            {"index": 3, "name": "w", "shape": [2, 2, 2, 1], "dtype": "FLOAT32", "constant": true},
            {"index": 4, "name": "y", "shape": [1, 2, 2, 2], "dtype": "FLOAT32"}],
            "ops": [{"op": "PAD", "inputs": [0, 1], "outputs": [2]},
            {"op": "CONV_2D", "inputs": [2, 3], "outputs": [4], "options": {"padding": "VALID", "strideH": 1, "strideW": 1}}]}
            """, tensor => tensor == 1 ? Bytes<int>([0, 0, 1, 0, 0, 1, 0, 0]) : Bytes<float>([1, 2, 3, 4, 0, 0, 1, 0]));
        ImportedNetwork network = ImportedNetwork.Read(file);
        Assert.That(network.Model.Build(1).Nodes.Select(n => n.Op.Name), Has.None.EqualTo("pad"));
        Assert.That(Run(file, [1, 2, 3, 4]),
            Is.EqualTo(new float[] { 11, 1, 6, 2, 30, 3, 14, 4 })); // [[0 0 0] [1 2 0] [3 4 0]] under both filters
    }

    private static byte[] Bytes<T>(T[] values) where T : unmanaged =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(values).ToArray();

    private static int Count(string shape) =>
        shape.Split(',').Aggregate(1, (n, e) => n * int.Parse(e, CultureInfo.InvariantCulture));

    // A network of one operator: "c TYPE SHAPE NUMBERS" per constant, which stand behind the input or, after "first", before it.
    private string One(string op, string input, string constants, string outputs, string options)
    {
        bool first = constants.StartsWith("first ", StringComparison.Ordinal);
        string[][] parts = [.. constants.Replace("first ", "", StringComparison.Ordinal).Split('|',
            StringSplitOptions.RemoveEmptyEntries).Select(c => c.Split(' '))];
        string[] shapes = outputs.Split(' ');
        int[] behind = [.. Enumerable.Range(1, parts.Length)], inputs = first ? [.. behind, 0] : [0, .. behind];
        int[] made = [.. Enumerable.Range(1 + parts.Length, shapes.Length)];
        IEnumerable<string> tensors = new[] { $$"""{"index": 0, "name": "x", "shape": [{{input}}], "dtype": "FLOAT32"}""" }
            .Concat(parts.Select((p, i) => $$"""{"index": {{i + 1}}, "name": "c{{i}}", "shape": [{{p[2]}}], "dtype": "{{p[1]}}", "constant": true}"""))
            .Concat(shapes.Select((s, i) => $$"""{"index": {{made[i]}}, "name": "y{{i}}", "shape": [{{s}}], "dtype": "FLOAT32"}"""));
        return Write(
            $$"""
            {"inputs": [0], "outputs": [{{made[0]}}], "tensors": [{{string.Join(", ", tensors)}}],
            "ops": [{"op": "{{op}}", "inputs": [{{string.Join(", ", inputs)}}], "outputs": [{{string.Join(", ", made)}}], "options": { {{options}} } }]}
            """, tensor => parts[tensor - 1] is { } p && p[1] == "INT32"
                ? Bytes<int>([.. p.Skip(3).Select(v => int.Parse(v, CultureInfo.InvariantCulture))])
                : Bytes<float>([.. parts[tensor - 1].Skip(3).Select(v => float.Parse(v, CultureInfo.InvariantCulture))]));
    }

    private string Write(string topology, Func<int, byte[]> data)
    {
        string path = Path.Combine(folder, "net.tflite");
        File.WriteAllBytes(path, TfliteWriter.Write(JsonNode.Parse(topology)!, data));
        return path;
    }

    private static float[] Run(string file, float[] x)
    {
        ImportedNetwork network = ImportedNetwork.Read(file);
        FloatMachine machine = NetworkEvaluation.Float(network, 1);
        SampleStore<float> store = new(1);
        store.Set(0, x);
        machine.Run(default, store, [0], fill: true);
        return machine.Values(machine.Plan.Ops[^1].Output).ToArray();
    }
}
