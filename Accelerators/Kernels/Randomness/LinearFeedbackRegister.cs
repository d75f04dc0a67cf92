using NpuSim.Random;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// A Galois linear feedback shift register, x³² + x²² + x² + x + 1, as hardware has: shifted right, 16 clocks per number, whose
/// low sixteen bits count. Any number of a sequence can be reached directly by powers of the step.
/// </summary>
internal static class LinearFeedbackRegister
{
    private const uint Feedback = 0x80200003;

    private static readonly uint[] Advance16 = [.. Enumerable.Range(0, 1 << 16).Select(low => Clock((uint)low, 16))];

    /// <summary>The state after the next number, which is its low sixteen bits.</summary>
    public static uint Next(uint state) => (state >> 16) ^ Advance16[state & 0xFFFF];

    /// <summary>
    /// [40, 32]: for each bit b of an element's index, the columns of the matrix that advances by 16 · 2^b clocks.
    /// </summary>
    public static Lazy<uint[]> JumpPowers { get; } = new(MakeJumpPowers);

    /// <summary>The state before the first number of an address: one Philox word, never 0.</summary>
    public static uint Seed(RandomAddress address)
    {
        (uint state, _, _, _) = Philox.Block(
            0, address.Step, address.Direction | (1u << 30), address.Tensor, (uint)address.Seed, (uint)(address.Seed >> 32));
        return state == 0 ? 1 : state;
    }

    /// <summary>The state before number <paramref name="first"/>: 16 clocks per number before it.</summary>
    public static uint Before(RandomAddress address, long first)
    {
        uint state = Seed(address);
        ReadOnlySpan<uint> powers = JumpPowers.Value;
        for (long n = first; n > 0; n >>= 1, powers = powers[32..])
        {
            if ((n & 1) != 0)
                state = Apply(powers, state);
        }

        return state;
    }

    private static uint[] MakeJumpPowers()
    {
        uint[] powers = new uint[40 * 32]; // elements up to 2⁴⁰
        for (int column = 0; column < 32; column++)
            powers[column] = Clock(1u << column, 16);
        for (int b = 1; b < 40; b++)
        {
            ReadOnlySpan<uint> half = powers.AsSpan((b - 1) * 32, 32);
            for (int column = 0; column < 32; column++)
                powers[(b * 32) + column] = Apply(half, half[column]);
        }

        return powers;
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
