using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
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
/// <param name="Bf16">Products of bf16; null: the core has none.</param>
/// <param name="Fp8">Products of fp8, E4M3 and E5M2; null: the core has none.</param>
/// <param name="Mxint8">Products of MXINT8; null: the core has none.</param>
/// <param name="Mxfp8">Products of MXFP8; null: the core has none.</param>
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
    Engine? Fp16Engine = null,
    [Yaml("Products of bf16; null: the core has none.", HideNull = true)] HostProducts? Bf16 = null,
    [Yaml("Products of fp8, E4M3 and E5M2; null: the core has none.", HideNull = true)] HostProducts? Fp8 = null,
    [Yaml("Products of MXINT8; null: the core has none.", HideNull = true)] HostProducts? Mxint8 = null,
    [Yaml("Products of MXFP8; null: the core has none.", HideNull = true)] HostProducts? Mxfp8 = null)
{
    /// <summary>What multiplies a format of floats; null where the core has no such products.</summary>
    public HostProducts? Products(NumberFormat format) => format switch
    {
        NumberFormat.Fp32 => new(Fp32CyclesPerMac),
        NumberFormat.Fp16 => new(Fp16CyclesPerMac, Fp16Engine),
        NumberFormat.Bf16 => Bf16,
        NumberFormat.Fp8E4M3 or NumberFormat.Fp8E5M2 => Fp8,
        NumberFormat.MxInt8 => Mxint8,
        NumberFormat.MxFp8E4M3 or NumberFormat.MxFp8E5M2 => Mxfp8,
        _ => null,
    };
}

/// <summary>Matrix products in one format of floats.</summary>
/// <param name="CyclesPerMac">Cycles of one multiply-accumulate, loads included, where the core itself multiplies.</param>
/// <param name="Engine">What multiplies in its place; null: the core does.</param>
[Yaml("Matrix products in one format of floats.")]
public sealed record HostProducts(
    [Yaml("Cycles of one multiply-accumulate, loads included, where the core itself multiplies.", Above = 0)] double CyclesPerMac,
    [Yaml("What multiplies in place of the core; null: the core.", HideNull = true)] Engine? Engine = null)
{
    /// <summary>Cycles of a product, of the host's clock.</summary>
    public double Cycles(Gemm gemm) => Engine?.Cycles(gemm) ?? (gemm.Macs * CyclesPerMac);
}
