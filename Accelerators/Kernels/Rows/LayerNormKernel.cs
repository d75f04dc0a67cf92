using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>
/// Layer normalisation along the last axis in integers: y = γ · (x − μ) / √(σ² + ε) + β. With D elements, sum S and sum of
/// squares Q, D·(x − μ) = D·x − S and D²·σ² = D·Q − S² are exact, so no mean is ever rounded:
/// <list type="number">
/// <item>S: 32 bits; Q: 48 bits; V = D·Q − S² + min(D²·ε, 2⁶¹): 63 bits.</item>
/// <item>v = V · 2^(2t) in [2⁶⁰, 2⁶²); q = ⌊√v⌋ (31 bits); r = min(⌊2⁶¹ / q⌋, 2³¹ − 1): 1/√V = r · 2^(t − 61).</item>
/// <item>n = RHU((D·x − S) · r · 2^(t − 61 + 15)): the normalised value with 15 fractional bits, 24 bits. All 0 when V is
/// 0.</item>
/// <item>
/// a = RHU(n · γ, g) + b: 32 bits, with g = 0 for 8-bit and 8 for 16-bit γ and b = requantise(β) clamped to ±2³⁰;
/// y = requantise(a).
/// </item>
/// </list>
/// RMS normalisation is the same with S = 0.
/// </summary>
internal static unsafe class LayerNormKernel
{
    /// <summary>Normalises each row.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">D, 1..32767.</param>
    /// <param name="x">[rows, depth], int8 or int16, symmetric.</param>
    /// <param name="gamma">[depth], int8 or int16.</param>
    /// <param name="beta">[depth], int8, int16 or int32; or empty.</param>
    /// <param name="stage">Scales and ε.</param>
    /// <param name="y">[rows, depth], int8 or int16; may be x.</param>
    /// <param name="policy">Arithmetic of the two requantise steps.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y (β: lane 1, by element of β).</param>
    /// <exception cref="ArgumentException">Sizes or formats do not fit.</exception>
    public static OverflowCount Run(
        int rows,
        int depth,
        Operand x,
        Operand gamma,
        Operand beta,
        LayerNormStage stage,
        Operand y,
        NumericPolicy policy,
        RandomAddress noise = default)
    {
        x.Check((long)rows * depth, nameof(x));
        y.Check((long)rows * depth, nameof(y));
        gamma.Check(depth, nameof(gamma));
        if (!beta.Bytes.IsEmpty)
            beta.Check(depth, nameof(beta));
        if (depth is < 1 or > short.MaxValue || x.Format is not (NumberFormat.Int8 or NumberFormat.Int16))
            throw new ArgumentException(
                $"Layer normalisation takes rows of up to {short.MaxValue} int8 or int16, not {depth} {x.Format}.");
        if (gamma.Format is not (NumberFormat.Int8 or NumberFormat.Int16))
            throw new ArgumentException($"gamma is {gamma.Format}; int8 and int16 are accepted.", nameof(gamma));
        bool wideGamma = gamma.Format == NumberFormat.Int16;
        OutputWriter writer = OutputWriter.For(policy, wideGamma ? stage.ForInt16 : stage.ForInt8, y.Format, noise);
        int* factors = Scratch.Get<int>(Scratch.Slot.Right, depth), starts = Scratch.Get<int>(Scratch.Slot.Starts, depth);
        fixed (byte* px = x.Bytes, pg = gamma.Bytes, pb = beta.Bytes, py = y.Bytes)
        {
            Widening.ToInt32(pg, gamma.Format, 0, 0, factors, depth);
            BetaCall align = new()
            {
                Beta = pb,
                Format = beta.Format,
                Count = beta.Bytes.IsEmpty ? 0 : depth,
                To = starts,
                Noise = noise,
                Scale = wideGamma ? new FixedScale(stage.Beta.Multiplier, stage.Beta.Shift - 8) : stage.Beta,
            };
            new Span<int>(starts, depth).Clear();
            _ = ScalingSwitch.Close<BetaCall, bool>(policy, align);
            long clipped = LayerNormJob.Mine.Run(
                px, x.Format, rows, depth, factors, wideGamma ? 8 : 0, starts, stage, py, writer);
            return new OverflowCount((long)rows * depth, 0, clipped);
        }
    }

    private struct BetaCall : IScalingUser<bool>
    {
        public byte* Beta;
        public NumberFormat Format;
        public int Count;
        public FixedScale Scale;
        public int* To;
        public RandomAddress Noise;

        public readonly bool Run<TScaling>() where TScaling : struct, IScaling
        {
            for (int i = 0; i < Count; i++)
            {
                uint random = TScaling.UsesRandom ? Noise.Noise(i, 1) : 0;
                To[i] = (int)Math.Clamp(
                    TScaling.ApplyWide(IntegerAccess.Read(Beta, Format, i), Scale, 0, random), -(1 << 30), 1 << 30);
            }

            return true;
        }
    }
}
