using NpuSim.Yaml;

namespace NpuSim.Accelerators.Engines;

/// <summary>
/// What multiplies matrices. Each kind says what a product takes on it and how it stands to the units and memories around it.
/// </summary>
[YamlKinds(typeof(SystolicArray), typeof(MacArray), typeof(VectorDsp), typeof(OuterProductUnit), typeof(Microcontroller))]
public abstract record Engine : IChecked
{
    private protected Engine() { }

    /// <summary>8×8-bit MACs per cycle at the most.</summary>
    public abstract double PeakMacsPerCycle { get; }

    /// <summary>
    /// True for cores that load from every memory themselves: nothing is staged in the scratchpad, loads overlap with
    /// arithmetic, and the choice of where tensors lie matters even where nothing is fetched.
    /// </summary>
    public virtual bool ReadsInPlace => false;

    /// <summary>
    /// True where the vector unit requantises results as they leave; false where the engine's own cycles include it.
    /// </summary>
    public virtual bool RequantizesOnVectorUnit => false;

    /// <summary>True where results are requantised while the engine goes on; false: after it.</summary>
    public virtual bool RequantizesBeside => true;

    /// <summary>The least a separate buffer for partial sums has to hold: how many sums, and what they are.</summary>
    public virtual (long Sums, string What) LeastSums => (1, "one sum");

    /// <summary>
    /// Cycles in which the engine computes a product, its operands being at hand. A bigger product never takes fewer.
    /// </summary>
    /// <param name="gemm">The product.</param>
    /// <param name="rate">MACs per cycle of these formats as a share of the peak, 0 &lt; rate ≤ 1.</param>
    public abstract double Cycles(Gemm gemm, double rate = 1);

    /// <summary>
    /// How often the engine reads each operand from the scratchpad, and how often it adds to each partial sum in a buffer of
    /// its own; once each where operands stay in registers.
    /// </summary>
    /// <param name="gemm">The product.</param>
    public virtual (long Streamed, long Weights, long PartialSums) Passes(Gemm gemm) => (1, 1, 1);

    /// <summary>
    /// Lengths of M, N and K to whose multiples zeros fill up operands that are moved in whole tiles; 1 where they do not.
    /// </summary>
    public virtual (long Rows, long Columns, long Depth) WholeTiles => (1, 1, 1);

    /// <summary>What is wrong between the numbers of the engine.</summary>
    public virtual IEnumerable<Problem> Problems() => [];
}
