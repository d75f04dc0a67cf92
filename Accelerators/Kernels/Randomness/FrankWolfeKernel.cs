using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// A step of Frank–Wolfe in integers: the estimate g of <see cref="UpdateKernel"/>, its running mean d ← (κ·d + (2¹⁵ − κ)·g·2⁸ +
/// 2¹⁴) ≫ 15, the vertex s = −r·sign(d) at the largest |d|, and w ← sat(w + rq(s − p, γ)), p being how far w is from the centre
/// of the set: its way from the first weights, which is kept, or w itself.
/// </summary>
public static unsafe class FrankWolfeKernel
{
    private const int Half = 1 << (UpdateKernel.MomentumBits - 1), Magnitudes = (1 << 15) + 1;

    /// <summary>Updates in place.</summary>
    /// <param name="w">[n], int4, int8 or int16.</param>
    /// <param name="sources">[m] the directions.</param>
    /// <param name="signs">[m] sign(L₊ − L₋) per direction: −1, 0 or +1.</param>
    /// <param name="mean">[n] d, changed too; empty: the vertex is that of g.</param>
    /// <param name="keep">κ, 0..2¹⁵ − 1.</param>
    /// <param name="way">[n] what w is away from its first value, changed too; empty: the centre is 0.</param>
    /// <param name="step">γ, up to 1.</param>
    /// <param name="radius">r in steps of w, 0..32767.</param>
    /// <param name="entries">How many entries a vertex has that are not 0: those of the largest |d|, of equals the first; n for
    /// all of them.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <returns>Weights that changed; those away from where they were to go that stayed.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static (long Changed, long RoundedAway) Run(
        Operand w, PerturbationSource[] sources, ReadOnlySpan<int> signs, Span<short> mean, int keep, Span<short> way,
        FixedScale step, int radius, int entries, NumericPolicy policy)
    {
        UpdateKernel.Check(signs);
        int n = w.Count();
        if (sources.Length != signs.Length || (!mean.IsEmpty && mean.Length != n) || (!way.IsEmpty && way.Length != n)
            || entries < 1 || entries > n)
            throw new ArgumentException($"{sources.Length} directions, {signs.Length} signs, {mean.Length} means, {way.Length} "
                + $"ways and vertices of {entries} entries for {n} weights.", nameof(w));
        if (keep is < 0 or >= 1 << UpdateKernel.MomentumBits || radius is < 0 or > short.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(radius), $"A factor of {keep}, a radius of {radius}.");
        int[] d = new int[n];
        fixed (byte* pw = w.Bytes)
        fixed (int* ps = signs, pd = d)
        fixed (short* pm = mean, py = way)
        {
            Call call = new()
            {
                W = pw,
                Format = w.Format,
                Count = n,
                Estimate = new EstimateCall(sources, ps),
                D = pd,
                Mean = pm,
                Keep = keep,
                Way = py,
                Step = step,
                Radius = radius,
                Entries = entries,
                Narrowing = policy.Narrowing,
            };
            return ScalingSwitch.Close<Call, (long, long)>(policy, call);
        }
    }

    private struct Call : IScalingUser<(long Changed, long RoundedAway)>
    {
        public byte* W;
        public NumberFormat Format;
        public int Count, Keep, Radius, Entries;
        public EstimateCall Estimate;
        public int* D;
        public short* Mean, Way; // null: none
        public FixedScale Step;
        public Narrowing Narrowing;

        public readonly (long Changed, long RoundedAway) Run<TScaling>() where TScaling : struct, IScaling
        {
            for (int first = 0; first < Count; first += ElementJob.Chunk)
                Estimate.Run<TScaling>(first, D + first, Math.Min(ElementJob.Chunk, Count - first));
            for (int i = 0; i < Count && Mean != null; i++)
            {
                int fresh = (D[i] << UpdateKernel.VelocityFraction) * ((1 << UpdateKernel.MomentumBits) - Keep);
                D[i] = Mean[i] = (short)(((Mean[i] * Keep) + fresh + Half) >> UpdateKernel.MomentumBits);
            }

            (int least, int equal) = Threshold();
            long changed = 0, away = 0;
            for (int i = 0; i < Count; i++)
            {
                int size = Math.Abs(D[i]);
                bool taken = size > least || (size == least && equal-- > 0);
                long old = IntegerAccess.Read(W, Format, i), place = Way == null ? old : Way[i];
                int gap = (int)((taken ? -Math.Sign(D[i]) * Radius : 0) - place);
                long delta = TScaling.Apply(gap, Step, 0, TScaling.UsesRandom ? Estimate.Noise(i, 0) : 0);
                long moved = IntegerAccess.Narrow(old + delta, Format, Narrowing);
                away += gap != 0 && delta == 0 ? 1 : 0;
                changed += moved == old ? 0 : 1;
                IntegerAccess.Write(W, Format, i, moved);
                if (Way != null)
                    Way[i] = (short)(place + moved - old);
            }

            return (changed, away);
        }

        // The least magnitude that a vertex has an entry for, and for how many of this one.
        private readonly (int Least, int Equal) Threshold()
        {
            if (Entries == Count)
                return (0, 0);
            int[] counts = new int[Magnitudes];
            for (int i = 0; i < Count; i++)
                counts[Math.Abs(D[i])]++;
            int left = Entries, magnitude = Magnitudes - 1;
            for (; counts[magnitude] < left; magnitude--)
                left -= counts[magnitude];
            return (magnitude, left);
        }
    }
}
