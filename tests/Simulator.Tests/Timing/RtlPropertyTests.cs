using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>The properties of the cost model on arrays of real designs, requests under way, restaging and generators.</summary>
public sealed class RtlPropertyTests : CostModelProperties
{
    private protected override HardwareProfile Profile(int seed) => TestProfiles.RandomRtl(seed);
}
