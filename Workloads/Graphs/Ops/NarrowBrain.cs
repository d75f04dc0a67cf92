namespace NpuSim.Workloads.Graphs.Ops;

/// <summary>x rounded to bfloat16, the upper half of a binary32, halves to even; its slope is that of x.</summary>
public sealed record NarrowBrain : UnaryFunction
{
    /// <inheritdoc/>
    public override string Name => "to-bf16";

    /// <inheritdoc/>
    public override double Of(double x)
    {
        if (!float.IsFinite((float)x))
            return (float)x;
        uint bits = BitConverter.SingleToUInt32Bits((float)x);
        return BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000);
    }

    /// <inheritdoc/>
    public override double Slope(double x) => 1;
}
