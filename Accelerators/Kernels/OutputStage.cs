using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>
/// What lies between operands and outputs of a layer besides the products: offsets added to the operands, the factor(s) from
/// accumulator to output scale, the output zero point and the clamp of a fused activation. Immutable, made once per layer.
/// </summary>
public sealed class OutputStage
{
    private const int Lanes = 32;

    private readonly FixedScale[] scales;
    private readonly int[] multipliers, shifts; // for vectors: one scale repeated, or one per channel, with room past the end
    private readonly float[] factors; // the same in binary32

    /// <summary>Keeps a copy of <paramref name="scales"/>.</summary>
    /// <param name="scales">One factor, or one per output channel (or column).</param>
    /// <param name="outputZeroPoint">Added to the scaled output.</param>
    /// <param name="minimum">Least output; fused ReLU: the zero point.</param>
    /// <param name="maximum">Greatest output.</param>
    /// <param name="inputOffset">Added to each element of the first operand: minus its zero point.</param>
    /// <param name="weightOffset">Added to each element of the second operand: minus its zero point.</param>
    /// <exception cref="ArgumentException">No scale is given, or the clamp is empty.</exception>
    public OutputStage(
        ReadOnlySpan<FixedScale> scales,
        int outputZeroPoint = 0,
        int minimum = int.MinValue,
        int maximum = int.MaxValue,
        int inputOffset = 0,
        int weightOffset = 0)
    {
        if (scales.IsEmpty)
            throw new ArgumentException("An output stage has at least one scale.", nameof(scales));
        if (minimum > maximum)
            throw new ArgumentException($"The clamp {minimum}..{maximum} is empty.", nameof(minimum));
        this.scales = scales.ToArray();
        (OutputZeroPoint, Minimum, Maximum, InputOffset, WeightOffset) =
            (outputZeroPoint, minimum, maximum, inputOffset, weightOffset);
        multipliers = new int[scales.Length + Lanes];
        shifts = new int[scales.Length + Lanes];
        factors = new float[scales.Length + Lanes];
        for (int i = 0; i < multipliers.Length; i++)
        {
            FixedScale scale = scales[scales.Length == 1 ? 0 : Math.Min(i, scales.Length - 1)];
            (multipliers[i], shifts[i], factors[i]) = (scale.Multiplier, 31 - scale.Shift, (float)scale.ToDouble());
        }

        (LeastShift, GreatestShift) = (shifts.Min(), shifts.Max());
    }

    /// <summary>One scale and nothing else.</summary>
    public OutputStage(FixedScale scale) : this([scale]) { }

    /// <summary>No scaling: for int32 outputs, which are raw accumulators.</summary>
    public static OutputStage Raw { get; } = new(new FixedScale(1 << 30, 1));

    /// <summary>One factor, or one per output channel.</summary>
    public ReadOnlySpan<FixedScale> Scales => scales;

    /// <summary>Added to the scaled output.</summary>
    public int OutputZeroPoint { get; }

    /// <summary>Least output.</summary>
    public int Minimum { get; }

    /// <summary>Greatest output.</summary>
    public int Maximum { get; }

    /// <summary>Added to each element of the first operand.</summary>
    public int InputOffset { get; }

    /// <summary>Added to each element of the second operand.</summary>
    public int WeightOffset { get; }

    /// <summary>True when a factor is 1 or more: results may leave 32 bits.</summary>
    internal bool ScalesUp => LeastShift < 31;

    /// <summary>Least 31 − s.</summary>
    internal int LeastShift { get; }

    /// <summary>Greatest 31 − s.</summary>
    internal int GreatestShift { get; }

    /// <summary>Multipliers from a channel on, at least 32 of them.</summary>
    internal ReadOnlySpan<int> Multipliers => multipliers;

    /// <summary>31 − s of each multiplier.</summary>
    internal ReadOnlySpan<int> Shifts => shifts;

    /// <summary>Each scale rounded to binary32.</summary>
    internal ReadOnlySpan<float> Factors => factors;

    /// <summary>The factor of one channel.</summary>
    public FixedScale Scale(int channel) => scales.Length == 1 ? scales[0] : scales[channel];

    internal void Check(int channels)
    {
        if (scales.Length != 1 && scales.Length != channels)
            throw new ArgumentException($"The output stage has {scales.Length} scales for {channels} channels.");
    }
}
