using System.Collections.Immutable;
using NpuSim.Workloads.Networks.Onnx;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Onnx.Tests;

/// <summary>ONNX's own node tests as Debian's libonnx-testdata holds them: a model, inputs and outputs.</summary>
internal static class NodeTestData
{
    private const string Installed = "/usr/share/libonnx-testdata/data/node";

    /// <summary>Folders of the tests; where there are none the test is left out, or fails if it is required.</summary>
    public static ImmutableArray<string> Folders()
    {
        string root = Environment.GetEnvironmentVariable("NPUSIM_ONNX_NODES") ?? Installed;
        if (Directory.Exists(root))
            return [.. Directory.GetDirectories(root).Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("NPUSIM_REQUIRE_ONNX_NODES") == "1")
            Assert.Fail($"no ONNX node tests in {root} (Debian: libonnx-testdata)");
        Assert.Ignore($"no ONNX node tests in {root} (Debian: libonnx-testdata)");
        return [];
    }

    /// <summary>The model with all inputs but the first as constants, and the first input and output.</summary>
    public static (ModelProto Model, TensorProto Input, TensorProto Output) Read(string folder)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        string data = Path.Combine(folder, "test_data_set_0");
        TensorProto[] inputs = [.. model.Graph.Input.Select((input, i) => Tensor(Path.Combine(data, $"input_{i}.pb"), input))];
        if (inputs.Any(i => i.Dims.Contains(0)))
            throw new InputException($"{folder}: its input has no elements.");
        for (int i = 1; i < inputs.Length; i++)
        {
            inputs[i].Name = model.Graph.Input[i].Name;
            model.Graph.Initializer.Add(inputs[i]);
        }

        while (model.Graph.Output.Count > 1)
            model.Graph.Output.RemoveAt(1);
        return (model, inputs.FirstOrDefault() ?? new TensorProto(),
            Tensor(Path.Combine(data, "output_0.pb"), model.Graph.Output[0]));
    }

    /// <summary>What the integers that a quantised operator reads or makes stand for; 1 and 0 for others.</summary>
    public static (float Step, float Zero) Scale(ModelProto model, bool ofOutput)
    {
        NodeProto node = model.Graph.Node[0];
        int at = ofOutput ? 6 : 1;
        bool isQuantised = node.OpType is "QLinearConv" or "QLinearMatMul" || (!ofOutput && node.OpType == "DequantizeLinear");
        return isQuantised && Number(at) is { } step && Number(at + 1) is { } zero ? (step, zero) : (1, 0);

        float? Number(int input) => node.Input.Count <= input ? null
            : model.Graph.Initializer.FirstOrDefault(t => t.Name == node.Input[input]) is { } tensor
                && Floats(tensor) is [var one] ? one : null;
    }

    /// <summary>A tensor's numbers.</summary>
    public static float[] Floats(TensorProto tensor) =>
        OnnxTensor.Read(tensor, new OnnxExternalData(""), "test")?.Array.ToFloats() ?? [];

    // Numbers of BFLOAT16 are stored as UINT16.
    private static TensorProto Tensor(string path, ValueInfoProto said)
    {
        TensorProto tensor = File.Exists(path) ? TensorProto.Parser.ParseFrom(File.ReadAllBytes(path)) : new TensorProto();
        if (said.Type?.TensorType?.ElemType == (int)TensorType.BFloat16)
            tensor.DataType = (int)TensorType.BFloat16;
        return tensor;
    }
}
