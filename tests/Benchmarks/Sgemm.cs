using System.Runtime.InteropServices;

namespace NpuSim.Benchmarks;

/// <summary>OpenBLAS sgemm for comparison, where libopenblas.so.0 is installed.</summary>
internal static unsafe partial class Sgemm
{
    private const string Library = "libopenblas.so.0";

    /// <summary>GMAC/s of c[m, n] = a[m, k] · b[n, k]ᵀ, or NaN without the library.</summary>
    public static double Gmacs(int m, int n, int k, int threads)
    {
        if (!NativeLibrary.TryLoad(Library, out _))
            return double.NaN;
        SetThreads(threads);
        float[] a = new float[m * k], b = new float[n * k], c = new float[m * n];
        Array.Fill(a, 0.5f);
        Array.Fill(b, 0.25f);
        return (double)m * n * k / 1e9 / Stopwatch.BestSeconds(() =>
        {
            fixed (float* pa = a, pb = b, pc = c)
                Multiply(101, 111, 112, m, n, k, 1, pa, k, pb, k, 0, pc, n);
        }, threads == 1);
    }

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Multiply(
        int order, int transA, int transB, int m, int n, int k, float alpha, float* a, int lda, float* b, int ldb, float beta,
            float* c, int ldc);
}
