namespace NpuSim.Simulator.Studies;

/// <summary>What people call one training, beside its <see cref="RunIdentity"/>.</summary>
/// <param name="Run">Method and scheme, as "bp:fp32 ft".</param>
/// <param name="Seed">The seed.</param>
public readonly record struct RunName(string Run, ulong Seed)
{
    /// <summary>As "bp:fp32 ft, seed 1".</summary>
    public override string ToString() => FormattableString.Invariant($"{Run}, seed {Seed}");
}
