using NpuSim.Yaml;

namespace NpuSim.Accelerators.Profiles;

/// <summary>A MAC array with adder trees (Ethos-U): each cycle it takes a depth of inputs for a block of outputs.</summary>
/// <param name="MacsPerCycle">Peak for 8×8 bits.</param>
/// <param name="BlockWidth">Output columns worked on in one cycle.</param>
/// <param name="BlockHeight">Output rows worked on in one cycle.</param>
/// <param name="BlockDepth">Output channels worked on in one cycle.</param>
/// <param name="InputDepth">Input channels reduced in one cycle.</param>
[Yaml("A block-based MAC array with adder trees (Ethos-U): each cycle it takes a depth of inputs for a block of outputs.")]
public sealed record MacArray(
    [Yaml("Peak for 8×8 bits; the product of the four numbers below.", Min = 1, Max = 1 << 20)] int MacsPerCycle,
    [Yaml("Output columns worked on in one cycle.", Min = 1, Max = 1024)] int BlockWidth,
    [Yaml("Output rows worked on in one cycle.", Min = 1, Max = 1024)] int BlockHeight,
    [Yaml("Output channels worked on in one cycle.", Min = 1, Max = 1024)] int BlockDepth,
    [Yaml("Input channels reduced in one cycle.", Min = 1, Max = 1024)] int InputDepth) : Engine, IChecked
{
    /// <summary>A peak that is not the product of the block.</summary>
    public IEnumerable<Problem> Problems()
    {
        long block = (long)BlockWidth * BlockHeight * BlockDepth * InputDepth;
        if (block != MacsPerCycle)
        {
            yield return new Problem("macs-per-cycle",
                $"found {MacsPerCycle}; accepted is block-width × block-height × block-depth × input-depth, which is {block}");
        }
    }
}
