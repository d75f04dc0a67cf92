using System.Runtime.InteropServices;
using Google.Protobuf;
using NpuSim.Accelerators.Numerics;
using NpuSim.Workloads.Networks.Onnx;
using NpuSim.Workloads.Networks.Onnx.Proto;

namespace NpuSim.Onnx.Tests;

/// <summary>Narrow floats against ONNX Runtime's: to the format and back.</summary>
public sealed class FloatFormatTests
{
    private const int Count = 20_000;

    [TestCase(NumberFormat.Fp16)]
    [TestCase(NumberFormat.Bf16)]
    [TestCase(NumberFormat.Fp8E4M3)]
    [TestCase(NumberFormat.Fp8E5M2)]
    public void Finite_numbers_are_rounded_as_ONNX_Runtime_does(NumberFormat format)
    {
        TensorType type = format switch
        {
            NumberFormat.Fp16 => TensorType.Float16,
            NumberFormat.Bf16 => TensorType.BFloat16,
            NumberFormat.Fp8E4M3 => TensorType.Float8E4M3Fn,
            _ => TensorType.Float8E5M2,
        };
        float[] values = new float[Count];
        new System.Random(11).NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        for (int i = 0; i < Count; i++)
        {
            if (i % 2 == 0 || !float.IsFinite(values[i])) // half of them where the narrow formats have numbers
                values[i] = (float)((i % 4 < 2 ? 1 : -1) * Math.Exp((i / 400.0) - 25) * (1 + (i % 37 / 37.0)));
        }

        float[]? expected = OnnxRuntimeOracle.Run(Casts(type), [Count], values, out string fault);
        Assert.That(expected, Is.Not.Null, fault);
        FloatRounding.Round(format, values);
        Assert.That(MemoryMarshal.Cast<float, int>(values).ToArray(), Is.EqualTo(MemoryMarshal.Cast<float, int>(expected).ToArray()));
    }

    private static byte[] Casts(TensorType type)
    {
        ModelProto model = new() { IrVersion = 9, Graph = new() { Name = "casts" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 19 });
        model.Graph.Input.Add(Vector("x"));
        model.Graph.Output.Add(Vector("y"));
        model.Graph.Node.Add(Cast("x", "narrow", type));
        model.Graph.Node.Add(Cast("narrow", "y", TensorType.Float));
        return model.ToByteArray();
    }

    private static NodeProto Cast(string from, string to, TensorType type)
    {
        NodeProto node = new() { OpType = "Cast", Name = to };
        node.Input.Add(from);
        node.Output.Add(to);
        node.Attribute.Add(new AttributeProto { Name = "to", Type = 2 /* INT */, I = (int)type });
        return node;
    }

    private static ValueInfoProto Vector(string name)
    {
        TensorShapeProto shape = new();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = Count });
        return new()
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = (int)TensorType.Float, Shape = shape } },
        };
    }
}
