using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Studies;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tests.Networks;

namespace NpuSim.Onnx.Tests;

/// <summary>What counts as the classes of an output, and as the images of an input, whatever axes the file gives them.</summary>
public sealed class ClassesTests
{
    private const int Batch = 3, Classes = 5;

    [TestCase(false)]
    [TestCase(true)]
    public void Classes_on_the_channels_of_an_output_of_four_axes_are_told_apart(bool softmax)
    {
        OnnxModel model = Classifier();
        ImportedNetwork network = softmax ? model.Node("Softmax", "c", "y", ("axis", 1)).Import("y") : model.Import("c");
        FloatMachine machine = NetworkEvaluation.Float(network, Batch);
        SampleStore<float> store = new(Batch);
        store.Set(0, Claim.Numbers("x", Batch, 2, 4, 4));
        machine.Run(default, store, [.. Enumerable.Range(0, Batch)], fill: true);
        float[] y = machine.Values(machine.Plan.Ops[^1].Output).ToArray();
        Assert.That(y, Has.Length.EqualTo(Batch * Classes));
        AssertPredicts(machine.Predict, [.. y.Select(v => (double)v)]);
    }

    [Test]
    public void Classes_of_a_quantised_output_of_four_axes_are_told_apart()
    {
        ImportedNetwork network = Quantised().Import("y");
        Assert.That(network.Quantization, Is.Not.Null, network.Remark);
        FixedPointMachine machine = NetworkEvaluation.Fixed(network, Batch,
            new NumericPolicy(new AccumulatorPolicy(32, Overflow.Wrap)));
        SampleStore<byte> store = new(Batch);
        store.Set(0, machine.QuantizeInput("images", Claim.Numbers("x", Batch, 2, 4, 4)));
        machine.Run(default, store, [.. Enumerable.Range(0, Batch)], fill: true);
        AssertPredicts(machine.Predict, [.. machine.Values(machine.Plan.Ops[^1].Output).ToArray().Select(v => (double)(sbyte)v)]);
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(1)]
    public void One_channel_that_a_reshape_puts_first_is_channels_last(int batch)
    {
        byte[] file = new OnnxModel(1, 7, 6, 1).Longs("first", batch, 1, 7, 6)
            .Floats("w", [5, 1, 3, 3], Claim.Numbers("w", 5, 1, 3, 3))
            .Node("Reshape", "x first", "t").Node("Conv", "t w", "c").Node("GlobalAveragePool", "c", "g")
                .Node("Flatten", "g", "y").File("y");
        ImportedNetwork network = OnnxModel.Import(file);
        float[] x = Claim.Numbers("x", 1, 7, 6, 1);
        Assert.Multiple(() =>
        {
            Assert.That(network.Model.Input, Is.EqualTo(Shape.Create([7, 6, 1])));
            Assert.That(network.Model.Build(2).Nodes.Select(n => n.Op.Name), Has.None.EqualTo("transpose"));
            Assert.That(NetworkRun.Floats(network, [1, 7, 6, 1], x),
                Is.EqualTo(OnnxRuntimeOracle.Run(file, [1, 7, 6, 1], x, out _)!).Within(1e-5));
        });
    }

    private static OnnxModel Classifier() => new OnnxModel(1, 2, 4, 4)
        .Floats("w", [Classes, 2, 4, 4], Claim.Numbers("w", Classes, 2, 4, 4)).Node("Conv", "x w", "c");

    private static OnnxModel Quantised() => new OnnxModel(1, 2, 4, 4).Floats("s", [], 0.05f).Floats("sy", [], 0.2f)
        .Bytes("z", [], true, 0)
        .Bytes("w", [Classes, 2, 4, 4], true,
            [.. Claim.Numbers("w", Classes, 2, 4, 4).Select(v => (int)Math.Clamp(v * 30, -127, 127))])
        .Node("QuantizeLinear", "x s z", "xq").Node("DequantizeLinear", "xq s z", "xd").Node("DequantizeLinear", "w s z", "wd")
        .Node("Conv", "xd wd", "c").Node("QuantizeLinear", "c sy z", "cq").Node("DequantizeLinear", "cq sy z", "y");

    private static void AssertPredicts(Func<int, int> predict, double[] y)
    {
        int[] expected = [.. Enumerable.Range(0, Batch).Select(b => y[(b * Classes)..((b + 1) * Classes)])
            .Select(r => Array.IndexOf(r, r.Max()))];
        Assert.That(expected, Has.Some.Not.Zero);
        Assert.That(Enumerable.Range(0, Batch).Select(predict), Is.EqualTo(expected));
    }
}
