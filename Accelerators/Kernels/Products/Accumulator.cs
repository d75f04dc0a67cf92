using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels.Products;

/// <summary>What an accumulator does outside its range, as a type.</summary>
internal interface IOverflow
{
    /// <summary>True when only the sum that moves out is looked at.</summary>
    static abstract bool OnDrain { get; }

    /// <summary>The value an out-of-range sum becomes.</summary>
    static abstract long Settle(long sum, bool beyondInt64, int bits);
}

/// <summary>Two's complement wrap-around.</summary>
internal readonly struct Wrapping : IOverflow
{
    public static bool OnDrain => false;

    public static long Settle(long sum, bool beyondInt64, int bits) => (sum << (64 - bits)) >> (64 - bits);
}

/// <summary>Clamp after every step.</summary>
internal readonly struct Saturating : IOverflow
{
    public static bool OnDrain => false;

    public static long Settle(long sum, bool beyondInt64, int bits) =>
        ((sum < 0) ^ beyondInt64) ? -(1L << (bits - 1)) : (1L << (bits - 1)) - 1;
}

/// <summary>A 64-bit register (guard bits) that is clamped to the accumulator's width as it moves out.</summary>
internal readonly struct SaturatingOnDrain : IOverflow
{
    public static bool OnDrain => true;

    public static long Settle(long sum, bool beyondInt64, int bits) => Saturating.Settle(sum, beyondInt64, bits);
}

/// <summary>
/// The ordered accumulation that a policy describes, one product at a time: the specification. An accumulator starts at the
/// bias, adds groups of exact products and overflows after each group; with blocks, the inner accumulator starts at 0 for each
/// block and its drained sum is added to the outer one, which started at the bias.
/// </summary>
internal struct Accumulator<TOverflow> where TOverflow : struct, IOverflow
{
    private readonly AccumulatorPolicy policy;
    private readonly int outerBits;
    private long inner, outer, group;
    private int inGroup, inBlock;

    public Accumulator(AccumulatorPolicy policy, long bias)
    {
        this.policy = policy;
        outerBits = policy.BlockMacs > 0 ? policy.OuterBits : policy.Bits;
        long start = Add(0, bias, outerBits);
        inner = policy.BlockMacs > 0 ? 0 : start;
        outer = policy.BlockMacs > 0 ? start : 0;
    }

    /// <summary>True once a sum has left the range.</summary>
    public bool Overflowed { get; private set; }

    public void Step(long product)
    {
        group += product;
        if (++inGroup < policy.GroupMacs)
        {
            inBlock++;
            return;
        }

        CloseGroup();
        if (++inBlock == policy.BlockMacs)
            CloseBlock();
    }

    /// <summary>Moves the sum out.</summary>
    public long Drain()
    {
        if (inGroup > 0)
            CloseGroup();
        if (policy.BlockMacs == 0)
            return Leave(inner, policy.Bits);
        if (inBlock > 0)
            CloseBlock();
        return Leave(outer, outerBits);
    }

    private void CloseGroup()
    {
        inner = Add(inner, group, policy.Bits);
        (group, inGroup) = (0, 0);
    }

    private void CloseBlock()
    {
        outer = Add(outer, Leave(inner, policy.Bits), outerBits);
        (inner, inBlock) = (0, 0);
    }

    private long Add(long sum, long term, int bits)
    {
        long next = unchecked(sum + term);
        if (TOverflow.OnDrain)
            return next;
        bool beyond = ((sum ^ next) & (term ^ next)) < 0;
        if (!beyond && InRange(next, bits))
            return next;
        Overflowed = true;
        return TOverflow.Settle(next, beyond, bits);
    }

    private long Leave(long sum, int bits)
    {
        if (!TOverflow.OnDrain || InRange(sum, bits))
            return sum;
        Overflowed = true;
        return TOverflow.Settle(sum, false, bits);
    }

    private static bool InRange(long sum, int bits) => sum == (sum << (64 - bits)) >> (64 - bits);
}
