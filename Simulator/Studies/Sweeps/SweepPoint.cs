using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Schemes;

namespace NpuSim.Simulator.Studies.Sweeps;

/// <summary>One point of a study: an accelerator, and a step of a network on it.</summary>
/// <param name="Index">Its place among all combinations.</param>
/// <param name="Base">The profile that it starts from.</param>
/// <param name="Settings">What is set in it.</param>
/// <param name="Profile">The accelerator.</param>
/// <param name="Task">What runs on it.</param>
public sealed record SweepPoint(
    long Index, HardwareProfile Base, IReadOnlyList<ProfileSetting> Settings, HardwareProfile Profile, SweepTask Task);

/// <summary>A step of a network, whatever runs it: points of one task share a plan.</summary>
/// <param name="Network">The network.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Method">The method with the settings of the workload.</param>
/// <param name="Scheme">What trains; null: a forward pass in the formats of the method.</param>
public sealed record SweepTask(SweepNetwork Network, int Batch, Method Method, TuningScheme? Scheme)
{
    /// <summary>As "ft", or "inference".</summary>
    public string SchemeName => Scheme?.Name ?? Sweep.Inference;

    /// <summary>As "resnet18, batch 4, bp:fp16 ft".</summary>
    public override string ToString() => FormattableString.Invariant($"{Network.Name}, batch {Batch}, {Method} {SchemeName}");
}
