using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>w± = narrow(round((w · 1_q ± ε_q · z) · Δz)): perturbed weights of QZO-FF, in the scale of w.</summary>
public static unsafe class PerturbKernel
{
    private static readonly OutputStage ByStep = new(FixedScale.FromDouble(Perturbation.Step));
    private static readonly OutputStage ByOne = new(FixedScale.FromDouble(1.0 / Perturbation.One));

    /// <summary>Draws z and perturbs. The sum has 32 bits.</summary>
    /// <param name="w">[n], int4, int8 or int16.</param>
    /// <param name="address">Where z lives; also where stochastic rounding draws from.</param>
    /// <param name="sign">+1 or −1.</param>
    /// <param name="epsilonSteps">ε_q = round(ε / Δw), at most 2²³ in magnitude.</param>
    /// <param name="y">[n], the format of w.</param>
    /// <param name="policy">Arithmetic of the requantise step, and the generator of z.</param>
    /// <param name="distribution">Of z.</param>
    /// <param name="exactOne">
    /// False: requantise by Δz = 3.5/127, as published; then w± at ε = 0 is 36 · Δz = 0.992 of w. True: by 1/1_q = 1/36, which
    /// leaves w as
    /// it is at ε = 0 and makes the perturbation 0.8 % larger.
    /// </param>
    /// <exception cref="ArgumentException">Sizes, formats or the sign do not fit.</exception>
    public static OverflowCount Run(
        Operand w,
        RandomAddress address,
        int sign,
        int epsilonSteps,
        Operand y,
        NumericPolicy policy,
        PerturbationDistribution distribution = PerturbationDistribution.Normal,
        bool exactOne = false)
    {
        if (sign is not (1 or -1))
            throw new ArgumentOutOfRangeException(nameof(sign), sign, "The sign is +1 or −1.");
        return Run(w, [new(new PerturbationSource(address, distribution, policy.LinearFeedback), sign * epsilonSteps)], y, policy, exactOne);
    }

    /// <summary>w± = narrow(round((w · 1_q + Σ ±ε_q · z) · Δz)) of one direction, or of a direction at a neighbour of w.</summary>
    /// <param name="w">[n], int4, int8 or int16.</param>
    /// <param name="terms">One or two summands; stochastic rounding draws at the address of the first.</param>
    /// <param name="y">[n], the format of w.</param>
    /// <param name="policy">Arithmetic of the requantise step.</param>
    /// <param name="exactOne">As above.</param>
    /// <exception cref="ArgumentException">Sizes or formats do not fit.</exception>
    public static OverflowCount Run(Operand w, PerturbationTerm[] terms, Operand y, NumericPolicy policy, bool exactOne = false)
    {
        int count = w.Count();
        y.Check(count, nameof(y));
        if (terms.Length is not (1 or 2))
            throw new ArgumentException($"{terms.Length} summands; accepted are one or two.", nameof(terms));
        foreach (PerturbationTerm term in terms)
        {
            if (term.SignedSteps is < -(1 << 23) or > 1 << 23)
                throw new ArgumentOutOfRangeException(nameof(terms), term.SignedSteps, "ε_q is at most 2²³.");
        }

        if (w.Format != y.Format || w.Format is not (NumberFormat.Int4 or NumberFormat.Int8 or NumberFormat.Int16))
            throw new ArgumentException($"w is {w.Format}, w± is {y.Format}; both are the same and at most 16 bits.", nameof(y));
        OutputWriter writer = OutputWriter.For(policy, exactOne ? ByOne : ByStep, y.Format, terms[0].Source.Address);
        fixed (byte* pw = w.Bytes, py = y.Bytes)
        {
            long clipped = PerturbJob.Mine.Run(pw, w.Format, terms, py, count, writer);
            return new OverflowCount(count, 0, clipped);
        }
    }
}
