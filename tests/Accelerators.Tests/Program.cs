using System.Runtime.Intrinsics.X86;
using NpuSim.Accelerators.Tests.Kernels;
using NpuSim.Accelerators.Tests.OpenCl;

// The tests start this program again: with instruction sets switched off, to compare what it prints, or under oclgrind.
if (args is ["oclgrind"])
{
    OclgrindTests.RunKernels();
    return;
}

Console.WriteLine($"vectors AVX-512BW {Avx512BW.IsSupported}, AVX2 {Avx2.IsSupported}");
foreach (string line in KernelDigest.Lines())
    Console.WriteLine(line);
