using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>A microcontroller with a named kernel library: cycles per 8×8-bit MAC by kernel class, loads included.</summary>
/// <param name="Software">The kernel library and version that was measured; published figures differ by 2.4× with it.</param>
/// <param name="ConvolutionCyclesPerMac">Spatial convolutions.</param>
/// <param name="DepthwiseCyclesPerMac">Depthwise convolutions.</param>
/// <param name="PointwiseCyclesPerMac">1×1 convolutions.</param>
/// <param name="FullyConnectedCyclesPerMac">Fully connected layers and matrix products.</param>
/// <param name="OutputCycles">
/// Cycles of each result besides: its sum is set up, scaled, narrowed and stored. Null: the figures for each MAC include that.
/// </param>
[Yaml("A microcontroller with a named kernel library: cycles per 8×8-bit MAC by kernel class, loads included.", Key = "mcu")]
public sealed record Microcontroller(
    [Yaml("The kernel library and version the figures were measured with.")] string Software,
    [Yaml("Spatial convolutions.", Above = 0)] double ConvolutionCyclesPerMac,
    [Yaml("Depthwise convolutions.", Above = 0)] double DepthwiseCyclesPerMac,
    [Yaml("1×1 convolutions.", Above = 0)] double PointwiseCyclesPerMac,
    [Yaml("Fully connected layers and matrix products.", Above = 0)] double FullyConnectedCyclesPerMac,
    [Yaml("Cycles of each result besides, to set its sum up, scale, narrow and store it; null: inside the cycles per MAC.",
        Min = 0, HideNull = true)]
    double? OutputCycles = null) : Engine
{
    /// <inheritdoc/>
    public override bool ReadsInPlace => true;

    /// <summary>That of the fastest kernel class.</summary>
    public override double PeakMacsPerCycle => 1 / Math.Min(
        Math.Min(ConvolutionCyclesPerMac, DepthwiseCyclesPerMac), Math.Min(PointwiseCyclesPerMac, FullyConnectedCyclesPerMac));

    /// <summary>MACs · cycles per MAC of the kernel class / rate + results · cycles of each.</summary>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">Speed of these formats as a share of the 8-bit speed, 0 &lt; rate ≤ 1.</param>
    public override double Cycles(Gemm gemm, double rate = 1) =>
        (gemm.Macs * CyclesPerMac(gemm.Class) / rate) + ((double)gemm.Count * gemm.M * gemm.N * (OutputCycles ?? 0));

    /// <summary>A kernel library without a name.</summary>
    public override IEnumerable<Problem> Problems() => string.IsNullOrWhiteSpace(Software)
        ? [new Problem("software", "accepted is the name and version of a kernel library")] : [];

    private double CyclesPerMac(KernelClass kernel) => kernel switch
    {
        KernelClass.Convolution => ConvolutionCyclesPerMac,
        KernelClass.Depthwise => DepthwiseCyclesPerMac,
        KernelClass.Pointwise => PointwiseCyclesPerMac,
        KernelClass.FullyConnected => FullyConnectedCyclesPerMac,
        _ => throw new ArgumentOutOfRangeException(nameof(kernel)),
    };
}
