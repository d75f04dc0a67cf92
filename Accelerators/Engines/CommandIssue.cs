using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>How commands reach a systolic array.</summary>
/// <param name="By">Who sends the command of each fold or instruction.</param>
/// <param name="Cycles">Cycles between two commands of the host.</param>
/// <param name="InFlight">
/// Folds between issue and end at the most: their starts are at least a fold's whole length divided by it apart.
/// </param>
[Yaml("How commands reach a systolic array.")]
public sealed record CommandIssue(
    [Yaml("Who sends the command of each fold or instruction.")] CommandIssuer By,
    [Yaml("Cycles between two commands of the host; the first of a product is always waited for.", Min = 0, Max = 1000000)]
    double Cycles,
    [Yaml("Folds between issue and end at the most.", Min = 1, Max = 1048576)] int InFlight);
