using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>A MAC array with adder trees (Ethos-U): each cycle it takes a depth of inputs for a block of outputs.</summary>
/// <param name="MacsPerCycle">Peak for 8×8 bits.</param>
/// <param name="BlockWidth">Output columns worked on in one cycle.</param>
/// <param name="BlockHeight">Output rows worked on in one cycle.</param>
/// <param name="BlockDepth">Output channels worked on in one cycle.</param>
/// <param name="InputDepth">Input channels reduced in one cycle.</param>
[Yaml("A block-based MAC array with adder trees (Ethos-U): each cycle it takes a depth of inputs for a block of outputs.")]
public sealed record MacArray(
    [Yaml("Peak for 8×8 bits; the product of the four numbers below.", Min = 1, Max = 1 << 20)] int MacsPerCycle,
    [Yaml("Output columns worked on in one cycle.", Min = 1, Max = 1024)] int BlockWidth,
    [Yaml("Output rows worked on in one cycle.", Min = 1, Max = 1024)] int BlockHeight,
    [Yaml("Output channels worked on in one cycle.", Min = 1, Max = 1024)] int BlockDepth,
    [Yaml("Input channels reduced in one cycle.", Min = 1, Max = 1024)] int InputDepth) : Engine
{
    private const int StepCycles = 4, OutputCycles = 8, WeightsPerCycle = 8, MacsPerCore = 256;
    private const double BlockUtilization = 0.8;

    /// <inheritdoc/>
    public override double PeakMacsPerCycle => MacsPerCycle;

    /// <inheritdoc/>
    public override (long Sums, string What) LeastSums => ((long)BlockWidth * BlockHeight * BlockDepth, "one block of outputs");

    /// <summary>A peak that is not the product of the block.</summary>
    public override IEnumerable<Problem> Problems()
    {
        long block = (long)BlockWidth * BlockHeight * BlockDepth * InputDepth;
        if (block != MacsPerCycle)
        {
            yield return new Problem("macs-per-cycle",
                $"found {MacsPerCycle}; accepted is block-width × block-height × block-depth × input-depth, which is {block}");
        }
    }

    /// <summary>
    /// ⌈channels/block⌉ · steps · max(4 ⌈columns/block⌉⌈rows/block⌉ images, weights of a step / 8) / (0.8 rate), at least
    /// 8 · outputs / block.
    /// </summary>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle as a share of the peak, 0 &lt; rate ≤ 1.</param>
    /// <remarks>
    /// Cycles of a matrix product on a block-based MAC array. It takes the output in micro-blocks of columns × rows × channels
    /// and reduces in steps of four cycles: either four kernel elements of one input depth, or one kernel element of four input
    /// depths, whichever needs fewer steps. A depthwise step takes four kernel elements of one channel. The weights of a step
    /// arrive at eight per cycle and core: with few output pixels (a fully connected layer) weights, not MACs, set the pace.
    /// Results are scaled and leave beside the work on the next block, a micro-block in eight cycles: with little to reduce
    /// they set the pace. Source of the structure: Vela 3.10, npu_performance.py and architecture_features.py. Larger blocks,
    /// between which the array waits, rarely divide the output evenly; one constant stands for that, set once over all networks
    /// and sizes of Vela's estimates.
    /// </remarks>
    public override double Cycles(Gemm gemm, double rate = 1)
    {
        double images = gemm.M / (double)(gemm.Columns * gemm.Rows);
        double pixels = images * (gemm is { Rows: 1, KernelElements: 1 } // one row without neighbours lies in any shape
            ? Gemm.CeilingDivide(gemm.Columns, BlockWidth * BlockHeight)
            : Gemm.CeilingDivide(gemm.Columns, BlockWidth) * Gemm.CeilingDivide(gemm.Rows, BlockHeight));
        bool depthwise = gemm.Class == KernelClass.Depthwise;
        double products = depthwise ? 1 : gemm.Count;
        double blocks = Gemm.CeilingDivide(depthwise ? gemm.Count * gemm.N : gemm.N, BlockDepth);
        double weights = (double)BlockDepth * StepCycles * InputDepth
            / (WeightsPerCycle * Gemm.CeilingDivide(MacsPerCycle, MacsPerCore));
        double cycles = products * blocks * Steps(gemm) * Math.Max(StepCycles * pixels, weights) / BlockUtilization;
        double block = (double)BlockWidth * BlockHeight * BlockDepth;
        double outputs = (double)gemm.Count * gemm.M * gemm.N * OutputCycles / block;
        return Math.Max(outputs, Math.Max(cycles, (double)gemm.Macs / MacsPerCycle) / rate);
    }

    private double Steps(Gemm gemm)
    {
        double kernelSteps = Gemm.CeilingDivide(gemm.KernelElements, StepCycles);
        if (gemm.Class == KernelClass.Depthwise)
            return kernelSteps;
        double partKernelFirst = kernelSteps * Gemm.CeilingDivide(gemm.Channels, InputDepth);
        double depthFirst = (double)gemm.KernelElements * Gemm.CeilingDivide(gemm.Channels, StepCycles * InputDepth);
        return Math.Min(partKernelFirst, depthFirst);
    }
}
