using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>
/// What a systolic array of a real design costs beyond the ideal one. Every default costs nothing. The formulas are those of
/// <see cref="SystolicCycles"/>.
/// </summary>
/// <param name="FoldDistanceCycles">Shortest distance between the starts of two folds.</param>
/// <param name="SecondFoldDistanceCycles">The same from the first fold to the second; null: as between all others.</param>
/// <param name="FillsShortFolds">
/// True: of several folds each is filled up with zeros to the shortest distance, the last too.
/// </param>
/// <param name="LoadCyclesPerRow">Cycles in which one row of the stationary operand arrives.</param>
/// <param name="ProductCycles">
/// Added once to each product; negative where part of load, skew and drain is hidden.
/// </param>
/// <param name="Instructions">Multiply instructions of limited length; null: one instruction streams a whole fold.</param>
/// <param name="DrainCycles">Cycles between the last product and the first of the results that leave after it.</param>
/// <param name="DrainCyclesPerRow">Cycles of each row of the last column of folds that leaves after the last product.</param>
/// <param name="RequantizesBeside">
/// True: results are requantised while the array goes on. False: after it, one after the other.
/// </param>
/// <param name="Commands">How commands reach the array; null: without a gap.</param>
/// <param name="WholeTiles">True: operands are moved in whole tiles of the array, filled up with zeros.</param>
[Yaml("What a systolic array of a real design costs beyond the ideal one; every default costs nothing.")]
public sealed record ArrayOverheads(
    [Yaml("Shortest distance between the starts of two folds, in cycles; the rows of the array are a bound as well.",
        Min = 0, Max = 1000000)]
    int FoldDistanceCycles = 0,
    [Yaml("The same from the first fold to the second, in cycles; null: as between all others.", Min = 0, Max = 1000000)]
    int? SecondFoldDistanceCycles = null,
    [Yaml("Of several folds each is filled up with zeros to the shortest distance, the last too.")]
    bool FillsShortFolds = false,
    [Yaml("Cycles in which one row of the stationary operand arrives.", Min = 1, Max = 1000000)] double LoadCyclesPerRow = 1,
    [Yaml("Cycles added once to each product; negative: part of load, skew and drain is hidden. No product ends before its "
        + "operands have streamed.", Min = -1000000, Max = 1000000)]
    int ProductCycles = 0,
    [Yaml("Multiply instructions of limited length; null: one instruction streams a whole fold.")]
    InstructionCost? Instructions = null,
    [Yaml("Cycles between the last product and the results that leave after it.", Min = 0, Max = 1000000)] int DrainCycles = 0,
    [Yaml("Cycles of each row of the last column of folds, which leaves after the last product; 0: results leave beside.",
        Min = 0, Max = 1000000)]
    double DrainCyclesPerRow = 0,
    [Yaml("Results are requantised on the vector unit while the array goes on; false: after it.")] bool RequantizesBeside = true,
    [Yaml("How commands reach the array; null: without a gap.")] CommandIssue? Commands = null,
    [Yaml("Operands are moved in whole tiles of the array, filled up with zeros.")] bool WholeTiles = false);
