using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>The devices of a training: client c is one of profile c mod their number, and devices of one arithmetic compute the
/// same. The server has the arithmetic of the first profile.</summary>
internal sealed class Fleet
{
    private readonly ImmutableArray<int> arithmeticOf; // by profile

    /// <summary>Makes a fleet.</summary>
    /// <param name="profiles">Its profiles.</param>
    /// <param name="isFixedPoint">Whether the arithmetic is the profiles'; floating point is one everywhere.</param>
    /// <param name="make">Makes the devices of an arithmetic.</param>
    public Fleet(ImmutableArray<HardwareProfile> profiles, bool isFixedPoint, Func<NumericPolicy?, Replicas> make)
    {
        NumericPolicy?[] policies = [.. profiles.Select(p => isFixedPoint ? p.Numerics : null)],
            distinct = [.. policies.Distinct()];
        Profiles = profiles;
        arithmeticOf = [.. policies.Select(p => Array.IndexOf(distinct, p))];
        Arithmetics = [.. distinct.Select(make)];
        (Tensors, FirstWeights) = Arithmetics[0].First();
        Rounding = policies[0]?.Rounding ?? Rounding.HalfEven;
    }

    /// <summary>The profiles.</summary>
    public ImmutableArray<HardwareProfile> Profiles { get; }

    /// <summary>Devices of each arithmetic; the first is the server's.</summary>
    public ImmutableArray<Replicas> Arithmetics { get; }

    /// <summary>The tensors that train.</summary>
    public ImmutableArray<TrainedTensor> Tensors { get; }

    /// <summary>What everybody starts from.</summary>
    public float[] FirstWeights { get; }

    /// <summary>How the server rounds integers.</summary>
    public Rounding Rounding { get; }

    /// <summary>Which profile a client has.</summary>
    public int ProfileOf(int client) => client % Profiles.Length;

    /// <summary>Which arithmetic a client has.</summary>
    public int ArithmeticOf(int client) => arithmeticOf[ProfileOf(client)];
}
