using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>What multiplies matrices. Each kind has its cycle model in <c>Dataflows</c>.</summary>
[YamlKinds(typeof(SystolicArray), typeof(MacArray), typeof(VectorDsp), typeof(Microcontroller))]
public abstract record Engine
{
    private protected Engine() { }
}
