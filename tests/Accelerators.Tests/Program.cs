using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Tests.Kernels;

// The tests start this program again with instruction sets switched off and compare what it prints.
Console.WriteLine($"vectors AVX-512BW {Avx512BW.IsSupported}, AVX2 {Avx2.IsSupported}");
foreach (string line in KernelDigest.Lines())
    Console.WriteLine(line);
