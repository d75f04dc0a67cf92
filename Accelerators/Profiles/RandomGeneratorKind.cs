using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>Kinds of hardware that draw random numbers.</summary>
public enum RandomGeneratorKind
{
    /// <summary>Philox rounds, addressed by a counter.</summary>
    [Yaml("Philox rounds, addressed by a counter.")]
    Philox,

    /// <summary>Linear-feedback shift registers; numerics.linear-feedback must be true.</summary>
    [Yaml("Linear-feedback shift registers; only with numerics.linear-feedback: true.", Key = "lfsr")]
    LinearFeedback,

    /// <summary>A bank of stored numbers that is rotated and read again (PeZO).</summary>
    [Yaml("A bank of stored numbers that is rotated and read again.")]
    Bank,
}
