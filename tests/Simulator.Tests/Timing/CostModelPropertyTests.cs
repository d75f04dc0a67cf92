using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>The properties of the cost model on ideal engines of every kind.</summary>
public sealed class CostModelPropertyTests : CostModelProperties
{
    private protected override HardwareProfile Profile(int seed) => TestProfiles.Random(seed);
}
