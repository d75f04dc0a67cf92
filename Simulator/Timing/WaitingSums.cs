using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// Prices a product on chip whose partial sums, waiting from one fold of the reduction to the next, do not fit the accumulator
/// buffer. Either it is cut into pieces of rows whose sums fit, for each of which the stationary operand is read again and a
/// piece shorter than the array's rows takes as long as loading does; or the sums that do not fit wait in the scratchpad. The
/// cheaper counts.
/// </summary>
internal sealed class WaitingSums(HardwareProfile profile, Channels channels, double scratchpadBytes)
{
    private const int PartialSumBytes = 4;

    /// <summary>
    /// True when the buffer is too small for what waits. Pieces of at least the array's rows cost no cycles; unless the profile
    /// counts reloads, they are as good as the whole.
    /// </summary>
    public static bool Overflow(HardwareProfile profile, Gemm gemm)
    {
        if (profile is not { Engine: SystolicArray array, Memory.Accumulators: { } buffer })
            return false;
        long perLine = PartialSumBytes * array.WaitingSums(gemm), lines = Streamed(array, gemm);
        long needed = profile.Memory.CountsReloads == true ? lines : Math.Min(lines, array.Rows);
        return perLine > 0 && buffer.SizeBytes / perLine < needed;
    }

    /// <summary>The cheapest way.</summary>
    public OpPrice Best(in PlacedGemm p)
    {
        SystolicArray array = (SystolicArray)profile.Engine;
        long perLine = PartialSumBytes * array.WaitingSums(p.Gemm), lines = Streamed(array, p.Gemm);
        long fits = profile.Memory.Accumulators!.SizeBytes / perLine;
        OpPrice best = Pieces(p, array, 1, lines);
        for (long piece = 4; piece <= fits && piece < lines; piece *= 4)
            best = Cheaper(best, Pieces(p, array, piece, lines));
        double outside = lines - Math.Min(fits, lines);
        if (outside * perLine <= scratchpadBytes)
        {
            double depths = Gemm.CeilingDivide(p.Gemm.K, array.Rows);
            double sums = (double)PartialSumBytes * p.Gemm.Count * p.Gemm.M * p.Gemm.N;
            best = Cheaper(best, Priced(p, p.ComputeCycles, 1, sums * outside / lines * (depths - 1)));
        }

        return best;
    }

    /// <summary>The product as it comes from outside: the cycles and reads of its pieces, whatever its tiles.</summary>
    public PlacedGemm InPieces(in PlacedGemm p)
    {
        OpPrice pieces = Best(p);
        (long streamed, long weights, _) = profile.Engine.Passes(p.Gemm);
        double once = ((double)p.Streamed * streamed) + ((double)p.Weights * weights) + p.Bias;
        return p with { ComputeCycles = pieces.Cycles, Reread = Math.Max(0, pieces.Traffic.ScratchpadRead - once) };
    }

    private OpPrice Pieces(in PlacedGemm p, SystolicArray array, long piece, long lines)
    {
        long pieces = Gemm.CeilingDivide(lines, piece);
        Gemm cut = p.Gemm with { Count = checked(p.Gemm.Count * pieces) };
        cut = array.Dataflow == Dataflow.InputStationary ? cut with { N = piece } : cut with { M = piece };
        double compute = piece >= array.Rows ? p.ComputeCycles : Math.Max(p.ComputeCycles, array.Cycles(cut, p.Rate));
        return Priced(p, compute, pieces, 0);
    }

    // Bytes of sums pass into the scratchpad and back as often as they wait there.
    private OpPrice Priced(in PlacedGemm p, double compute, double reloads, double waiting)
    {
        (long streamed, long weights, long sums) = profile.Engine.Passes(p.Gemm);
        bool inputsStay = profile.Engine is SystolicArray { Dataflow: Dataflow.InputStationary };
        double read = ((double)p.Streamed * streamed * (inputsStay ? reloads : 1))
            + ((double)p.Weights * weights * (inputsStay ? 1 : reloads)) + p.Bias;
        double all = (double)PartialSumBytes * p.Gemm.Count * p.Gemm.M * p.Gemm.N * sums;
        MemoryTraffic traffic = default(MemoryTraffic) with
        {
            ScratchpadRead = read + waiting,
            ScratchpadWritten = p.Result + waiting,
            AccumulatorRead = all, // what waits elsewhere is added up here too
            AccumulatorWritten = all,
        };
        double busy = channels.Scratchpad.Cycles(traffic.Scratchpad, 1), buffer = channels.Accumulators!.Value.Cycles(2 * all, 1);
        return new(Math.Max(compute, Math.Max(busy, buffer)), 0, traffic);
    }

    // Fewer cycles, then fewer bytes of the scratchpad.
    private static OpPrice Cheaper(in OpPrice a, in OpPrice b) =>
        b.Cycles < a.Cycles || (b.Cycles == a.Cycles && b.Traffic.Scratchpad < a.Traffic.Scratchpad) ? b : a;

    private static long Streamed(SystolicArray array, Gemm gemm) =>
        array.Dataflow == Dataflow.InputStationary ? gemm.N : gemm.M;
}
