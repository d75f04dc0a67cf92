using NpuSim.Accelerators.Numerics;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// Arithmetics that differ in their accumulator alone. A run in which no partial sum ever leaves the accumulator
/// (<see cref="Execution.NumericsResult.NothingOverflowed"/>) is, to the bit, that of every member of its family with as many
/// bits or more, wrapping or saturating: each adds the same exact sums. That is a proof, not an interpolation.
/// </summary>
internal static class RunFamily
{
    private const int NarrowBits = 32, MostBits = 64;

    /// <summary>
    /// What the members have in common: the policy with one accumulator for all. Double rounding scales sums of 32 bits and of
    /// more in ways of their own.
    /// </summary>
    public static NumericPolicy Of(NumericPolicy policy) => policy with
    {
        Accumulator = policy.Accumulator with
        {
            Bits = policy is { Requantization: Requantization.Double, Accumulator.Bits: <= NarrowBits } ? NarrowBits : MostBits,
            Overflow = policy.Accumulator.Overflow == Overflow.SaturateOnDrain ? Overflow.SaturateOnDrain : Overflow.Wrap,
            OuterBits = policy.Accumulator.BlockMacs > 0 ? policy.Accumulator.OuterBits : MostBits,
        },
    };

    /// <summary>Bits of the accumulator, by which members are ordered; 0 in floating point, where a family has one.</summary>
    public static int Width(NumericPolicy? policy) => policy?.Accumulator.Bits ?? 0;
}
