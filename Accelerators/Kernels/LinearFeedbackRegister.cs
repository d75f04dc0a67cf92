using NpuSim.Random;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// A Galois linear feedback shift register, x³² + x²² + x² + x + 1, as hardware has: shifted right, 16 clocks per number, whose low
/// sixteen bits count. Any number of a sequence can be reached directly by powers of the step.
/// </summary>
internal static class LinearFeedbackRegister
{
    private const uint Feedback = 0x80200003;

    private static readonly uint[] Advance16 = [.. Enumerable.Range(0, 1 << 16).Select(low => Clock((uint)low, 16))];

    /// <summary>The state after the next number, which is its low sixteen bits.</summary>
    public static uint Next(uint state) => (state >> 16) ^ Advance16[state & 0xFFFF];

    /// <summary>
    /// The state before number <paramref name="first"/>. The seed state is one Philox word of the address (never 0); the register
    /// then runs 16 clocks per number before the first.
    /// </summary>
    public static uint Before(RandomAddress address, long first)
    {
        (uint state, _, _, _) = Philox.Block(
            0, address.Step, address.Direction | (1u << 30), address.Tensor, (uint)address.Seed, (uint)(address.Seed >> 32));
        state = state == 0 ? 1 : state;
        Span<uint> power = stackalloc uint[32]; // columns of the matrix that advances by 16 · 2^bit clocks
        for (int b = 0; b < 32; b++)
            power[b] = Clock(1u << b, 16);
        Span<uint> squared = stackalloc uint[32];
        for (long n = first; n > 0; n >>= 1)
        {
            if ((n & 1) != 0)
                state = Apply(power, state);
            for (int b = 0; b < 32; b++)
                squared[b] = Apply(power, power[b]);
            squared.CopyTo(power);
        }

        return state;
    }

    private static uint Clock(uint state, int times)
    {
        for (int i = 0; i < times; i++)
            state = (state >> 1) ^ ((state & 1) == 0 ? 0 : Feedback);
        return state;
    }

    private static uint Apply(ReadOnlySpan<uint> columns, uint state)
    {
        uint result = 0;
        for (int b = 0; b < 32; b++)
            result ^= (state >> b & 1) == 0 ? 0 : columns[b];
        return result;
    }
}
