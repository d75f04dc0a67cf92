using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>The form in which an engine takes its weights.</summary>
/// <param name="Restage">What laying them out anew costs.</param>
[Yaml("The form in which an engine takes its weights.")]
public sealed record WeightStorage(
    [Yaml("What laying changed weights out anew costs: after every update and every perturbation.")] Restage Restage);
