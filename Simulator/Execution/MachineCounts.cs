using NpuSim.Accelerators.Kernels;

namespace NpuSim.Simulator.Execution;

/// <summary>What went out of range, or was too small to matter, since a machine was made.</summary>
/// <param name="Overflow">By operation of the plan. Only operations with accumulators count.</param>
/// <param name="Updates">Weight updates that were not zero.</param>
/// <param name="RoundedAway">Of them, those that rounded to nothing.</param>
public sealed record MachineCounts(IReadOnlyList<OverflowCount> Overflow, long Updates, long RoundedAway);
