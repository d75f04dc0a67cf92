using NpuSim.Simulator.Training;

namespace NpuSim.Simulator.Studies;

/// <summary>Why a run of one seed has no accuracy.</summary>
public enum FaultKind
{
    /// <summary>Its loss or its weights left what their format holds.</summary>
    Diverged,

    /// <summary>What was asked cannot be done.</summary>
    Refused,

    /// <summary>An internal error.</summary>
    Failed,
}

/// <summary>A run of one seed that has no accuracy.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Step">The training step, from 1, at which it diverged; else null.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record RunFault(ulong Seed, FaultKind Kind, int? Step, string Reason)
{
    /// <summary>Of a training that diverged.</summary>
    public static RunFault Of(ulong seed, Divergence divergence)
    {
        ArgumentNullException.ThrowIfNull(divergence);
        string episode = divergence.Episode is int number ? FormattableString.Invariant($"episode {number}: ") : "";
        return new(seed, FaultKind.Diverged, divergence.Step, episode + divergence.Reason);
    }

    /// <summary>Of a training that threw.</summary>
    public static RunFault Of(ulong seed, Exception thrown)
    {
        ArgumentNullException.ThrowIfNull(thrown);
        return thrown is InputException
            ? new(seed, FaultKind.Refused, null, thrown.Message)
            : new(seed, FaultKind.Failed, null, $"{thrown.GetType().Name}: {thrown.Message.ReplaceLineEndings(" ")}");
    }
}
