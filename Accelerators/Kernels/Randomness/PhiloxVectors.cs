using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>Philox 4×32-10 for sixteen successive blocks at once (AVX-512).</summary>
internal static unsafe class PhiloxVectors
{
    /// <summary>Blocks per call.</summary>
    public const int Blocks = 16;

    /// <summary>words[w, b] = word w of block first + b of the perturbation at an address.</summary>
    public static void Run(RandomAddress address, uint first, uint* words)
    {
        Vector512<uint> c0 = Vector512.Create(first) + Vector512<uint>.Indices;
        Vector512<uint> c1 = Vector512.Create(address.Step), c2 = Vector512.Create(address.Direction);
        Vector512<uint> c3 = Vector512.Create(address.Tensor);
        uint k0 = (uint)address.Seed, k1 = (uint)(address.Seed >> 32);
        Vector512<uint> m0 = Vector512.Create(0xD2511F53), m1 = Vector512.Create(0xCD9E8D57);
        for (int round = 0; round < 10; round++)
        {
            (Vector512<uint> high0, Vector512<uint> low0) = Multiply(m0, c0);
            (Vector512<uint> high1, Vector512<uint> low1) = Multiply(m1, c2);
            (c0, c1, c2, c3) = (high1 ^ c1 ^ Vector512.Create(k0), low1, high0 ^ c3 ^ Vector512.Create(k1), low0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        c0.Store(words);
        c1.Store(words + Blocks);
        c2.Store(words + (2 * Blocks));
        c3.Store(words + (3 * Blocks));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<uint> High, Vector512<uint> Low) Multiply(Vector512<uint> a, Vector512<uint> b)
    {
        Vector512<ulong> even = Avx512F.Multiply(a, b);
        Vector512<ulong> odd = Avx512F.Multiply(a, Vector512.ShiftRightLogical(b.AsUInt64(), 32).AsUInt32());
        Vector512<ulong> low = Vector512.Create((ulong)uint.MaxValue);
        return (
            (Vector512.ShiftRightLogical(even, 32) | (odd & ~low)).AsUInt32(),
            ((even & low) | Vector512.ShiftLeft(odd, 32)).AsUInt32());
    }
}
