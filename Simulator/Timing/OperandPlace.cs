namespace NpuSim.Simulator.Timing;

/// <summary>Where the operands and the result of a plan lie before and after it.</summary>
public enum OperandPlace
{
    /// <summary>Wherever the plan is cheapest: a step whose operations leave their results to each other.</summary>
    Cheapest,

    /// <summary>Off-chip, frozen weights in the memory for weights where there is one: a product on its own that starts
    /// cold.</summary>
    OffChip,

    /// <summary>In the scratchpad, frozen weights in the memory for weights where there is one.</summary>
    Resident,
}
