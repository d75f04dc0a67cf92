using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>
/// Silicon of an accelerator at 45 nm, to hold designs against each other by: the cells of its multipliers, adders and
/// registers and the arrays of its scratchpad and accumulator memory. Wires, control, vector unit, host, off-chip memory and
/// a memory for frozen weights (of which a profile does not say whether it is flash or SRAM) are no part of it.
/// </summary>
/// <remarks>
/// Sources: cells AND2_X1 (0.76 × 1.4 µm), FA_X1 (3.04 × 1.4 µm) and DFF_X1 (3.23 × 1.4 µm) of the Nangate 45 nm Open Cell
/// Library as OpenROAD's flow scripts have it; a 6T cell of 0.37 µm² in 45 nm bulk CMOS (K. Nii et al., "A cost-effective
/// 45nm 6T-SRAM", ISQED 2013). Assumed: bit cells take half of a memory.
/// </remarks>
public static class AreaEstimate
{
    /// <summary>Silicon of an AND of two bits, a full adder and a flip-flop, in µm².</summary>
    private const double And = 0.76 * 1.4, FullAdder = 3.04 * 1.4, FlipFlop = 3.23 * 1.4;

    /// <summary>Silicon of a bit of SRAM in µm²: a cell, and as much again around it.</summary>
    private const double Bit = 0.37 / 0.5;

    private const double SquareMicrometresPerSquareMillimetre = 1e6;

    /// <summary>
    /// The estimate in mm². Each of the multiply-accumulators of a cycle, of all cores, has a multiplier of w · a ANDs and (w
    /// − 1) · a full adders, as far as the widest of its formats w × a that run at its rate, registers of both operands, and
    /// a full adder and a flip-flop for each bit of its accumulator.
    /// </summary>
    public static double SquareMillimetres(HardwareProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        double product = profile.Formats.Max(p => p.Rate * Multiplier(p.Weights.Bits(), p.Activations.Bits()));
        double sum = profile.Numerics.Accumulator.Bits * (FullAdder + FlipFlop);
        MemorySystem memory = profile.Memory;
        double bits = 8.0 * (memory.Scratchpad.SizeBytes + (memory.Accumulators?.SizeBytes ?? 0));
        return ((profile.PeakMacsPerCycle * (product + sum)) + (bits * Bit)) / SquareMicrometresPerSquareMillimetre;
    }

    private static double Multiplier(int weights, int activations) =>
        (weights * activations * And) + ((weights - 1) * activations * FullAdder) + ((weights + activations) * FlipFlop);
}
