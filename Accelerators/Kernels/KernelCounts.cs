namespace NpuSim.Accelerators.Kernels;

/// <summary>What went out of range, or was too small to matter, since kernels began to count.</summary>
/// <param name="Overflow">By slot: each operation of a plan has one. Only operations with accumulators count.</param>
/// <param name="Updates">Weight updates that were not zero.</param>
/// <param name="RoundedAway">Of them, those that rounded to nothing.</param>
public sealed record KernelCounts(IReadOnlyList<OverflowCount> Overflow, long Updates, long RoundedAway);
