using System.Numerics;
using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>The memories of an accelerator and what they hold.</summary>
/// <param name="Scratchpad">On-chip memory for activations and everything live within a step.</param>
/// <param name="Accumulators">Separate buffer for partial sums; null: they stay in the engine.</param>
/// <param name="Weights">Read-only memory (flash, NVM) for frozen weights; null: they lie where trained weights lie.</param>
/// <param name="Dram">Off-chip memory for what the scratchpad cannot hold; null: what does not fit does not run.</param>
/// <param name="DoubleBuffered">True: transfers of the next tile overlap with computing this one.</param>
/// <param name="AlignmentBytes">Alignment of every buffer in the scratchpad; a power of two.</param>
/// <param name="Dma">How data comes from outside; null: in bursts, as many under way as the bandwidth takes.</param>
/// <param name="CountsReloads">
/// True: weights read from the scratchpad again for each piece of a product that the accumulators hold are traffic. Null or
/// false: only where a piece has fewer rows than the array.
/// </param>
[Yaml("The memories of an accelerator and what they hold.")]
public sealed record MemorySystem(
    [Yaml("On-chip memory for activations and everything live within a step.")] Memory Scratchpad,
    [Yaml("Separate buffer for partial sums; null: they stay in the engine.")] Memory? Accumulators,
    [Yaml("Read-only memory (flash, NVM) for frozen weights; null: they lie where trained weights lie.")] Memory? Weights,
    [Yaml("Off-chip memory for what the scratchpad cannot hold; null: what does not fit does not run.")] Memory? Dram,
    [Yaml("Transfers of the next tile overlap with computing this one.")] bool DoubleBuffered = true,
    [Yaml("Alignment of every buffer in the scratchpad; a power of two.", Min = 1)] int AlignmentBytes = 16,
    [Yaml("How data comes from outside; null: in bursts, as many under way as the bandwidth takes.", HideNull = true)]
    Dma? Dma = null,
    [Yaml("Weights read from the scratchpad again for each piece of a product that the accumulators hold are traffic; null: only "
        + "where a piece has fewer rows than the array.", HideNull = true)]
    bool? CountsReloads = null) : IChecked
{
    /// <summary>An alignment that is no power of two or larger than the scratchpad.</summary>
    public IEnumerable<Problem> Problems()
    {
        if (!BitOperations.IsPow2(AlignmentBytes))
            yield return new Problem("alignment", $"found {AlignmentBytes} B; accepted is a power of two");
        else if (AlignmentBytes > Scratchpad.SizeBytes)
        {
            yield return new Problem("alignment",
                $"found {AlignmentBytes} B; accepted is at most the scratchpad's {Scratchpad.SizeBytes} B");
        }
    }
}
