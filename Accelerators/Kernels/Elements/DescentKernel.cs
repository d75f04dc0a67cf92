using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Elements;

/// <summary>
/// Gradient descent on integer weights: v ← sat₃₂(rq(v, μ) + g); w ← narrow(w − rq(v, ηΔg/Δw)). Without momentum v is g. This
/// is the quantisation-aware scaling of arXiv 2206.15472 with every scale explicit: the gradient with respect to the integers
/// w/Δw is Δw·dL/dw, and Δw⁻² of it makes the step η·dL/dw/Δw that w takes in floating point.
/// </summary>
public static unsafe class DescentKernel
{
    /// <summary>Updates in place.</summary>
    /// <param name="w">[rows, stride], int4, int8 or int16; the first <paramref name="part"/> of every row change.</param>
    /// <param name="g">[rows, part] in int32: accumulators of scale Δg.</param>
    /// <param name="v">[rows, part] in int32, of scale Δg; empty: no momentum.</param>
    /// <param name="part">Weights of a row that change.</param>
    /// <param name="stride">Weights of a row.</param>
    /// <param name="step">ηΔg/Δw.</param>
    /// <param name="momentum">μ.</param>
    /// <param name="policy">Arithmetic.</param>
    /// <param name="noise">Random numbers of stochastic rounding, by element of g.</param>
    /// <param name="residual">[rows, part], int8 or int16, the bits kept below each weight, changed too; nothing without
    /// them.</param>
    /// <param name="residualBits">How many, 0..16.</param>
    /// <returns>Weights that changed; updates other than 0 that rounded to nothing.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public static (long Changed, long RoundedAway) Run(
        Operand w, Span<int> g, Span<int> v, int part, int stride, FixedScale step, FixedScale momentum, NumericPolicy policy,
        RandomAddress noise = default, Operand residual = default, int residualBits = 0)
    {
        if (part < 1 || part > stride || w.Count() % stride != 0 || g.Length != w.Count() / stride * part
            || (!v.IsEmpty && v.Length != g.Length))
            throw new ArgumentException(
                $"{w.Count()} weights in rows of {stride}, {part} of them trained, do not go with {g.Length} gradients.",
                nameof(g));
        if (residualBits > 0)
        {
            residual.Check(g.Length, nameof(residual));
            if (residual.Format != ResidualBits.FormatOf(residualBits) || w.Format == NumberFormat.Int32)
                throw new ArgumentException($"{w.Format} weights with {residual.Format} residuals.", nameof(residual));
        }

        int[] change = new int[g.Length];
        if (!v.IsEmpty)
        {
            ElementwiseKernel.Requantize(v, momentum, change.AsSpan(), policy, noise);
            for (int i = 0; i < g.Length; i++)
                v[i] = (int)IntegerAccess.Narrow((long)change[i] + g[i], NumberFormat.Int32, Narrowing.Saturate);
            g = v;
        }

        ElementwiseKernel.Requantize(g, step.ShiftedBy(residualBits), change.AsSpan(), policy, noise);
        long changed = 0, lost = 0;
        fixed (byte* pw = w.Bytes, pr = residual.Bytes)
        {
            for (int i = 0; i < g.Length; i++)
            {
                long at = ((long)(i / part) * stride) + (i % part);
                lost += change[i] == 0 && g[i] != 0 ? 1 : 0;
                if (residualBits > 0)
                {
                    changed += ResidualBits.Take(pw, w.Format, at, change[i], pr, i, residualBits, policy.Narrowing) ? 1 : 0;
                    continue;
                }

                long old = IntegerAccess.Read(pw, w.Format, at),
                    updated = IntegerAccess.Narrow(old - change[i], w.Format, policy.Narrowing);
                IntegerAccess.Write(pw, w.Format, at, updated);
                changed += old == updated ? 0 : 1;
            }
        }

        return (changed, lost);
    }
}
