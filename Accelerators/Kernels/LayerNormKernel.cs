using System.Numerics;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// Layer normalisation along the last axis in integers: y = γ · (x − μ) / √(σ² + ε) + β. With D elements, sum S and sum of
/// squares Q, D·(x − μ) = D·x − S and D²·σ² = D·Q − S² are exact, so no mean is ever rounded:
/// <list type="number">
/// <item>S: 32 bits; Q: 48 bits; V = D·Q − S² + D²·ε: 63 bits.</item>
/// <item>V = v · 2^(−2t) with v in [2⁶⁰, 2⁶²); q = ⌊√v⌋ (31 bits); r = ⌊2⁶¹ / q⌋ (32 bits): 1/√V = r · 2^(t − 61).</item>
/// <item>n = RHU((D·x − S) · r · 2^(t − 61 + 15)): the normalised value in Q.15, 32 bits.</item>
/// <item>a = n · γ + requantise(β): 48 bits; y = requantise(a).</item>
/// </list>
/// </summary>
public static unsafe class LayerNormKernel
{
    /// <summary>Normalises each row.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="depth">D, 1..32767.</param>
    /// <param name="x">[rows, depth], int8 or int16, symmetric.</param>
    /// <param name="gamma">[depth], int8 or int16.</param>
    /// <param name="beta">[depth], int8 or int16; or empty.</param>
    /// <param name="stage">Scales and ε.</param>
    /// <param name="y">[rows, depth], int8 or int16; may be x.</param>
    /// <param name="policy">Arithmetic of the two requantise steps.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of y.</param>
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
        if (depth > short.MaxValue || x.Format is not (NumberFormat.Int8 or NumberFormat.Int16))
            throw new ArgumentException($"Layer normalisation takes rows of up to {short.MaxValue} int8 or int16, not {depth} {x.Format}.");
        OutputWriter writer = OutputWriter.For(
            policy, new OutputStage([stage.Output], stage.OutputZeroPoint), y.Format, noise);
        long* values = Scratch.Get<long>(Scratch.Slot.Values, depth);
        long* start = Scratch.Get<long>(Scratch.Slot.Bias, depth);
        long clipped = 0;
        fixed (byte* px = x.Bytes, pg = gamma.Bytes, pb = beta.Bytes, py = y.Bytes)
        {
            BetaJob align = new() { Beta = pb, Format = beta.Format, Count = beta.Bytes.IsEmpty ? 0 : depth, Scale = stage.Beta, To = start };
            new Span<long>(start, depth).Clear();
            _ = ScalingSwitch.Close<BetaJob, bool>(policy, align);
            for (int r = 0; r < rows; r++)
            {
                long at = (long)r * depth;
                Normalize(px, x.Format, at, depth, stage.Epsilon, values);
                for (int i = 0; i < depth; i++)
                    values[i] = (values[i] * IntegerAccess.Read(pg, gamma.Format, i)) + start[i];
                clipped += writer.Scale(values, depth, py, at);
            }
        }

        return new OverflowCount((long)rows * depth, 0, clipped);
    }

    /// <summary>values[i] = (x[i] − μ) / √(σ² + ε) in Q.15.</summary>
    internal static void Normalize(byte* x, NumberFormat format, long at, int depth, long epsilon, long* values)
    {
        long sum = 0, squares = 0;
        for (int i = 0; i < depth; i++)
        {
            long value = IntegerAccess.Read(x, format, at + i);
            values[i] = value;
            sum += value;
            squares += value * value;
        }

        long variance = (depth * squares) - (sum * sum) + (long)Int128.Min((Int128)depth * depth * epsilon, 1L << 61);
        if (variance == 0)
        {
            new Span<long>(values, depth).Clear();
            return;
        }

        int halfShift = (BitOperations.LeadingZeroCount((ulong)variance) - 2) >> 1; // may be −1
        long normal = halfShift >= 0 ? variance << (2 * halfShift) : variance >> 2;
        long root = SquareRoot(normal);
        long reciprocal = (1L << 61) / root;
        int shift = 61 - 15 - halfShift;
        for (int i = 0; i < depth; i++)
        {
            Int128 scaled = (Int128)((depth * values[i]) - sum) * reciprocal;
            values[i] = (long)(shift > 0 ? RoundHalfUp.ShiftRight(scaled, shift, 0) : scaled << -shift);
        }
    }

    /// <summary>⌊√x⌋ for x in [0, 2⁶²), one bit of the root per step.</summary>
    internal static long SquareRoot(long x)
    {
        long root = 0;
        for (long bit = 1L << 60; bit != 0; bit >>= 2)
        {
            if (x >= root + bit)
            {
                x -= root + bit;
                root = (root >> 1) + bit;
            }
            else
            {
                root >>= 1;
            }
        }

        return root;
    }

    private struct BetaJob : IScalingUser<bool>
    {
        public byte* Beta;
        public NumberFormat Format;
        public int Count;
        public FixedScale Scale;
        public long* To;

        public readonly bool Run<TScaling>() where TScaling : struct, IScaling
        {
            for (int i = 0; i < Count; i++)
                To[i] = TScaling.ApplyWide(IntegerAccess.Read(Beta, Format, i), Scale, 0, 1u << 31);
            return true;
        }
    }
}
