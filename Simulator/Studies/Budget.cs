namespace NpuSim.Simulator.Studies;

/// <summary>What is equal for all methods of a study.</summary>
public enum Budget
{
    /// <summary>Samples seen: every method trains for the workload's steps.</summary>
    Samples,

    /// <summary>
    /// Cycles: every method trains for as many steps as fit the cycles in which the first method does the workload's, on the same
    /// profile and in the same scheme, but for at least one.
    /// </summary>
    Cycles,
}
