using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.OpenCl;

/// <content>Perturbation and update of weights; z is drawn where it is used.</content>
public sealed partial class OpenClKernels
{
    /// <summary>As <see cref="PerturbKernel"/>.</summary>
    /// <param name="w">[n], int4, int8 or int16.</param>
    /// <param name="address">Where z lives.</param>
    /// <param name="sign">+1 or −1.</param>
    /// <param name="epsilonSteps">ε_q, at most 2²³ in magnitude.</param>
    /// <param name="y">[n], the format of w.</param>
    /// <param name="counts">Where clipped weights are counted.</param>
    /// <param name="slot">In which pair.</param>
    /// <param name="distribution">Of z.</param>
    /// <param name="exactOne">True: requantise by 1/36, not by 3.5/127.</param>
    /// <param name="first">Element of the whole tensor that the first of w is: z and rounding noise are those of the whole.</param>
    public void Perturb(
        DeviceOperand w, RandomAddress address, int sign, int epsilonSteps, DeviceOperand y, DeviceCounts counts, int slot,
        PerturbationDistribution distribution = PerturbationDistribution.Normal, bool exactOne = false, long first = 0)
    {
        CheckLike(w, y);
        OutputStage stage = PerturbKernel.StageOf(sign, epsilonSteps, w.Format, exactOne);
        uint start = policy.LinearFeedback ? LinearFeedbackRegister.Seed(address) : 0;
        LaunchElements(
            "perturb", ((first + w.Count + 7) / 8) - (first / 8),
            [
                w.Buffer, w.Offset, w.Bits, first, w.Count, sign * epsilonSteps, start, Powers(), Normals(), IsNormal(distribution), counts.Buffer,
                slot, .. Stage(stage, y, address),
            ]);
    }

    /// <summary>As <see cref="UpdateKernel"/>; changed weights and updates that rounded to nothing are counted.</summary>
    /// <param name="w">[n], any integer format; changed.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">Training step.</param>
    /// <param name="tensor">Which tensor.</param>
    /// <param name="signs">[m] sign(L₊ − L₋) per direction.</param>
    /// <param name="scale">η · Δz / Δw.</param>
    /// <param name="counts">Where changes are counted, and what rounded to nothing.</param>
    /// <param name="slot">In which pair.</param>
    /// <param name="distribution">Of z.</param>
    public void Update(
        DeviceOperand w, ulong seed, uint step, uint tensor, ReadOnlySpan<int> signs, FixedScale scale, DeviceCounts counts, int slot,
        PerturbationDistribution distribution = PerturbationDistribution.Normal)
    {
        UpdateKernel.Check(signs);
        w.Check(w.Count, nameof(w));
        RandomAddress address = new(seed, step, 0, tensor);
        uint[] starts = new uint[signs.Length];
        for (int d = 0; d < starts.Length && policy.LinearFeedback; d++)
            starts[d] = LinearFeedbackRegister.Seed(address with { Direction = (uint)d });
        DeviceBuffer onDevice = queue.Scratch("signs", signs.Length * sizeof(int)), seeds = queue.Scratch("seeds", starts.Length * sizeof(uint));
        queue.Write<int>(onDevice, signs);
        queue.Write<uint>(seeds, starts);
        LaunchElements(
            "update", (w.Count + 7) / 8, w.Buffer, w.Offset, w.Bits, w.Count, address, signs.Length, onDevice, seeds, Powers(), Normals(),
            IsNormal(distribution), FixedScale.FromDouble(1.0 / signs.Length), scale, counts.Buffer, slot);
    }

    private static int IsNormal(PerturbationDistribution distribution) => distribution == PerturbationDistribution.Normal ? 1 : 0;

    private DeviceBuffer Normals() => queue.Constant(Perturbation.Normals, () => Perturbation.Normals);

    private DeviceBuffer Powers() => queue.Constant(LinearFeedbackRegister.JumpPowers, () => policy.LinearFeedback ? LinearFeedbackRegister.JumpPowers.Value : [0]);
}
