using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>Energy of the accelerator's own operations. Memories and host carry theirs.</summary>
/// <param name="Int8MacPicojoules">One 8×8-bit MAC.</param>
/// <param name="Int16x8MacPicojoules">One 16×8-bit MAC.</param>
/// <param name="Int16MacPicojoules">One 16×16-bit MAC.</param>
/// <param name="VectorPicojoulesPerElement">One 8-bit element through the vector unit.</param>
/// <param name="LeakageWatts">Leakage and idle power of the whole accelerator.</param>
[Yaml("Energy of the accelerator's own operations. Memories and host carry theirs.")]
public sealed record EnergyModel(
    [Yaml("One 8×8-bit MAC.", Min = 0)] double Int8MacPicojoules,
    [Yaml("One 16×8-bit MAC.", Min = 0)] double Int16x8MacPicojoules,
    [Yaml("One 16×16-bit MAC.", Min = 0)] double Int16MacPicojoules,
    [Yaml("One 8-bit element through the vector unit.", Min = 0)] double VectorPicojoulesPerElement,
    [Yaml("Leakage and idle power of the whole accelerator.", Min = 0)] double LeakageWatts);
