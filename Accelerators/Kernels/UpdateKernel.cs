using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// QZO-FF's weight update: g = (1/m) Σ signᵢ zᵢ in 8 bits (scale Δz), w̄ = round(η Δz/Δw · g), w ← narrow(w − w̄). Each zᵢ is
/// drawn
/// again from its address. The mean is a requantise by 1/m, like every other scaling in the policy's arithmetic.
/// </summary>
public static unsafe class UpdateKernel
{
    /// <summary>Updates in place.</summary>
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
        Check(signs);
        fixed (byte* pw = w.Bytes)
        fixed (int* ps = signs)
        {
            UpdateCall call = new()
            {
                W = pw,
                Format = w.Format,
                Count = w.Count(),
                Signs = ps,
                Directions = signs.Length,
                Scale = scale,
                Address = new RandomAddress(seed, step, 0, tensor),
                Distribution = distribution,
                LinearFeedback = policy.LinearFeedback,
                Narrowing = policy.Narrowing,
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
