using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// w± = narrow(w ± δ), δ = SR(z · ε·Δz/Δw): the perturbation itself is rounded at random to whole steps of w, alike for both
/// signs (QuZO's first rounding, arXiv 2502.12346), at most 2¹⁶ of them. Its mean is ε·z however small ε/Δw is. Random bits are
/// lane 2 of the direction's address: apart from those of the update, which are lane 0.
/// </summary>
internal static unsafe class StochasticPerturbKernel
{
    private const uint Lane = 2;

    /// <summary>Draws z and perturbs.</summary>
    /// <param name="w">[n], int4, int8 or int16.</param>
    /// <param name="terms">One or two summands: z, and −1, 0 or +1, its sign.</param>
    /// <param name="scale">ε · Δz / Δw.</param>
    /// <param name="y">[n], the format of w.</param>
    /// <param name="policy">What narrows.</param>
    /// <param name="first">Element of the whole tensor that the first of w is.</param>
    /// <exception cref="ArgumentException">Sizes, formats or signs do not fit.</exception>
    public static OverflowCount Run(
        Operand w, PerturbationTerm[] terms, FixedScale scale, Operand y, NumericPolicy policy, long first = 0)
    {
        int count = w.Count();
        y.Check(count, nameof(y));
        if (terms.Length is not (1 or 2) || terms.Any(t => t.SignedSteps is < -1 or > 1))
            throw new ArgumentException("Accepted are one or two summands with signs.", nameof(terms));
        if (w.Format != y.Format || w.Format is not (NumberFormat.Int4 or NumberFormat.Int8 or NumberFormat.Int16))
        {
            throw new ArgumentException(
                $"w is {w.Format}, w± is {y.Format}; accepted is one format of at most 16 bits.", nameof(y));
        }

        fixed (byte* pw = w.Bytes, py = y.Bytes)
        {
            Job job = Job.Mine;
            job.W = pw;
            job.Y = py;
            (job.Format, job.Terms, job.Scale) = (w.Format, terms, scale);
            (job.Narrowing, job.Start) = (policy.Narrowing, first);
            return new OverflowCount(count, 0, job.Run(count));
        }
    }

    private sealed class Job : ElementJob
    {
        [ThreadStatic]
        private static Job? mine;

        public byte* W, Y;
        public NumberFormat Format;
        public PerturbationTerm[] Terms = [];
        public FixedScale Scale;
        public Narrowing Narrowing;
        public long Start;

        public static Job Mine => mine ??= new Job();

        public long Run(long count) => Execute(count);

        protected override long Do(long first, int length)
        {
            sbyte* z = stackalloc sbyte[Chunk];
            int* sums = stackalloc int[Chunk];
            Widening.ToInt32(W, Format, first, 0, sums, length);
            foreach (PerturbationTerm term in Terms)
            {
                if (term.SignedSteps == 0)
                    continue;
                term.Source.Draw(Start + first, new Span<sbyte>(z, length));
                for (int i = 0; i < length; i++)
                {
                    uint random = z[i] == 0 ? 0 : term.Source.Address.Noise(Start + first + i, Lane);
                    long delta = SingleScaling<RoundStochastic, ZeroPointAfter>.Apply(z[i], Scale, 0, random);
                    sums[i] += term.SignedSteps * (int)Math.Clamp(delta, -(1 << 16), 1 << 16);
                }
            }

            long clipped = 0;
            for (int i = 0; i < length; i++)
            {
                long narrowed = IntegerAccess.Narrow(sums[i], Format, Narrowing);
                clipped += narrowed == sums[i] ? 0 : 1;
                IntegerAccess.Write(Y, Format, first + i, narrowed);
            }

            return clipped;
        }
    }
}
