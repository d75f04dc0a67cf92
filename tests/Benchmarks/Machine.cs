using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Benchmarks;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        string name = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l =>
                l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "?"
            : "?";
        string load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";
        return $"{name}, {Environment.ProcessorCount} cores, AVX-512BW {Avx512BW.IsSupported}, AVX2 {Avx2.IsSupported}, "
            + $"vectors of 512 bits preferred {Vector512.IsHardwareAccelerated}, load average {load}, .NET {Environment.Version}";
    }

    /// <summary>GMAC/s of one core when every operand is in a register: sixteen chains of vpmaddwd and vpaddd.</summary>
    public static double RoofGmacs() => Avx512BW.IsSupported
        ? Stopwatch.BestRate(32.0 * 16 * Iterations, () => Spin512(Iterations)) / 1e9
        : Avx2.IsSupported ? Stopwatch.BestRate(16.0 * 9 * Iterations, () => Spin256(Iterations)) / 1e9 : double.NaN;

    private const int Iterations = 2_000_000;

    private static int Spin512(int n)
    {
        // Every product is its own (no two share operands) and changes each turn, so none can be left out of the loop.
        Vector512<short> step = Vector512.Create((short)n);
        Vector512<short> x0 = Vector512.Create((short)(n + 0));
        Vector512<short> x1 = Vector512.Create((short)(n + 1));
        Vector512<short> x2 = Vector512.Create((short)(n + 2));
        Vector512<short> x3 = Vector512.Create((short)(n + 3));
        Vector512<short> c0 = Vector512.Create((short)(n >> 1));
        Vector512<short> c1 = Vector512.Create((short)(n >> 2));
        Vector512<short> c2 = Vector512.Create((short)(n >> 3));
        Vector512<short> c3 = Vector512.Create((short)(n >> 4));
        Vector512<int> s00 = default;
        Vector512<int> s01 = default;
        Vector512<int> s02 = default;
        Vector512<int> s03 = default;
        Vector512<int> s10 = default;
        Vector512<int> s11 = default;
        Vector512<int> s12 = default;
        Vector512<int> s13 = default;
        Vector512<int> s20 = default;
        Vector512<int> s21 = default;
        Vector512<int> s22 = default;
        Vector512<int> s23 = default;
        Vector512<int> s30 = default;
        Vector512<int> s31 = default;
        Vector512<int> s32 = default;
        Vector512<int> s33 = default;
        for (int i = 0; i < n; i++)
        {
            s00 += Avx512BW.MultiplyAddAdjacent(x0, c0);
            s01 += Avx512BW.MultiplyAddAdjacent(x0, c1);
            s02 += Avx512BW.MultiplyAddAdjacent(x0, c2);
            s03 += Avx512BW.MultiplyAddAdjacent(x0, c3);
            s10 += Avx512BW.MultiplyAddAdjacent(x1, c0);
            s11 += Avx512BW.MultiplyAddAdjacent(x1, c1);
            s12 += Avx512BW.MultiplyAddAdjacent(x1, c2);
            s13 += Avx512BW.MultiplyAddAdjacent(x1, c3);
            s20 += Avx512BW.MultiplyAddAdjacent(x2, c0);
            s21 += Avx512BW.MultiplyAddAdjacent(x2, c1);
            s22 += Avx512BW.MultiplyAddAdjacent(x2, c2);
            s23 += Avx512BW.MultiplyAddAdjacent(x2, c3);
            s30 += Avx512BW.MultiplyAddAdjacent(x3, c0);
            s31 += Avx512BW.MultiplyAddAdjacent(x3, c1);
            s32 += Avx512BW.MultiplyAddAdjacent(x3, c2);
            s33 += Avx512BW.MultiplyAddAdjacent(x3, c3);
            (x0, x1, x2, x3) = (x1, x2, x3, x0 ^ step);
        }

        return Vector512.Sum(s00 + s01 + s02 + s03 + s10 + s11 + s12 + s13 + s20 + s21 + s22 + s23 + s30 + s31 + s32 + s33);
    }

    private static int Spin256(int n)
    {
        // Every product is its own (no two share operands) and changes each turn, so none can be left out of the loop.
        Vector256<short> step = Vector256.Create((short)n);
        Vector256<short> x0 = Vector256.Create((short)(n + 0));
        Vector256<short> x1 = Vector256.Create((short)(n + 1));
        Vector256<short> x2 = Vector256.Create((short)(n + 2));
        Vector256<short> c0 = Vector256.Create((short)(n >> 1));
        Vector256<short> c1 = Vector256.Create((short)(n >> 2));
        Vector256<short> c2 = Vector256.Create((short)(n >> 3));
        Vector256<int> s00 = default;
        Vector256<int> s01 = default;
        Vector256<int> s02 = default;
        Vector256<int> s10 = default;
        Vector256<int> s11 = default;
        Vector256<int> s12 = default;
        Vector256<int> s20 = default;
        Vector256<int> s21 = default;
        Vector256<int> s22 = default;
        for (int i = 0; i < n; i++)
        {
            s00 += Avx2.MultiplyAddAdjacent(x0, c0);
            s01 += Avx2.MultiplyAddAdjacent(x0, c1);
            s02 += Avx2.MultiplyAddAdjacent(x0, c2);
            s10 += Avx2.MultiplyAddAdjacent(x1, c0);
            s11 += Avx2.MultiplyAddAdjacent(x1, c1);
            s12 += Avx2.MultiplyAddAdjacent(x1, c2);
            s20 += Avx2.MultiplyAddAdjacent(x2, c0);
            s21 += Avx2.MultiplyAddAdjacent(x2, c1);
            s22 += Avx2.MultiplyAddAdjacent(x2, c2);
            (x0, x1, x2) = (x1, x2, x0 ^ step);
        }

        return Vector256.Sum(s00 + s01 + s02 + s10 + s11 + s12 + s20 + s21 + s22);
    }
}
