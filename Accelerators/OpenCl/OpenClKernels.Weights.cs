using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <content>Perturbation and update of weights; z is drawn where it is used.</content>
public sealed partial class OpenClKernels
{
    /// <summary>As <see cref="PerturbKernel"/>.</summary>
    /// <param name="w">[n], int4, int8 or int16.</param>
    /// <param name="terms">One or two directions and their factors ±ε_q, at most 2²³ in magnitude; rounding draws at the address
    /// of the first.</param>
    /// <param name="y">[n], the format of w.</param>
    /// <param name="slot">Where overflows are counted.</param>
    /// <param name="exactOne">True: requantise by 1/36, not by 3.5/127.</param>
    /// <param name="first">Element of the whole tensor that the first of w is: z and rounding noise are those of the
    /// whole.</param>
    /// <param name="whole">Elements of the whole tensor; 0: those up to the last of w.</param>
    public void Perturb(
        DeviceOperand w, ReadOnlySpan<(DeviceSource Source, int SignedSteps)> terms, DeviceOperand y, int slot,
        bool exactOne = false, long first = 0, long whole = 0)
    {
        CheckLike(w, y);
        if (terms.Length is not (1 or 2))
            throw new ArgumentException($"{terms.Length} summands; accepted are one or two.", nameof(terms));
        OutputStage stage = PerturbKernel.StageOf(+1, 0, w.Format, exactOne);
        DeviceBuffer? state = null;
        foreach ((DeviceSource source, int steps) in terms)
        {
            _ = PerturbKernel.StageOf(+1, steps, w.Format, exactOne);
            CheckSource(source, whole > 0 ? whole : first + w.Count, ref state);
        }

        Accumulate(slot, w.Count);
        RandomAddress noise = terms[0].Source.Source.Address;
        LaunchElements(
            "perturb", ((first + w.Count + 7) / 8) - (first / 8),
            [
                w.Buffer, w.Offset, w.Bits, first, w.Count, terms.Length, terms[0].Source.Pack(terms[0].SignedSteps),
                terms[^1].Source.Pack(terms[^1].SignedSteps), state ?? w.Buffer, Powers(), Normals(), counts.Buffer, Slot(slot),
                .. Stage(stage, y, noise),
            ]);
    }

    /// <inheritdoc/>
    public void Perturb(DeviceOperand w, PerturbationTerm[] terms, DeviceOperand y, int slot, long first, long whole)
    {
        Span<(DeviceSource, int)> summands = new (DeviceSource, int)[terms.Length];
        for (int i = 0; i < terms.Length; i++)
            summands[i] = (Placed(terms[i].Source), terms[i].SignedSteps);
        Perturb(w, summands, y, slot, exactOne: false, first, whole);
    }

    /// <inheritdoc/>
    public void Update(
        DeviceOperand w, PerturbationSource[] sources, int[] signs, FixedScale scale, DeviceOperand velocity, int momentum,
        UpdateForm form = default, DeviceOperand residual = default) =>
        Update(w, Array.ConvertAll(sources, Placed), form is { FractionBits: 0, ResidualBits: 0 } ? (ReadOnlySpan<int>)signs
            : throw new ArgumentException($"{form}: devices take whole factors and keep no residual.", nameof(form)),
            scale, velocity, momentum, form.IsSum);

    /// <inheritdoc/>
    public void PerturbAtRandom(DeviceOperand w, PerturbationTerm[] terms, FixedScale scale, DeviceOperand y, int slot,
        long first) => throw new NotSupportedException("Devices round perturbations as the policy says.");

    /// <inheritdoc/>
    public FixedScale NormRatio(DeviceOperand w, PerturbationSource[] sources, int[] signs) =>
        NormRatio(w, Array.ConvertAll(sources, Placed), (ReadOnlySpan<int>)signs);

    /// <summary>As <see cref="UpdateKernel"/>; changed weights and updates that rounded to nothing are counted.</summary>
    /// <param name="w">[n], any integer format; changed.</param>
    /// <param name="sources">[m] the directions.</param>
    /// <param name="signs">[m] sign(L₊ − L₋) per direction.</param>
    /// <param name="scale">η · Δz / Δw; with a velocity η · Δz / (2⁸ · Δw).</param>
    /// <param name="velocity">[n] int16, changed too; without a buffer: no momentum.</param>
    /// <param name="momentum">μ · 2¹⁵, 0..2¹⁵ − 1.</param>
    /// <param name="isSum">True: the signs are factors, and g their sum in 32 bits.</param>
    public void Update(
        DeviceOperand w, ReadOnlySpan<DeviceSource> sources, ReadOnlySpan<int> signs, FixedScale scale,
        DeviceOperand velocity = default, int momentum = 0, bool isSum = false)
    {
        w.Check(w.Count, nameof(w));
        if (velocity.Buffer is not null)
        {
            velocity.Check(w.Count, nameof(velocity));
            if (velocity.Format != NumberFormat.Int16 || momentum is < 0 or >= 1 << UpdateKernel.MomentumBits)
                throw new ArgumentException($"A velocity is int16 and μ lies in [0, 1), not {velocity.Format} and {momentum}.",
                    nameof(velocity));
        }

        LaunchElements(
            "update", (w.Count + 7) / 8,
            [
                w.Buffer, w.Offset, w.Bits, w.Count, .. Estimate(w, sources, signs, isSum), scale, velocity.Buffer ?? w.Buffer,
                    velocity.Offset,
                velocity.Buffer is null ? -1 : momentum, counts.Buffer, UpdateSlot,
            ]);
    }

