using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>Multiply instructions that stream a limited number of rows.</summary>
/// <param name="Rows">Rows that one instruction streams at most.</param>
/// <param name="IdleCycles">Cycles in which the array idles after each.</param>
/// <param name="ColumnCycles">
/// Further cycles after the last instruction of a column of folds: the one that hands it over.
/// </param>
/// <param name="WholeReduction">
/// True: blocks of rows come one after another, each through all its folds, for which the weights are loaded anew; a second
/// instruction adds up all folds of the reduction but the first. False: a fold takes all its rows before the next.
/// </param>
[Yaml("Multiply instructions that stream a limited number of rows.")]
public sealed record InstructionCost(
    [Yaml("Rows that one instruction streams at most.", Min = 1, Max = 1048576)] int Rows,
    [Yaml("Cycles in which the array idles after each instruction.", Min = 0, Max = 1000000)] int IdleCycles = 0,
    [Yaml("Further idle cycles after the last instruction of a column of folds.", Min = 0, Max = 1000000)] int ColumnCycles = 0,
    [Yaml("Blocks of rows come one after another, each with its weights loaded anew and all of its reduction in two "
        + "instructions; "
        + "false: a fold takes all its rows before the next.")]
    bool WholeReduction = false);
