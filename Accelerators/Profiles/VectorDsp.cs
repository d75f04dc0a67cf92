using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>A vector DSP whose lanes multiply and accumulate.</summary>
/// <param name="Lanes">Accumulator lanes per instruction.</param>
/// <param name="MacsPerLane">8×8-bit MACs per lane and instruction (HVX vrmpy: 4).</param>
/// <param name="IssueWidth">Multiply instructions per cycle.</param>
/// <param name="LoopOverheadCycles">Cycles per inner loop that are not multiplies.</param>
[Yaml("A vector DSP whose lanes multiply and accumulate.")]
public sealed record VectorDsp(
    [Yaml("Accumulator lanes per instruction.", Min = 1, Max = 65536)] int Lanes,
    [Yaml("8×8-bit MACs per lane and instruction.", Min = 1, Max = 1024)] int MacsPerLane,
    [Yaml("Multiply instructions per cycle.", Min = 1, Max = 64)] int IssueWidth,
    [Yaml("Cycles per inner loop that are not multiplies.", Min = 0)] double LoopOverheadCycles) : Engine;
