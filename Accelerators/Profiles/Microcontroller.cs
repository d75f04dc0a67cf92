using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>A microcontroller with a named kernel library: cycles per 8×8-bit MAC by kernel class, loads included.</summary>
/// <param name="Software">The kernel library and version that was measured; published figures differ by 2.4× with it.</param>
/// <param name="ConvolutionCyclesPerMac">Spatial convolutions.</param>
/// <param name="DepthwiseCyclesPerMac">Depthwise convolutions.</param>
/// <param name="PointwiseCyclesPerMac">1×1 convolutions.</param>
/// <param name="FullyConnectedCyclesPerMac">Fully connected layers and matrix products.</param>
[Yaml("A microcontroller with a named kernel library: cycles per 8×8-bit MAC by kernel class, loads included.", Key = "mcu")]
public sealed record Microcontroller(
    [Yaml("The kernel library and version the figures were measured with.")] string Software,
    [Yaml("Spatial convolutions.", Above = 0)] double ConvolutionCyclesPerMac,
    [Yaml("Depthwise convolutions.", Above = 0)] double DepthwiseCyclesPerMac,
    [Yaml("1×1 convolutions.", Above = 0)] double PointwiseCyclesPerMac,
    [Yaml("Fully connected layers and matrix products.", Above = 0)] double FullyConnectedCyclesPerMac) : Engine;
