using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>w± = narrow(round((w · 1_q ± ε_q · z) · Δz)): perturbed weights of QZO-FF, in the scale of w.</summary>
internal static unsafe class PerturbKernel
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
    /// <param name="first">
    /// Element of the whole tensor that the first of w is: z and rounding noise are those of the whole.
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
        bool exactOne = false,
        long first = 0)
    {
        PerturbationSource source = new(address, distribution, policy.LinearFeedback);
        _ = StageOf(sign, epsilonSteps, w.Format, exactOne);
        return Run(w, [new(source, sign * epsilonSteps)], y, policy, exactOne, first);
    }

    /// <summary>
    /// w± = narrow(round((w · 1_q + Σ ±ε_q · z) · Δz)) of one direction, or of a direction at a neighbour of w.
    /// </summary>
    /// <param name="w">[n], int4, int8 or int16.</param>
    /// <param name="terms">One or two summands; stochastic rounding draws at the address of the first.</param>
    /// <param name="y">[n], the format of w.</param>
    /// <param name="policy">Arithmetic of the requantise step.</param>
    /// <param name="exactOne">As above.</param>
    /// <param name="first">As above.</param>
    /// <exception cref="ArgumentException">Sizes or formats do not fit.</exception>
    public static OverflowCount Run(
        Operand w, PerturbationTerm[] terms, Operand y, NumericPolicy policy, bool exactOne = false, long first = 0)
    {
        int count = w.Count();
        y.Check(count, nameof(y));
        if (terms.Length is not (1 or 2))
            throw new ArgumentException($"{terms.Length} summands; accepted are one or two.", nameof(terms));
        if (w.Format != y.Format)
            throw new ArgumentException($"w is {w.Format}, w± is {y.Format}.", nameof(y));
        OutputStage stage = ByStep;
        foreach (PerturbationTerm term in terms)
            stage = StageOf(+1, term.SignedSteps, w.Format, exactOne);
        OutputWriter writer = OutputWriter.For(policy, stage, y.Format, terms[0].Source.Address);
        fixed (byte* pw = w.Bytes, py = y.Bytes)
        {
            long clipped = PerturbJob.Mine.Run(pw, w.Format, terms, py, first, count, writer);
            return new OverflowCount(count, 0, clipped);
        }
    }

    /// <summary>The requantise step, after the checks that every implementation makes.</summary>
    internal static OutputStage StageOf(int sign, int epsilonSteps, NumberFormat format, bool exactOne)
    {
        if (sign is not (1 or -1))
            throw new ArgumentOutOfRangeException(nameof(sign), sign, "The sign is +1 or −1.");
        if (epsilonSteps is < -(1 << 23) or > 1 << 23)
            throw new ArgumentOutOfRangeException(nameof(epsilonSteps), epsilonSteps, "ε_q is at most 2²³.");
        return format is NumberFormat.Int4 or NumberFormat.Int8 or NumberFormat.Int16
            ? exactOne ? ByOne : ByStep
            : throw new ArgumentException($"w is {format}; weights that are perturbed have at most 16 bits.", nameof(format));
    }
}
