using System.Globalization;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Benchmarks;

/// <summary>GMAC/s of saturating accumulators by width, one thread, 512×512×512: with operands that fit and with full-range
/// ones.</summary>
internal static class OrderedTable
{
    public static void Print(TextWriter output)
    {
        int before = WorkTeam.Threads;
        WorkTeam.Threads = 1;
        output.WriteLine("| accumulator bits | w8a8, quiet | w8a8, full range | w16a16, full range |");
        output.WriteLine("|---|---|---|---|");
        foreach (int bits in new[] { 16, 20, 24, 32, 40, 48 })
        {
            NumericPolicy policy = new(new AccumulatorPolicy(bits, Overflow.Saturate));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {bits} | {Rate(NumberFormat.Int8, policy, false):F1} | {Rate(NumberFormat.Int8, policy, true):F1} "
                + $"| {Rate(NumberFormat.Int16, policy, true):F1} |"));
        }

        WorkTeam.Threads = before;
    }

    private static double Rate(NumberFormat format, NumericPolicy policy, bool loud) =>
        GemmTable.Rate(512, 512, 512, format, format, policy, 1, out _, loud);
}
