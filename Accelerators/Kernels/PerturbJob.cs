using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Perturbs weights in chunks.</summary>
internal sealed unsafe class PerturbJob : ElementJob
{
    [ThreadStatic]
    private static PerturbJob? mine;

    private byte* w, y;
    private long start;
    private NumberFormat format;
    private RandomAddress address;
    private PerturbationDistribution distribution;
    private bool linearFeedback;
    private int factor;
    private OutputWriter writer = null!;

    public static PerturbJob Mine => mine ??= new PerturbJob();

    public long Run(
        byte* weights, NumberFormat weightFormat, RandomAddress where, PerturbationDistribution shape, bool feedback,
            int signedEpsilon,
        byte* to, long firstOfAll, long count, OutputWriter output)
    {
        w = weights;
        start = firstOfAll;
        y = to - (firstOfAll * (weightFormat == NumberFormat.Int16 ? 2 : 1)); // where the whole tensor would begin
        (format, address, distribution, linearFeedback, factor, writer) = (weightFormat, where, shape, feedback, signedEpsilon,
            output);
        return Execute(count);
    }

    protected override long Do(long first, int length)
    {
        sbyte* z = stackalloc sbyte[Chunk];
        int* sums = stackalloc int[Chunk];
        Perturbation.Draw(address, start + first, new Span<sbyte>(z, length), distribution, linearFeedback);
        Widening.ToInt32(w, format, first, 0, sums, length);
        int i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= length - 16; i += 16)
            {
                Vector512<int> draw = Avx512F.ConvertToVector512Int32(Vector128.Load(z + i));
                ((Vector512.Load(sums + i) * Perturbation.One) + (draw * factor)).Store(sums + i);
            }
        }

        for (; i < length; i++)
            sums[i] = (sums[i] * Perturbation.One) + (z[i] * factor);
        return writer.Scale(sums, length, y, start + first);
    }
}
