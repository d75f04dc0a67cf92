using NpuSim.Random;

namespace NpuSim.Accelerators.Kernels.Randomness;

/// <summary>
/// Where a random number of a training run lives. Philox's key is the seed, its counter (block, step, direction, tensor): any
/// element can be drawn again without storing it.
/// </summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">Training step.</param>
/// <param name="Direction">which of the m directions.</param>
/// <param name="Tensor">Which tensor.</param>
public readonly record struct RandomAddress(ulong Seed, uint Step, uint Direction, uint Tensor)
{
    /// <summary>Direction of the ascent step of a sharpness-aware method; the directions of a step are below 2²⁴.</summary>
    public const uint AscentDirection = 1u << 24;

    /// <summary>Added to a direction: the draw around zero of momentum-guided sampling.</summary>
    public const uint GuidedFresh = 1u << 25;

    /// <summary>Added to a direction: the draw around the last direction of momentum-guided sampling.</summary>
    public const uint GuidedNear = 1u << 26;

    /// <summary>Direction of the random choice of weights that train.</summary>
    public const uint MaskDirection = 1u << 27;

    /// <summary>How many of the lowest bits of <see cref="Noise"/> are 0, 0..31: of hardware that draws fewer.</summary>
    public int DroppedBits { get; init; }

    private const uint RoundingNoise = 1u << 31; // in the direction word: keeps rounding apart from perturbation

    /// <summary>Four words of perturbation bits.</summary>
    internal (uint W0, uint W1, uint W2, uint W3) Block(uint block) =>
        Philox.Block(block, Step, Direction, Tensor, (uint)Seed, (uint)(Seed >> 32));

    /// <summary>32 uniform bits, the lowest cleared, for the stochastic rounding of element <paramref name="index"/>: word index
    /// mod 4 of block index / 4.</summary>
    /// <param name="index">Element of the result.</param>
    /// <param name="lane">Which of several roundings of the element, 0..3.</param>
    public uint Noise(long index, uint lane = 0)
    {
        (uint w0, uint w1, uint w2, uint w3) = Philox.Block(
            (uint)(index >> 2), Step, Direction | RoundingNoise | (lane << 28), Tensor, (uint)Seed, (uint)(Seed >> 32));
        return (index & 3) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 } >> DroppedBits << DroppedBits;
    }
}
