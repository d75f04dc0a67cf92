using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// QZO-FF's weight update: g = (1/m) Σ signᵢ zᵢ in 8 bits (scale Δz), w̄ = round(η Δz/Δw · g), w ← narrow(w − w̄). Each zᵢ is drawn
/// again from its address. The mean is a requantise by 1/m, like every other scaling in the policy's arithmetic.
/// </summary>
public static unsafe class UpdateKernel
{
    private const int Chunk = 1024;

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
        if (signs.IsEmpty)
            throw new ArgumentException("An update needs at least one direction.", nameof(signs));
        int count = w.Count();
        FixedScale mean = FixedScale.FromDouble(1.0 / signs.Length);
        sbyte* z = stackalloc sbyte[Chunk];
        int* sums = stackalloc int[Chunk];
        long changed = 0, lost = 0;
        fixed (byte* pw = w.Bytes)
        {
            for (int first = 0; first < count; first += Chunk)
            {
                int length = Math.Min(Chunk, count - first);
                new Span<int>(sums, length).Clear();
                for (int d = 0; d < signs.Length; d++)
                {
                    if (signs[d] == 0)
                        continue;
                    RandomAddress address = new(seed, step, (uint)d, tensor);
                    Perturbation.Draw(address, first, new Span<sbyte>(z, length), distribution, policy.LinearFeedback);
                    for (int i = 0; i < length; i++)
                        sums[i] += signs[d] * z[i];
                }

                Job job = new()
                {
                    Sums = sums, Count = length, First = first, W = pw, Format = w.Format, Mean = signs.Length == 1 ? null : mean,
                    Scale = scale, Narrowing = policy.Narrowing, Noise = new RandomAddress(seed, step, 0, tensor),
                };
                (long moved, long away) = ScalingSwitch.Close<Job, (long, long)>(policy, job);
                changed += moved;
                lost += away;
            }
        }

        return (changed, lost);
    }

    private struct Job : IScalingUser<(long Changed, long RoundedAway)>
    {
        public int* Sums;
        public int Count, First;
        public byte* W;
        public NumberFormat Format;
        public FixedScale? Mean;
        public FixedScale Scale;
        public Narrowing Narrowing;
        public RandomAddress Noise;

        public readonly (long Changed, long RoundedAway) Run<TScaling>() where TScaling : struct, IScaling
        {
            long changed = 0, lost = 0;
            for (int i = 0; i < Count; i++)
            {
                uint r0 = TScaling.UsesRandom ? Noise.Noise(2L * (First + i)) : 0;
                uint r1 = TScaling.UsesRandom ? Noise.Noise((2L * (First + i)) + 1) : 0;
                long g = Mean is { } mean ? Math.Clamp(TScaling.Apply(Sums[i], mean, 0, r1), -128, 127) : Sums[i];
                if (g == 0)
                    continue;
                long delta = TScaling.Apply((int)g, Scale, 0, r0);
                lost += delta == 0 ? 1 : 0;
                long old = IntegerAccess.Read(W, Format, First + i);
                long updated = IntegerAccess.Narrow(old - delta, Format, Narrowing);
                changed += updated == old ? 0 : 1;
                IntegerAccess.Write(W, Format, First + i, updated);
            }

            return (changed, lost);
        }
    }
}
