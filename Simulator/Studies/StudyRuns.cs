using System.Collections.Immutable;

namespace NpuSim.Simulator.Studies;

/// <summary>What a study ran.</summary>
/// <param name="Runs">One per profile, method and scheme, in the order asked; of those that were cut short only such as have
/// a seed that ended.</param>
/// <param name="IsComplete">False when it was cut short.</param>
/// <param name="Defects">Internal errors, each of a run that is a row of its own.</param>
public sealed record StudyRuns(ImmutableArray<RunResult> Runs, bool IsComplete, ImmutableArray<Exception> Defects);
