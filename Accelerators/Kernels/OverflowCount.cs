namespace NpuSim.Accelerators.Kernels;

/// <summary>What went out of range while a kernel ran. The same whichever path, instruction set or thread count ran.</summary>
/// <param name="Accumulations">Output elements accumulated.</param>
/// <param name="Overflowed">
/// Those whose running sum left the accumulator's range at least once (wrap, saturate), or whose sum was clamped as it moved out
/// (saturate on drain).
/// </param>
/// <param name="Clipped">Outputs that lay outside the output format before narrowing. A fused activation's clamp does not
/// count.</param>
public readonly record struct OverflowCount(long Accumulations, long Overflowed, long Clipped)
{
    /// <summary>Sums each count.</summary>
    public static OverflowCount operator +(OverflowCount a, OverflowCount b) =>
        new(a.Accumulations + b.Accumulations, a.Overflowed + b.Overflowed, a.Clipped + b.Clipped);
}
