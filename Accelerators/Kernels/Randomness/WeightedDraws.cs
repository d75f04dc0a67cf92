using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>Sums of random directions with whole factors.</summary>
internal static unsafe class WeightedDraws
{
    /// <summary>sums[i] += factor · z[i].</summary>
    public static void Add(sbyte* z, int factor, int* sums, int length)
    {
        int i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i <= length - 16; i += 16)
                (Vector512.Load(sums + i) + (Avx512F.ConvertToVector512Int32(Vector128.Load(z + i)) * factor)).Store(sums + i);
        }

        for (; i < length; i++)
            sums[i] += factor * z[i];
    }
}
