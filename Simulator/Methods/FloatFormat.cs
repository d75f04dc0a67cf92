using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Methods;

/// <summary>A way to train in floating point: its name and what is stored in which format.</summary>
/// <param name="Name">As in "bp:fp8".</param>
/// <param name="Operands">Formats of a step.</param>
/// <param name="LossScale">What the loss is multiplied by before backpropagation, and the gradient divided by; a power of two.</param>
/// <param name="Summary">What it is, in some words.</param>
/// <param name="Source">Where it is from.</param>
public sealed record FloatFormat(string Name, OperandFormats Operands, double LossScale, string Summary, string Source)
{
    /// <summary>Every way, the usual ones first.</summary>
    public static ImmutableArray<FloatFormat> All { get; } =
    [
        Alike("fp32", NumberFormat.Fp32, "IEEE 754 binary32", "IEEE 754"),
        Alike("fp16", NumberFormat.Fp16, "binary16 stored, sums in fp32", "IEEE 754"),
        Alike("bf16", NumberFormat.Bf16, "the upper half of binary32 stored, sums in fp32", "arXiv 1905.12322"),
        new("fp8", new(NumberFormat.Fp8E4M3, NumberFormat.Fp8E4M3, Wide: NumberFormat.Fp16,
            ActivationGradients: NumberFormat.Fp8E5M2), 256,
            "operands of products and activations E4M3, gradients E5M2; weights that train, their gradients and logits fp16",
            "OFP8 1.0; arXiv 2209.05433"),
        Scaled("mxint8", NumberFormat.MxInt8),
        Scaled("mxfp8", NumberFormat.MxFp8E4M3),
    ];

    /// <summary>The way whose operands have a format.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static FloatFormat Of(NumberFormat format) => All.First(f => f.Operands.Weights == format);

    private static FloatFormat Alike(string name, NumberFormat format, string summary, string source) =>
        new(name, new(format, format), 1, summary, source);

    private static FloatFormat Scaled(string name, NumberFormat format) => new(
        name, new(format, format, Wide: NumberFormat.Bf16), 1,
        $"operands of products, activations and their gradients {name}, 32 with one scale; "
            + "weights that train, their gradients and logits bf16",
        "OCP Microscaling Formats 1.0; arXiv 2310.10537");
}
