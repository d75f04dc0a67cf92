using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels.Products;

namespace NpuSim.Accelerators.Kernels;

/// <summary>Native memory that a thread keeps from call to call, so that kernels allocate nothing. Contents do not survive a
/// call.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static Scratch? mine;

    private readonly nint[] blocks = new nint[(int)Slot.Count];
    private readonly nuint[] sizes = new nuint[(int)Slot.Count];

    /// <summary>What a piece of scratch memory is for. One use at a time per thread.</summary>
    internal enum Slot
    {
        /// <summary>Right operand in panels.</summary>
        Right,

        /// <summary>Norms and bounds of the right operand's rows.</summary>
        RightNorms,

        /// <summary>What the accumulators of each column start at.</summary>
        Starts,

        /// <summary>Norms of the right operand by segment.</summary>
        RightSegments,

        /// <summary>Left operand in panels.</summary>
        Left,

        /// <summary>One row widened to 16 bits.</summary>
        Row,

        /// <summary>Sums of squares by segment.</summary>
        Squares,

        /// <summary>Norms of the left operand by segment.</summary>
        LeftNorms,

        /// <summary>A tile of accumulators.</summary>
        Tile,

        /// <summary>Bias as 64-bit integers.</summary>
        Bias,

        /// <summary>Intermediate results of one row.</summary>
        Values,

        /// <summary>Random numbers of one block.</summary>
        Draws,

        /// <summary>Number of slots.</summary>
        Count,
    }

    ~Scratch()
    {
        foreach (nint block in blocks)
            NativeMemory.AlignedFree((void*)block);
    }

    /// <summary>At least <paramref name="count"/> elements, 64-byte aligned, of this thread's slot.</summary>
    public static T* Get<T>(Slot slot, long count) where T : unmanaged
    {
        Scratch scratch = mine ??= new Scratch();
        nuint bytes = checked((nuint)count * (nuint)sizeof(T)) + Alignment; // a vector may be read past the end
        if (scratch.sizes[(int)slot] < bytes)
        {
            NativeMemory.AlignedFree((void*)scratch.blocks[(int)slot]);
            scratch.blocks[(int)slot] = (nint)NativeMemory.AlignedAlloc(bytes, Alignment);
            scratch.sizes[(int)slot] = bytes;
        }

        return (T*)scratch.blocks[(int)slot];
    }
}
