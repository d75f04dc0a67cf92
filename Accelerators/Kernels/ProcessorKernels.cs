using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Randomness;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;

namespace NpuSim.Accelerators.Kernels;

/// <summary>The processor's kernels, each in a file of its own, with what they counted.</summary>
/// <param name="policy">The arithmetic.</param>
/// <param name="slots">Operations that count.</param>
public sealed class ProcessorKernels(NumericPolicy policy, int slots) : IKernels<Operand>
{
    private Counts counts = new(slots);

    private sealed class Counts(int slots)
    {
        public OverflowCount[] Overflow = new OverflowCount[slots];
        public long Updates, RoundedAway;
    }

    /// <inheritdoc/>
    public KernelCounts Tally() => new(counts.Overflow, counts.Updates, counts.RoundedAway);

    /// <inheritdoc/>
    public void Recount(KernelCounts counts) =>
        (this.counts.Overflow, this.counts.Updates, this.counts.RoundedAway) =
            ([.. counts.Overflow], counts.Updates, counts.RoundedAway);

    /// <summary>Kernels that round at random, and count with these.</summary>
    public ProcessorKernels RoundedAtRandom() => new(policy.RoundedAtRandom(), 0) { counts = counts };

    /// <summary>Adds to the counts of a slot, unless it is <see cref="IKernels{TOperand}.Uncounted"/>.</summary>
    public void Count(int slot, OverflowCount count)
    {
        if (slot >= 0)
            counts.Overflow[slot] += count;
    }

    /// <summary>Adds to the counts of updates: those that changed a weight, and those that rounded to nothing.</summary>
    public void CountUpdates((long Changed, long RoundedAway) count)
    {
        counts.Updates += count.Changed + count.RoundedAway;
        counts.RoundedAway += count.RoundedAway;
    }

    /// <inheritdoc/>
    public void Linear(
        MatrixShape shape, Operand x, Operand w, Operand bias, OutputStage stage, Operand y, RandomAddress noise, int slot,
        ChannelPart part = default) =>
        Count(slot, LinearKernel.Run(shape, x, w, bias.As<int>(), stage, y, policy, noise, part));

    /// <inheritdoc/>
    public void MatMul(MatrixShape shape, Operand a, Operand b, OutputStage stage, Operand y, RandomAddress noise, int slot) =>
        Count(slot, MatMulKernel.Run(shape, a, b, stage, y, policy, noise));

    /// <inheritdoc/>
    public void Convolution(
        ConvolutionShape shape, Operand x, Operand w, Operand bias, OutputStage stage, Operand y, RandomAddress noise, int slot,
        ChannelPart part = default) =>
        Count(slot, ConvolutionKernel.Run(shape, x, w, bias.As<int>(), stage, y, policy, noise, part));

    /// <inheritdoc/>
    public void Add(
        Operand a, Operand b, AddStage stage, Operand y, RandomAddress noise, int slot, Repetition? repetition = null) =>
        Count(slot, ElementwiseKernel.Add(a, b, stage, y, policy, noise, repetition));

    /// <inheritdoc/>
    public void Mul(
        Operand a, Operand b, OutputStage stage, Operand y, RandomAddress noise, int slot, Repetition? repetition = null) =>
        Count(slot, ElementwiseKernel.Mul(a, b, stage, y, policy, noise, repetition));

    /// <inheritdoc/>
    public void Requantize(Operand x, OutputStage stage, Operand y, RandomAddress noise, int slot) =>
        Count(slot, ElementwiseKernel.Requantize(x, stage, y, policy, noise));

    /// <inheritdoc/>
    public void Place(Operand x, int rows, int stride, int place, OutputStage? stage, Operand y, RandomAddress noise, int slot)
    {
        int size = x.Format.Bits() / 8, length = x.Bytes.Length / rows;
        for (int row = 0; row < rows; row++)
        {
            Operand part = new(x.Bytes.Slice(row * length, length), x.Format);
            int start = (row * stride) + place;
            if (stage is null)
                part.Bytes.CopyTo(y.Bytes[(start * size)..]);
            else
                Count(slot, ElementwiseKernel.Requantize(part, stage, y, policy, noise, start));
        }
    }

    /// <inheritdoc/>
    public void Relu(Operand x, Operand y, int zeroPoint) => ElementwiseKernel.Relu(x, y, zeroPoint);

    /// <inheritdoc/>
    public void LookUp(LookupTable table, Operand x, Operand y) => TableKernel.Run(table, x, y);

    /// <inheritdoc/>
    public void Gather(Gathering order, Operand x, Operand y) => order.Copy(x.Bytes, y.Bytes, y.Format.Bits() / 8);

    /// <inheritdoc/>
    public void Softmax(int rows, int depth, Operand x, SoftmaxStage stage, Operand y) =>
        SoftmaxKernel.Run(rows, depth, x, stage, y);

    /// <inheritdoc/>
    public void LayerNorm(
        int rows, int depth, Operand x, Operand gamma, Operand beta, LayerNormStage stage, Operand y,
        RandomAddress noise, int slot) =>
        Count(slot, LayerNormKernel.Run(rows, depth, x, gamma, beta, stage, y, policy, noise));

    /// <inheritdoc/>
    public void MaxPool(ConvolutionShape shape, Operand x, Operand y, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        PoolKernel.Max(shape, x, y, minimum, maximum);

    /// <inheritdoc/>
    public void AveragePool(ConvolutionShape shape, Operand x, Operand y, int minimum = int.MinValue,
        int maximum = int.MaxValue) =>
        PoolKernel.Average(shape, x, y, minimum, maximum);

    /// <inheritdoc/>
    public void CrossEntropy(int rows, int classes, Operand logits, FixedScale scale, Operand labels, Operand loss) =>
        MemoryMarshal.Write(loss.Bytes, CrossEntropyKernel.Run(rows, classes, logits, scale, labels.As<int>(), policy));

    /// <inheritdoc/>
    public void Perturb(Operand w, PerturbationTerm[] terms, Operand y, int slot, long first, long whole) =>
        Count(slot, PerturbKernel.Run(w, terms, y, policy, first: first));

    /// <inheritdoc/>
    public void PerturbAtRandom(Operand w, PerturbationTerm[] terms, FixedScale scale, Operand y, int slot, long first) =>
        Count(slot, StochasticPerturbKernel.Run(w, terms, scale, y, policy, first));

    /// <inheritdoc/>
    public void Update(
        Operand w, PerturbationSource[] sources, int[] signs, FixedScale scale, Operand velocity, int momentum,
        UpdateForm form = default, Operand residual = default) =>
        CountUpdates(UpdateKernel.Run(w, sources, signs, scale, policy, velocity.As<short>(), momentum, form, residual));

    /// <inheritdoc/>
    public FixedScale NormRatio(Operand w, PerturbationSource[] sources, int[] signs) =>
        NormKernel.Run(w, sources, signs, policy);

    /// <inheritdoc/>
    public void Guide(
        Operand z, RandomAddress address, (int Fresh, int Kept, int Near) factors, PerturbationDistribution distribution,
        bool linearFeedback) =>
        GuidedKernel.Run(z.As<sbyte>(), address, factors, distribution, linearFeedback);
}
