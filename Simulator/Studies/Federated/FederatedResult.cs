using System.Collections.Immutable;

namespace NpuSim.Simulator.Studies.Federated;

/// <summary>One training of a federated study, and what it takes of its devices.</summary>
/// <param name="Case">Which it is.</param>
/// <param name="Prices">What a step takes on each profile of the fleet.</param>
/// <param name="Outcome">What it came to; null where it did not run.</param>
/// <param name="Refusal">Why it does not run; null where it does.</param>
public sealed record FederatedResult(
    FederatedCase Case, ImmutableArray<DevicePrice> Prices, FederatedOutcome? Outcome, string? Refusal)
{
    /// <summary>Why there is no accuracy; null where there is one.</summary>
    public string? Fault => Refusal ?? Outcome?.Divergence;

    /// <summary>Energy that all devices compute with in all rounds, in joules; null where a profile has no price.</summary>
    public double? ComputeJoules => Sum((price, done) => price.ComputeJoules(done));

    /// <summary>Energy of the radios of all devices in all rounds, in joules; null where a profile has no radio.</summary>
    public double? RadioJoules => Sum((price, done) => price.RadioJoules(done));

    /// <summary>Cycles of a device in a round in which it is reached, mean over all of them; null where a profile has no
    /// price.</summary>
    public double? CyclesPerRound => Sum((price, done) => price.Cycles(done)) / Participations;

    /// <summary>Most scratch memory of a step of a device, in bytes.</summary>
    public long? ScratchBytes => Prices.IsEmpty ? null : Prices.Max(p => p.ScratchBytes);

    /// <summary>Most bytes that a device keeps of what it did not send; null where nothing is priced.</summary>
    public long? KeptBytes => Prices.IsEmpty ? null : Prices.Max(p => p.KeptBytes);

    /// <summary>Client rounds in which one was reached.</summary>
    public long Participations => Outcome?.Devices.Sum(d => d.Participations) ?? 0;

    private double? Sum(Func<DevicePrice, DeviceCounts, double?> of) =>
        Outcome is null ? null : Prices.Zip(Outcome.Devices, of).Aggregate((double?)0, (sum, value) => sum + value);
}

/// <summary>One training of a federated study.</summary>
/// <param name="Protocol">What clients and server tell each other.</param>
/// <param name="Method">What clients train by.</param>
/// <param name="Partition">How samples are dealt.</param>
/// <param name="Compression">What becomes of a client's change before it is sent.</param>
/// <param name="Seed">The seed.</param>
public sealed record FederatedCase(
    Protocol Protocol, string Method, PartitionKind Partition, string Compression, ulong Seed);
