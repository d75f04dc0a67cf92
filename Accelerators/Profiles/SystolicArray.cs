using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>A grid of MACs that pass operands to their neighbours.</summary>
/// <param name="Rows">At least 1.</param>
/// <param name="Columns">At least 1.</param>
/// <param name="Dataflow">Which operand stays.</param>
/// <param name="Pipelined">
/// True: preload and drain of neighbouring folds overlap with streaming. False: folds run one after another (SCALE-Sim).
/// </param>
/// <param name="Overheads">What the design costs beyond these formulas; null: nothing.</param>
[Yaml("A grid of MACs that pass operands to their neighbours.")]
public sealed record SystolicArray(
    [Yaml("Rows of the grid.", Min = 1, Max = 65536)] int Rows,
    [Yaml("Columns of the grid.", Min = 1, Max = 65536)] int Columns,
    [Yaml("Which operand stays in the array.")] Dataflow Dataflow,
    [Yaml("Preload and drain of neighbouring folds overlap with streaming; false: folds run one after another, as in SCALE-Sim.")]
    bool Pipelined = true,
    [Yaml("What the design costs beyond these formulas; null: nothing.", HideNull = true)] ArrayOverheads? Overheads = null) : Engine;
