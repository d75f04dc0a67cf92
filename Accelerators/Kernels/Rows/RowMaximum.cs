using System.Runtime.Intrinsics;

namespace NpuSim.Accelerators.Kernels.Rows;

/// <summary>Largest of a run of 8-bit integers.</summary>
internal static unsafe class RowMaximum
{
    public static int Of(sbyte* x, int count)
    {
        int max = sbyte.MinValue, i = 0;
        if (count >= 16)
        {
            Vector128<sbyte> largest = Vector128.Create(sbyte.MinValue);
            for (; i <= count - 16; i += 16)
                largest = Vector128.Max(largest, Vector128.Load(x + i));
            for (int lane = 0; lane < 16; lane++)
                max = Math.Max(max, largest[lane]);
        }

        for (; i < count; i++)
            max = Math.Max(max, x[i]);
        return max;
    }
}
