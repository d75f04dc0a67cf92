using NpuSim.Accelerators.Kernels.Randomness;

namespace NpuSim.Accelerators.OpenCl;

/// <summary>A <see cref="PerturbationSource"/> whose stored parts lie in a device's memory. Those of one call lie in one
/// buffer.</summary>
/// <param name="Source">Where z comes from. What it stores on the processor is not read, but tells what is stored.</param>
/// <param name="Stored">z itself, int8, of the whole tensor; without a buffer unless the source stores z.</param>
/// <param name="Mask">The mask's bits, eight to an element; without a buffer unless the source stores a mask.</param>
public readonly record struct DeviceSource(PerturbationSource Source, DeviceOperand Stored = default,
    DeviceOperand Mask = default)
{
    /// <summary>Bytes of a source as kernels take it.</summary>
    internal const int Bytes = 64;

    private const uint IsNormal = 1, IsLinear = 2, IsStored = 4, HasStoredMask = 8, HasRandomMask = 16, IsMaskLinear = 32;

    /// <summary>A source that stores nothing.</summary>
    public static implicit operator DeviceSource(PerturbationSource source) => new(source);

    /// <summary>The buffer of what it stores; null: it stores nothing.</summary>
    internal DeviceBuffer? State => Stored.Buffer ?? Mask.Buffer;

    internal void Check(long elements)
    {
        if (Source.Stored is not null)
            Stored.Check(elements, nameof(Stored));
        if (Source.Mask?.Stored is not null)
            Mask.Check((elements + 7) / 8, nameof(Mask));
        if (Stored.Bits > 8 || Mask.Bits > 8
            || (Stored.Buffer is not null && Mask.Buffer is not null && Stored.Buffer != Mask.Buffer))
            throw new ArgumentException("Directions and masks that are stored have bytes in one buffer.");
        RandomAddress at = Source.Address, mask = Source.Mask?.Address ?? default;
        if (Source.Mask is { Stored: null } && mask != new RandomAddress(at.Seed, 0, RandomAddress.MaskDirection, at.Tensor))
            throw new ArgumentException("A random mask lives at the address of its weights.");
    }

    /// <summary>The source as weights.cl lays it out.</summary>
    /// <param name="factor">Of z.</param>
    internal Argument.Eight Pack(int factor)
    {
        RandomAddress at = Source.Address;
        uint flags = (Source.Distribution == PerturbationDistribution.Normal
            ? IsNormal : 0) | (Source.LinearFeedback ? IsLinear : 0)
            | (Source.Stored is null ? 0 : IsStored);
        uint start = Source is { LinearFeedback: true, Stored: null } ? LinearFeedbackRegister.Seed(at) : 0, maskStart = 0;
        if (Source.Mask is { } mask)
        {
            flags |= (mask.Stored is null ? HasRandomMask : HasStoredMask) | (mask.LinearFeedback ? IsMaskLinear : 0);
            maskStart = mask is { Stored: null, LinearFeedback: true } ? LinearFeedbackRegister.Seed(mask.Address) : 0;
        }

        Argument.Eight words = default;
        words[0] = at.Seed;
        words[1] = Pair(at.Step, at.Tensor);
        words[2] = Pair(at.Direction, start);
        words[3] = Pair(flags, (uint)(Source.Mask?.KeptOf65536 ?? 0));
        words[4] = (ulong)Stored.Offset;
        words[5] = (ulong)Mask.Offset;
        words[6] = Pair(maskStart, (uint)Stored.Count);
        words[7] = Pair((uint)(Stored.Count >> 32), (uint)factor);
        return words;
    }

    private static ulong Pair(uint low, uint high) => low | ((ulong)high << 32);
}
