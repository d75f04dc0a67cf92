using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Networks;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Workloads.Tests.Networks;

/// <summary>
/// docs/examples/net.onnx is the network of glyphs-cnn with its shipped weights, as other tools would write it.
/// </summary>
public sealed class ExampleNetworkTests
{
    private const int Side = 4, Channels = 16, Classes = 10; // of the last image, which is flattened

    [Test]
    public void The_example_is_what_is_shipped()
    {
        string path = Repository.At("docs", "examples", "net.onnx");
        byte[] file = Write(ShippedWeights.Load(Workload.Load("glyphs-cnn").Weights!));
        if (Environment.GetEnvironmentVariable("NPUSIM_UPDATE_DOCS") == "1")
            File.WriteAllBytes(path, file);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(file), "NPUSIM_UPDATE_DOCS=1 writes the file anew.");
        ImportedNetwork network = ImportedNetwork.Read(path);
        Assert.That(network.Model.Input, Is.EqualTo(Workload.Load("glyphs-cnn").ImageSet.SampleShape));
        Assert.That(network.Model.Classes, Is.EqualTo(Classes));
    }

    private static byte[] Write(Weights weights)
    {
        OnnxModel model = new(1, 1, 28, 28);
        string x = "x";
        foreach ((int number, int filters, int inputs, int stride, bool pool) in new[]
            { (1, 8, 1, 2, false), (2, 16, 8, 1, true), (3, Channels, 16, 2, false) })
        {
            WeightTensor kernel = weights.Tensors[$"conv{number}.weight"];
            model.Floats($"w{number}", [filters, inputs, 3, 3], Reordered(kernel, filters, 9, inputs))
                .Floats($"b{number}", [filters], weights.Tensors[$"conv{number}.bias"].Values.ToArray())
                .Node("Conv", $"{x} w{number} b{number}", $"conv{number}", ("kernel_shape", new[] { 3, 3 }),
                    ("strides", new[] { stride, stride }), ("pads", new[] { 1, 1, 1, 1 }))
                .Node("Relu", $"conv{number}", x = $"relu{number}");
            if (pool)
                model.Node("MaxPool", x, x = $"pool{number}", ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
        }

        return model.Node("Flatten", x, "flat")
            .Floats("w", [Classes, Channels * Side * Side],
                Reordered(weights.Tensors["head.weight"], Classes, Side * Side, Channels))
            .Floats("b", [Classes], weights.Tensors["head.bias"].Values.ToArray())
            .Node("Gemm", "flat w b", "y", ("transB", 1)).File("y");
    }

    // [outputs, places, channels] → [outputs, channels, places]: ONNX has channels first.
    private static float[] Reordered(WeightTensor tensor, int outputs, int places, int channels)
    {
        float[] result = new float[outputs * places * channels];
        for (int o = 0; o < outputs; o++)
        {
            for (int p = 0; p < places; p++)
            {
                for (int c = 0; c < channels; c++)
                    result[(((o * channels) + c) * places) + p] = tensor.Values.Span[(((o * places) + p) * channels) + c];
            }
        }

        return result;
    }
}
