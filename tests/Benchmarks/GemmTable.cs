using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Benchmarks;

/// <summary>GMAC/s of linear layers, packing and requantise included, beside the machine's roof and sgemm.</summary>
internal static class GemmTable
{
    private static readonly (int M, int K, int N)[] Shapes = [(1024, 1024, 1024), (6304, 192, 576), (6304, 192, 768), (6304,
        768, 192)];

    public static void Print(TextWriter output)
    {
        double roof = Machine.RoofGmacs();
        output.WriteLine(FormattableString.Invariant($"roof of one core (registers only): {roof:F1} GMAC/s"));
        output.WriteLine(
            "| M×K×N | threads | w8a8 | w16a8 | w16a16 | w4a8 | sgemm | w16a8 / (roof · threads) | w16a8 / sgemm | norms / product | bytes allocated |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        int before = WorkTeam.Threads;
        foreach ((int m, int k, int n) in Shapes)
        {
            foreach (int threads in new[] { 1, 2 })
            {
                WorkTeam.Threads = threads;
                double w16 = Rate(m, k, n, NumberFormat.Int8, NumberFormat.Int16, threads, out long bytes);
                double sgemm = Sgemm.Gmacs(m, n, k, threads);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {m}×{k}×{n} | {threads} | {Rate(m, k, n, NumberFormat.Int8, NumberFormat.Int8, threads, out _):F1} | {w16:F1} "
                    + $"| {Rate(m, k, n, NumberFormat.Int16, NumberFormat.Int16, threads, out _):F1} "
                    + $"| {Rate(m, k, n, NumberFormat.Int8, NumberFormat.Int4, threads, out _):F1} | {sgemm:F1} "
                    + $"| {w16 / roof / threads:P0} | {w16 / sgemm:F2} | {ProofShare(m, k, n, w16, threads):P1} | {bytes} |"));
            }
        }

        WorkTeam.Threads = before;
    }

    // What proving that nothing overflows costs: the norms of all rows and columns, beside the product's time on all threads.
    private static unsafe double ProofShare(int m, int k, int n, double gmacs, int threads)
    {
        const int Segment = 64;
        int count = (k + Segment - 1) / Segment * Segment * (m + n);
        short[] operands = new short[count];
        fixed (short* start = operands)
        {
            short* from = start;
            double seconds = Stopwatch.BestSeconds(() =>
            {
                for (int i = 0; i < count; i += Segment)
                    _ = Panel.Squares(from + i, Segment);
            });
            return seconds / threads / ((double)m * n * k / 1e9 / gmacs);
        }
    }

    private static double Rate(int m, int k, int n, NumberFormat left, NumberFormat right, int threads, out long bytes)
    {
        NumericPolicy policy = new(new AccumulatorPolicy(32, Overflow.Saturate));
        return Rate(m, k, n, left, right, policy, threads, out bytes);
    }

    /// <summary>GMAC/s of one layer; 16-bit operands are drawn so that sums stay within 32 bits.</summary>
    public static double Rate(
        int m, int k, int n, NumberFormat left, NumberFormat right, NumericPolicy policy, int threads, out long bytes,
            bool loud = false)
    {
        byte[] x = Operands.Draw(m * k, left, loud ? left.MaxValue() : Amplitude(left));
        byte[] w = Operands.Draw(n * k, right, loud ? right.MaxValue() : Amplitude(right));
        byte[] y = new byte[m * n];
        OutputStage stage = new(FixedScale.FromDouble(1e-5));
        void Work() => _ = LinearKernel.Run(
            new(m, n, k), new Operand(x, left), new Operand(w, right), ReadOnlySpan<int>.Empty, stage, new Operand(y,
                NumberFormat.Int8), policy);
        bytes = Stopwatch.Allocated(Work);
        return (double)m * n * k / 1e9 / Stopwatch.BestSeconds(Work, threads == 1);
    }

    /// <summary>Largest magnitude of operands whose sums stay within 32 bits.</summary>
    public static long Amplitude(NumberFormat format) => format == NumberFormat.Int16 ? 900 : 100;
}
