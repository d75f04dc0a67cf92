namespace NpuSim.Simulator.Execution;

/// <summary>What the integers of a tensor stand for: real = <paramref name="Step"/> · (integer − <paramref name="ZeroPoint"/>).</summary>
/// <param name="Step">Δ, the value of one step; above 0.</param>
/// <param name="ZeroPoint">Integer that stands for zero; 0 everywhere but after an 8-bit softmax.</param>
public readonly record struct TensorScale(double Step, int ZeroPoint = 0)
{
    /// <summary>Symmetric scale of <paramref name="maxValue"/> steps for magnitudes up to <paramref name="range"/>: Δ = max|x| / (2^(b−1) − 1).</summary>
    public static TensorScale Symmetric(double range, long maxValue) => new((range > 0 ? range : 1) / maxValue);
}
