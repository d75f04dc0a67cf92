using NpuSim.Accelerators.Profiles;

namespace NpuSim.Accelerators.Dataflows;

/// <summary>
/// Cycles of a matrix product on a block-based MAC array. It takes the output in micro-blocks of columns × rows × channels and
/// reduces in steps of four cycles: either four kernel elements of one input depth, or one kernel element of four input depths,
/// whichever needs fewer steps. A depthwise step takes four kernel elements of one channel. The weights of a step arrive at eight
/// per cycle and core: with few output pixels (a fully connected layer) weights, not MACs, set the pace. Results are scaled and
/// leave beside the work on the next block, a micro-block in eight cycles: with little to reduce they set the pace. Source of the
/// structure: Vela 3.10, npu_performance.py and architecture_features.py. Larger blocks, between which the array waits, rarely
/// divide the output evenly; one constant stands for that, set once over all networks and sizes of Vela's estimates.
/// </summary>
public static class MacArrayCycles
{
    private const int StepCycles = 4, OutputCycles = 8, WeightsPerCycle = 8, MacsPerCore = 256;
    private const double BlockUtilization = 0.8;

    /// <summary>
    /// ⌈channels/block⌉ · steps · max(4 ⌈columns/block⌉⌈rows/block⌉ images, weights of a step / 8) / (0.8 rate), at least
    /// 8 · outputs / block.
    /// </summary>
    /// <param name="array">The array.</param>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle as a share of the peak, 0 &lt; rate ≤ 1.</param>
    public static double Of(MacArray array, Gemm gemm, double rate = 1)
    {
        double images = gemm.M / (double)(gemm.Columns * gemm.Rows);
        double pixels = images * (gemm is { Rows: 1, KernelElements: 1 } // one row without neighbours lies in any shape
            ? Gemm.CeilingDivide(gemm.Columns, array.BlockWidth * array.BlockHeight)
            : Gemm.CeilingDivide(gemm.Columns, array.BlockWidth) * Gemm.CeilingDivide(gemm.Rows, array.BlockHeight));
        bool depthwise = gemm.Class == KernelClass.Depthwise;
        double products = depthwise ? 1 : gemm.Count;
        double blocks = Gemm.CeilingDivide(depthwise ? gemm.Count * gemm.N : gemm.N, array.BlockDepth);
        double weights = (double)array.BlockDepth * StepCycles * array.InputDepth
            / (WeightsPerCycle * Gemm.CeilingDivide(array.MacsPerCycle, MacsPerCore));
        double cycles = products * blocks * Steps(array, gemm) * Math.Max(StepCycles * pixels, weights) / BlockUtilization;
        double block = (double)array.BlockWidth * array.BlockHeight * array.BlockDepth;
        double outputs = (double)gemm.Count * gemm.M * gemm.N * OutputCycles / block;
        return Math.Max(outputs, Math.Max(cycles, (double)gemm.Macs / array.MacsPerCycle) / rate);
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
