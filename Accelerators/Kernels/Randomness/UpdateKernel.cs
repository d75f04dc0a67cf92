using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// QZO-FF's weight update: g = (1/m) Σ signᵢ zᵢ in 8 bits (scale Δz), w̄ = round(η Δz/Δw · g), w ← narrow(w − w̄). Each zᵢ is
/// drawn again from its address. The mean is a requantise by 1/m, like every other scaling in the policy's arithmetic. Factors
/// with a magnitude have no mean: g = Σ factorᵢ zᵢ in 32 bits, and the step's scale holds what they are counted in. With momentum
/// the step follows v ← (μ·v + (2¹⁵ − μ)·g·2⁸ + 2¹⁴) ≫ 15, a running mean of g with eight fractional bits.
/// </summary>
public static unsafe class UpdateKernel
{
    /// <summary>Fractional bits of v beyond those of g: its scale is Δz / 2⁸.</summary>
    public const int VelocityFraction = 8;

    /// <summary>Fractional bits of μ.</summary>
    public const int MomentumBits = 15;

    /// <summary>Updates in place, along directions drawn from one address.</summary>
    /// <param name="w">[n], int4, int8, int16 or int32.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">Training step.</param>
    /// <param name="tensor">Which tensor.</param>
    /// <param name="signs">[m] sign(L₊ − L₋) per direction: −1, 0 or +1.</param>
    /// <param name="scale">η · Δz / Δw.</param>
    /// <param name="policy">Arithmetic and the generator of z.</param>
    /// <param name="distribution">Of z.</param>
    /// <returns>Weights that changed; updates with g ≠ 0 that rounded to nothing.</returns>
    public static (long Changed, long RoundedAway) Run(
        Operand w,
        ulong seed,
        uint step,
        uint tensor,
        ReadOnlySpan<int> signs,
        FixedScale scale,
        NumericPolicy policy,
        PerturbationDistribution distribution = PerturbationDistribution.Normal)
    {
        PerturbationSource[] sources = new PerturbationSource[signs.Length];
        for (int d = 0; d < sources.Length; d++)
            sources[d] = new PerturbationSource(new RandomAddress(seed, step, (uint)d, tensor), distribution,
                policy.LinearFeedback);
        return Run(w, sources, signs, scale, policy);
    }

    /// <summary>Updates in place.</summary>
    /// <param name="w">[n], int4, int8, int16 or int32.</param>
    /// <param name="sources">[m] the directions.</param>
    /// <param name="signs">[m] sign(L₊ − L₋) per direction: −1, 0 or +1; with fraction bits the mean of several of them.</param>
    /// <param name="scale">η · Δz / Δw; with a velocity η · Δz / (2⁸ · Δw).</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="velocity">[n] v, changed too; empty: no momentum.</param>
    /// <param name="momentum">μ · 2¹⁵, 0..2¹⁵ − 1.</param>
    /// <param name="form">What the signs are, if more than that, and how many bits are kept below a weight.</param>
    /// <param name="residual">[n], int8 or int16, the bits kept below each weight, changed too; nothing without them.</param>
    /// <returns>Weights that changed; steps other than 0 that rounded to nothing.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static (long Changed, long RoundedAway) Run(
        Operand w, PerturbationSource[] sources, ReadOnlySpan<int> signs, FixedScale scale, NumericPolicy policy,
        Span<short> velocity = default,
        int momentum = 0, UpdateForm form = default, Operand residual = default)
    {
        Check(signs);
        if (form.FractionBits is < 0 or > 8 || (form.IsSum && form.FractionBits > 0))
            throw new ArgumentException($"{form}: accepted are 0 to 8 fraction bits, none of a sum.", nameof(form));
        if (form.ResidualBits is < 0 or > ResidualBits.Most)
            throw new ArgumentException($"{form.ResidualBits} residual bits; accepted are 0 to 16.", nameof(form));
        if (form.ResidualBits > 0)
        {
            residual.Check(w.Count(), nameof(residual));
            if (residual.Format != ResidualBits.FormatOf(form.ResidualBits) || w.Format == NumberFormat.Int32)
                throw new ArgumentException($"{w.Format} weights with {residual.Format} residuals.", nameof(residual));
        }

        if (form.IsSum && !velocity.IsEmpty)
            throw new ArgumentException("A velocity has a static scale; it goes with a mean.", nameof(velocity));
        if (!velocity.IsEmpty && velocity.Length != w.Count())
            throw new ArgumentException($"{velocity.Length} velocities for {w.Count()} weights.", nameof(velocity));
        if (momentum is < 0 or >= 1 << MomentumBits)
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "μ lies in [0, 1).");
        if (sources.Length != signs.Length)
            throw new ArgumentException($"{sources.Length} directions with {signs.Length} signs.", nameof(signs));
        fixed (byte* pw = w.Bytes, pr = residual.Bytes)
        fixed (short* pv = velocity)
        fixed (int* ps = signs)
        {
            UpdateCall call = new()
            {
                W = pw,
                Format = w.Format,
                Count = w.Count(),
                Estimate = new EstimateCall(sources, ps, form),
                Scale = scale.ShiftedBy(form.ResidualBits),
                Residual = pr,
                ResidualBits = form.ResidualBits,
                Narrowing = policy.Narrowing,
                Velocity = pv,
                Momentum = momentum,
            };
            return ScalingSwitch.Close<UpdateCall, (long, long)>(policy, call);
        }
    }

    internal static void Check(ReadOnlySpan<int> signs)
    {
        if (signs.IsEmpty)
            throw new ArgumentException("An update needs at least one direction.", nameof(signs));
        if (signs.Length > 1 << 16)
            throw new ArgumentException($"{signs.Length} directions; at most 65536.", nameof(signs));
    }
}
