using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// The largest part of a product that one of several cores takes: all others are done by then. More cores never have more.
/// </summary>
internal static class CoreShare
{
    /// <summary>The part of the core that has most.</summary>
    /// <param name="gemm">The whole product.</param>
    /// <param name="batch">Samples that run at once.</param>
    /// <param name="cores">The cores; null: one.</param>
    public static Gemm Of(Gemm gemm, int batch, Cores? cores) => cores switch
    {
        null => gemm,
        { Split: CoreSplit.Batch } => BySamples(gemm, batch, cores.Count),
        _ => ByChannels(gemm, cores.Count),
    };

    // Rows of whole samples; products of activations have a product of their own for each. What sums over samples has neither
    // and is divided by rows of the result where their number allows, else by channels.
    private static Gemm BySamples(Gemm gemm, int batch, int cores)
    {
        long samples = Gemm.CeilingDivide(batch, cores);
        if (gemm.M % batch == 0)
        {
            long rows = gemm.M / batch * samples;
            return gemm with { M = rows, Columns = gemm.Columns == gemm.M ? rows : gemm.Columns };
        }

        return gemm.Count % batch == 0 ? gemm with { Count = gemm.Count / batch * samples } : ByChannels(gemm, cores);
    }

    private static Gemm ByChannels(Gemm gemm, int cores) => gemm with
    {
        Count = Gemm.CeilingDivide(gemm.Count, cores),
        N = Gemm.CeilingDivide(gemm.N, Math.Max(1, cores / gemm.Count)),
    };
}
