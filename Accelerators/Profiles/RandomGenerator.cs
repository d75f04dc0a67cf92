using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>
/// The hardware that draws the perturbation z. It works beside the unit that reads and multiplies: a perturbation takes as long
/// as the slowest of them. What it draws is decided by numerics and method, not here.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="DrawsPerCycle">8-bit random numbers per cycle; wider ones take as many draws as they have bytes.</param>
/// <param name="DrawPicojoules">Energy of one 8-bit draw.</param>
/// <param name="LookupTables">Look-up tables of an FPGA that it takes; 0: not known.</param>
/// <param name="FlipFlops">Flip-flops that it takes; 0: not known.</param>
[Yaml("The hardware that draws the perturbation z, beside the unit that reads and multiplies; the slowest of them sets the pace.")]
public sealed record RandomGenerator(
    [Yaml("What it is.")] RandomGeneratorKind Kind,
    [Yaml("8-bit random numbers per cycle; wider ones take as many draws as they have bytes.", Above = 0)] double DrawsPerCycle,
    [Yaml("Energy of one 8-bit draw.", Key = "energy-per-draw", Min = 0)] double DrawPicojoules,
    [Yaml("Area: look-up tables of an FPGA; 0: not known.", Min = 0, Max = 1000000000)] int LookupTables = 0,
    [Yaml("Area: flip-flops; 0: not known.", Min = 0, Max = 1000000000)] int FlipFlops = 0);
