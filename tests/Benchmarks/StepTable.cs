using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Benchmarks;

/// <summary>
/// One QZO-FF step of ViT-tiny (224×224, 16w8a, all weights) as kernel calls: perturb, forward, twice, then update. Random
/// weights and
/// activations: only speed counts.
/// </summary>
internal static class StepTable
{
    private static bool processor;

    private const int Tokens = 197, Width = 192, Heads = 3, Hidden = 768, Layers = 12, Patches = 196;
    private static readonly NumericPolicy Policy = new(new AccumulatorPolicy(32, Overflow.Saturate));
    private static readonly OutputStage Stage = new(FixedScale.FromDouble(2e-5));
    private static readonly SoftmaxStage Softmax = SoftmaxStage.From(0.05, NumberFormat.Int8, symmetric: true);
    private static readonly LayerNormStage Norm = LayerNormStage.From(0.05, 0.0001, 0.0001, 0.03);
    private static readonly AddStage Sum = AddStage.From(0.1, 0.08, 0.12, NumberFormat.Int8);
    private static readonly LookupTable Gelu = LookupTable.ForInt8(TableKernel.Gelu, 0.05, 0.04);

    public static void Print(TextWriter output)
    {
        output.WriteLine("| batch | threads | ms per step | images/s | share of matrix products |");
        output.WriteLine("|---|---|---|---|---|");
        int before = WorkTeam.Threads;
        foreach (int batch in new[] { 1, 32 })
        {
            Buffers buffers = new(batch);
            foreach (int threads in new[] { 1, before })
            {
                WorkTeam.Threads = threads;
                processor = threads == 1;
                (double best, double share) = Best(batch, buffers);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {batch} | {threads} | {best * 1e3:F1} | {batch / best:F1} | {share:P0} |"));
            }
        }

        WorkTeam.Threads = before;
    }

    private static (double Seconds, double Share) Best(int batch, Buffers buffers)
    {
        double gemm = 0, best = double.MaxValue, share = 0;
        Step(batch, buffers, ref gemm);
        for (int i = 0; i < (batch == 1 ? 8 : 3); i++)
        {
            gemm = 0;
            double begin = Stopwatch.Now(processor);
            Step(batch, buffers, ref gemm);
            double seconds = Stopwatch.Now(processor) - begin;
            if (seconds < best)
                (best, share) = (seconds, gemm / seconds);
        }

        return (best, share);
    }

    private static void Step(int batch, Buffers b, ref double gemm)
    {
        RandomAddress address = new(1, 1, 0, 0);
        foreach (int sign in new[] { 1, -1 })
        {
            for (int l = 0; l < b.Weights.Length; l++)
            {
                _ = PerturbKernel.Run(
                    Int16(b.Weights[l]), address with { Tensor = (uint)l }, sign, 4, Int16(b.Perturbed[l]), Policy);
            }

            Forward(batch, b, ref gemm);
        }

        for (int l = 0; l < b.Weights.Length; l++)
            _ = UpdateKernel.Run(Int16(b.Weights[l]), 1, 1, (uint)l, [1], FixedScale.FromDouble(0.01), Policy);
    }

    private static void Forward(int batch, Buffers b, ref double gemm)
    {
        int rows = batch * Tokens;
        Linear(batch * Patches, Width, Hidden, b.Image, b.Perturbed[0], b.Stream, ref gemm);
        for (int l = 0; l < Layers; l++)
        {
            byte[][] w = b.Perturbed[(1 + (4 * l))..(5 + (4 * l))];
            Normalize(rows, b.Stream, b.Normal);
            Linear(rows, 3 * Width, Width, b.Normal, w[0], b.Wide, ref gemm);
            double begin = Stopwatch.Now(processor);
            _ = MatMulKernel.Run(
                batch * Heads, Tokens, Tokens, Width / Heads, true, Int8(b.Wide, rows * Width), Int8(b.Wide, rows * Width), Stage,
                Int8(b.Scores, batch * Heads * Tokens * Tokens), Policy);
            gemm += Stopwatch.Now(processor) - begin;
            SoftmaxKernel.Run(
                batch * Heads * Tokens, Tokens, Int8(b.Scores, batch * Heads * Tokens * Tokens), Softmax, Int8(b.Scores,
                    batch * Heads * Tokens * Tokens));
            begin = Stopwatch.Now(processor);
            _ = MatMulKernel.Run(
                batch * Heads, Tokens, Width / Heads, Tokens, false, Int8(b.Scores, batch * Heads * Tokens * Tokens),
                    Int8(b.Wide, rows * Width),
                Stage, Int8(b.Normal, rows * Width), Policy);
            gemm += Stopwatch.Now(processor) - begin;
            Linear(rows, Width, Width, b.Normal, w[1], b.Wide, ref gemm);
            _ = ElementwiseKernel.Add(Int8(b.Stream, rows * Width), Int8(b.Wide, rows * Width), Sum, Int8(b.Stream,
                rows * Width), Policy);
            Normalize(rows, b.Stream, b.Normal);
            Linear(rows, Hidden, Width, b.Normal, w[2], b.Wide, ref gemm);
            TableKernel.Run(Gelu, Int8(b.Wide, rows * Hidden), Int8(b.Wide, rows * Hidden));
            Linear(rows, Width, Hidden, b.Wide, w[3], b.Normal, ref gemm);
            _ = ElementwiseKernel.Add(Int8(b.Stream, rows * Width), Int8(b.Normal, rows * Width), Sum, Int8(b.Stream,
                rows * Width), Policy);
        }
    }

    private static void Linear(int m, int n, int k, byte[] x, byte[] w, byte[] y, ref double gemm)
    {
        double begin = Stopwatch.Now(processor);
        _ = LinearKernel.Run(m, n, k, Int8(x, m * k), Int16(w), ReadOnlySpan<int>.Empty, Stage, Int8(y, m * n), Policy);
        gemm += Stopwatch.Now(processor) - begin;
    }

    private static void Normalize(int rows, byte[] x, byte[] y) =>
        _ = LayerNormKernel.Run(
            rows, Width, Int8(x, rows * Width), Int16(Gamma), Int16(Gamma), Norm, Int8(y, rows * Width), Policy);

    private static readonly byte[] Gamma = Operands.Draw(Width, NumberFormat.Int16, 20000);

    private static Operand Int8(byte[] bytes, int count) => new(bytes.AsSpan(0, count), NumberFormat.Int8);

    private static Operand Int16(byte[] bytes) => new(bytes, NumberFormat.Int16);

    private sealed class Buffers
    {
        public Buffers(int batch)
        {
            int[] sizes = [Width * Hidden, .. Enumerable.Range(0, Layers).SelectMany(
                _ => new[] { 3 * Width * Width, Width * Width, Width * Hidden, Width * Hidden })];
            Weights = [.. sizes.Select(s => Operands.Draw(s, NumberFormat.Int16, 3000))];
            Perturbed = [.. sizes.Select(s => new byte[2 * s])];
            Image = Operands.Draw(batch * Patches * Hidden, NumberFormat.Int8, 127);
            Stream = new byte[batch * Tokens * Width];
            Normal = new byte[batch * Tokens * Width];
            Wide = new byte[batch * Tokens * Hidden];
            Scores = new byte[batch * Heads * Tokens * Tokens];
        }

        public byte[][] Weights { get; }

        public byte[][] Perturbed { get; }

        public byte[] Image { get; }

        public byte[] Stream { get; }

        public byte[] Normal { get; }

        public byte[] Wide { get; }

        public byte[] Scores { get; }
    }
}
