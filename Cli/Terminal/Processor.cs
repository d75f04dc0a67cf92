using System.Runtime.Intrinsics.X86;

namespace NpuSim.Cli.Terminal;

/// <summary>The machine that simulates.</summary>
internal static class Processor
{
    /// <summary>Instruction set of the integer kernels; no result depends on it.</summary>
    public static string InstructionSet => Avx512BW.IsSupported ? "AVX-512BW" : Avx2.IsSupported ? "AVX2" : "portable";

    /// <summary>Instruction set and, where another than the processor trained, the backend.</summary>
    public static string Describe(string? backend) => backend is null ? InstructionSet : $"{InstructionSet}, {backend}";
}
