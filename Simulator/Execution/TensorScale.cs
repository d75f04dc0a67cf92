using System.Collections.Immutable;

namespace NpuSim.Simulator.Execution;

/// <summary>What the integers of a tensor stand for: real = <paramref name="Step"/> · (integer − <paramref
/// name="ZeroPoint"/>).</summary>
/// <param name="Step">Δ, the value of one step; above 0.</param>
/// <param name="ZeroPoint">Integer that stands for zero; 0 but after an 8-bit softmax and in networks that were quantised
/// elsewhere.</param>
/// <param name="Channels">Δ of each output channel where weights have one each; otherwise not given.</param>
/// <param name="Given">
/// True for a scale that a file gives in float32: TFLite multiplies such scales in float32 where a layer has one for all weights.
/// </param>
public readonly record struct TensorScale(double Step, int ZeroPoint = 0, ImmutableArray<double> Channels = default,
    bool Given = false)
{
    /// <summary>Symmetric scale of <paramref name="maxValue"/> steps for magnitudes up to <paramref name="range"/>: Δ = max|x| /
    /// (2^(b−1) − 1).</summary>
    public static TensorScale Symmetric(double range, long maxValue) => new((range > 0 ? range : 1) / maxValue);

    /// <summary>Δ of a product of two tensors of one scale each, the step of an accumulator.</summary>
    public static double Product(TensorScale a, TensorScale b) =>
        a.Given && b.Given ? (float)a.Step * (float)b.Step : a.Step * b.Step;
}
