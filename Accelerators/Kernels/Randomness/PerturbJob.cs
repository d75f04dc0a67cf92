using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>Perturbs weights in chunks.</summary>
internal sealed unsafe class PerturbJob : ElementJob
{
    [ThreadStatic]
    private static PerturbJob? mine;

    private byte* w, y;
    private long start;
    private NumberFormat format;
    private PerturbationTerm[] terms = [];
    private OutputWriter writer = null!;

    public static PerturbJob Mine => mine ??= new PerturbJob();

    public long Run(
        byte* weights, NumberFormat weightFormat, PerturbationTerm[] summands, byte* to, long firstOfAll, long count,
        OutputWriter output)
    {
        w = weights;
        start = firstOfAll;
        y = to - (firstOfAll * (weightFormat == NumberFormat.Int16 ? 2 : 1)); // where the whole tensor would begin
        (format, terms, writer) = (weightFormat, summands, output);
        return Execute(count);
    }

    protected override long Do(long first, int length)
    {
        sbyte* z = stackalloc sbyte[Chunk];
        int* sums = stackalloc int[Chunk];
        Widening.ToInt32(w, format, first, 0, sums, length);
        int i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= length - 16; i += 16)
                (Vector512.Load(sums + i) * Perturbation.One).Store(sums + i);
        }

        for (; i < length; i++)
            sums[i] *= Perturbation.One;
        foreach (PerturbationTerm term in terms)
        {
            term.Source.Draw(start + first, new Span<sbyte>(z, length));
            WeightedDraws.Add(z, term.SignedSteps, sums, length);
        }

        return writer.Scale(sums, length, y, start + first);
    }
}
