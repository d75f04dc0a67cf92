using NpuSim.Accelerators.Profiles;

namespace NpuSim.Accelerators.Dataflows;

/// <summary>
/// Cycles of a matrix product on a microcontroller: MACs times the measured cycles per MAC of the kernel class.
/// </summary>
public static class MicrocontrollerCycles
{
    /// <summary>MACs · cycles per MAC / rate.</summary>
    /// <param name="core">The core with its software.</param>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">Speed of these formats as a share of the 8-bit speed, 0 &lt; rate ≤ 1.</param>
    public static double Of(Microcontroller core, Gemm gemm, double rate = 1) =>
        gemm.Macs * CyclesPerMac(core, gemm.Class) / rate;

    private static double CyclesPerMac(Microcontroller core, KernelClass kernel) => kernel switch
    {
        KernelClass.Convolution => core.ConvolutionCyclesPerMac,
        KernelClass.Depthwise => core.DepthwiseCyclesPerMac,
        KernelClass.Pointwise => core.PointwiseCyclesPerMac,
        KernelClass.FullyConnected => core.FullyConnectedCyclesPerMac,
        _ => throw new ArgumentOutOfRangeException(nameof(kernel)),
    };
}
