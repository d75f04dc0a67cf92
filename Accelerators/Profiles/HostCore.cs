using NpuSim.Accelerators.Engines;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>A core with float arithmetic beside the accelerator: where BP in fp16 or fp32 runs.</summary>
/// <param name="Name">Name of the core.</param>
/// <param name="ClockHz">Its clock.</param>
/// <param name="Fp32CyclesPerMac">Cycles of one fp32 multiply-accumulate in a matrix product, loads included.</param>
/// <param name="Fp16CyclesPerMac">The same in fp16.</param>
/// <param name="CyclesPerElement">Cycles of one element-wise float operation, loads included.</param>
/// <param name="TransferBytesPerSecond">Bandwidth between accelerator memory and host.</param>
/// <param name="PicojoulesPerCycle">Energy of one core cycle.</param>
/// <param name="Fp16Engine">What multiplies matrices of fp16 in place of the core; null: the core does.</param>
[Yaml("A core with float arithmetic beside the accelerator: where backpropagation in fp16 or fp32 runs.")]
public sealed record HostCore(
    [Yaml("Name of the core.")] string Name,
    [Yaml("Its clock.", Above = 0)] double ClockHz,
    [Yaml("Cycles of one fp32 multiply-accumulate in a matrix product, loads included.", Above = 0)] double Fp32CyclesPerMac,
    [Yaml("The same in fp16.", Above = 0)] double Fp16CyclesPerMac,
    [Yaml("Cycles of one element-wise float operation, loads included.", Above = 0)] double CyclesPerElement,
    [Yaml("Bandwidth between accelerator memory and host.", Above = 0)] double TransferBytesPerSecond,
    [Yaml("Energy of one core cycle.", Key = "energy", Min = 0)] double PicojoulesPerCycle,
    [Yaml("What multiplies matrices of fp16 in place of the core, as an engine for training does; null: the core.",
        HideNull = true)]
    Engine? Fp16Engine = null);
