using NpuSim.Accelerators.Profiles;

namespace NpuSim.Accelerators.Dataflows;

/// <summary>
/// Cycles of a matrix product on a block-based MAC array. It takes the output in micro-blocks of columns × rows × channels and
/// reduces in steps of four cycles: either four kernel elements of one input depth, or one kernel element of four input depths,
/// whichever needs fewer steps. A depthwise step takes four kernel elements of one channel. The weights of a step arrive at one
/// input depth per cycle, so that it takes at least four cycles per channel of the micro-block: with few output pixels (a fully
/// connected layer) weights, not MACs, set the pace.
/// Source of the structure: Arm Ethos-U55 technical overview (weight decoder, micro-blocks, depth-first and part-kernel-first order).
/// </summary>
public static class MacArrayCycles
{
    private const int StepCycles = 4;

    /// <summary>4 · ⌈channels/block⌉ · steps · max(⌈columns/block⌉⌈rows/block⌉ images, block channels) / rate, at least MACs / peak.</summary>
    /// <param name="array">The array.</param>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle as a share of the peak, 0 &lt; rate ≤ 1.</param>
    public static double Of(MacArray array, Gemm gemm, double rate = 1)
    {
        double images = gemm.M / (double)(gemm.Columns * gemm.Rows);
        double pixels = images * Gemm.CeilingDivide(gemm.Columns, array.BlockWidth) * Gemm.CeilingDivide(gemm.Rows, array.BlockHeight);
        bool depthwise = gemm.Class == KernelClass.Depthwise;
        double products = depthwise ? 1 : gemm.Count;
        double blocks = Gemm.CeilingDivide(depthwise ? gemm.Count * gemm.N : gemm.N, array.BlockDepth);
        double cycles = StepCycles * products * blocks * Steps(array, gemm) * Math.Max(pixels, array.BlockDepth);
        return Math.Max(cycles, (double)gemm.Macs / array.MacsPerCycle) / rate;
    }

    private static double Steps(MacArray array, Gemm gemm)
    {
        double kernelSteps = Gemm.CeilingDivide(gemm.KernelElements, StepCycles);
        if (gemm.Class == KernelClass.Depthwise)
            return kernelSteps;
        double partKernelFirst = kernelSteps * Gemm.CeilingDivide(gemm.Channels, array.InputDepth);
        double depthFirst = (double)gemm.KernelElements * Gemm.CeilingDivide(gemm.Channels, StepCycles * array.InputDepth);
        return Math.Min(partKernelFirst, depthFirst);
    }
}