    /// <summary>As <see cref="NormKernel"/>: the sums are the device's, and the ratio of the two numbers read back is the
    /// host's.</summary>
    /// <param name="w">[n], at most 16 bits.</param>
    /// <param name="sources">[m] the directions.</param>
    /// <param name="signs">[m] −1, 0 or +1.</param>
    public FixedScale NormRatio(DeviceOperand w, ReadOnlySpan<DeviceSource> sources, ReadOnlySpan<int> signs)
    {
        w.Check(w.Count, nameof(w));
        DeviceBuffer sums = queue.Scratch("sums of squares", 2 * sizeof(long));
        LaunchElements("clear", 1, sums, 4L);
        LaunchElements("squares", (w.Count + 7) / 8, [w.Buffer, w.Offset, w.Bits, w.Count, .. Estimate(w, sources, signs), sums]);
        Span<long> read = stackalloc long[2];
        queue.Read(sums, 0, MemoryMarshal.AsBytes(read));
        return FixedScale.RootOfRatio(read[0], read[1]);
    }

    /// <summary>As <see cref="GuidedKernel"/>.</summary>
    /// <param name="z">[n] int8 steps of Δz, changed in place.</param>
    /// <param name="address">Seed, step, direction, tensor of z.</param>
    /// <param name="factors">a, b, c times 2¹⁴, each 0..2¹⁴.</param>
    /// <param name="distribution">Of n₁ and n₂.</param>
    /// <param name="linearFeedback">True: drawn from the LFSR; false: from Philox.</param>
    public void Guide(
        DeviceOperand z, RandomAddress address, (int Fresh, int Kept, int Near) factors, PerturbationDistribution distribution,
        bool linearFeedback)
    {
        z.Check(z.Count, nameof(z));
        if (z.Format != NumberFormat.Int8)
            throw new ArgumentException($"z is {z.Format}; directions have 8 bits.", nameof(z));
        DeviceSource fresh = Drawn(RandomAddress.GuidedFresh), near = Drawn(RandomAddress.GuidedNear);
        LaunchElements(
            "steer", (z.Count + 7) / 8, z.Buffer, z.Offset, z.Count, fresh.Pack(1), near.Pack(1), z.Buffer, Powers(),
            Normals(), factors.Fresh,
            factors.Kept, factors.Near);

        DeviceSource Drawn(uint which) =>
            new PerturbationSource(address with { Direction = address.Direction | which }, distribution, linearFeedback);
    }

    // What ESTIMATE_PARAMETERS lists. One direction is an argument; only more of them are copied to the device.
    private Argument[] Estimate(DeviceOperand w, ReadOnlySpan<DeviceSource> sources, ReadOnlySpan<int> signs, bool isSum = false)
    {
        UpdateKernel.Check(signs);
        if (sources.Length != signs.Length)
            throw new ArgumentException($"{sources.Length} directions with {signs.Length} signs.", nameof(signs));
        DeviceBuffer? state = null;
        Argument.Eight[] packed = new Argument.Eight[sources.Length];
        for (int d = 0; d < packed.Length; d++)
        {
            CheckSource(sources[d], w.Count, ref state);
            packed[d] = sources[d].Pack(signs[d]);
        }

        DeviceBuffer others = queue.Scratch("directions", (packed.Length - 1L) * DeviceSource.Bytes);
        queue.Write<Argument.Eight>(others, packed.AsSpan(1));
        return
        [
            packed[0], others, packed.Length, state ?? w.Buffer, Powers(), Normals(),
            isSum ? default : FixedScale.FromDouble(1.0 / packed.Length),
        ];
    }

    // With the places of what it stores.
    private DeviceSource Placed(PerturbationSource source) => new(
        source, source.Stored is { } z ? place(z) : default, source.Mask?.Stored is { } mask ? place(mask) : default);

    private static void CheckSource(DeviceSource source, long elements, ref DeviceBuffer? state)
    {
        source.Check(elements);
        if (state is not null && source.State is not null && source.State != state)
            throw new ArgumentException("Directions and masks of one call lie in one buffer.", nameof(source));
        state ??= source.State;
    }

    private DeviceBuffer Normals() => queue.Constant(Perturbation.Normals, () => Perturbation.Normals);

    private DeviceBuffer Powers() => queue.Constant(LinearFeedbackRegister.JumpPowers,
        () => LinearFeedbackRegister.JumpPowers.Value);
}
