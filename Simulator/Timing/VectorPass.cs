using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Timing;

/// <summary>Elements of one class that an operation sends through the vector unit.</summary>
/// <param name="Class">What is done to each.</param>
/// <param name="Elements">How many.</param>
/// <param name="Bits">Width of an element; below 8 it counts as 8.</param>
internal readonly record struct VectorPass(VectorClass Class, double Elements, int Bits)
{
    /// <summary>The work in 8-bit elements: 16-bit elements count twice, 32-bit elements four times.</summary>
    public double ByteElements => Elements * Math.Max(8, Bits) / 8;

    /// <summary>Cycles at the throughput of the class.</summary>
    public double Cycles(VectorUnit unit) => ByteElements / Throughput(unit, Class);

    /// <summary>
    /// The passes of an operation that is no matrix product; none for a view. This mapping is complete: what it does not name has
    /// no timing model, and nothing is free by omission.
    /// </summary>
    /// <exception cref="InputException">The operation has no timing model.</exception>
    public static ImmutableArray<VectorPass> Of(Plan plan, PlannedOp op) => [.. Work(plan, op), .. RandomBits(plan, op)];

    private static ImmutableArray<VectorPass> Work(Plan plan, PlannedOp op)
    {
        PlanTensor output = plan.Tensors[op.Output], first = op.Inputs.IsEmpty ? output : plan.Tensors[op.Inputs[0]];
        int widest = Math.Max(output.Format.Bits(), first.Format.Bits());
        double written = output.Shape.Count, read = first.Shape.Count;
        return op.Op switch
        {
            { IsView: true } => [],
            Add or Accumulate or Mul or Compare or Select or Relu or ReluGradient or Positive or Requantize =>
                [new(VectorClass.Elementwise, written, widest)],
            // Two products and a sum
            Rotate => [new(VectorClass.Elementwise, 3 * written, widest)],
            // Cleared, then a sum for each row found
            LookupGradient => [new(VectorClass.Move, written, output.Format.Bits()), new(VectorClass.Elementwise,
                plan.Tensors[op.Inputs[1]].Shape.Count, output.Format.Bits())],
            // A product and a sum for each tap
            Resample resample => [new(VectorClass.Elementwise,
                2 * written / output.Shape[resample.Axis] * resample.Taps.Count, widest)],
            UnaryFunction or UnaryGradient => [new(VectorClass.Table, written, widest)],
            Softmax or SoftmaxGradient or LogSoftmax => [new(VectorClass.Softmax, read, widest)],
            LayerNorm or LayerNormGradient or LayerNormScaleGradient or BatchNorm or BatchNormGradient or BatchNormScaleGradient
                or BatchStatisticsGradient => [new(VectorClass.Normalize, Math.Max(read, written), widest)],
            Pool pool => [new(VectorClass.Pool, written * pool.Height * pool.Width, first.Format.Bits())],
            AveragePoolGradient gradient => [new(VectorClass.Pool, read * gradient.Pool.Height * gradient.Pool.Width, widest)],
            MaxPoolIndex index => [new(VectorClass.Pool, written * index.Pool.Height * index.Pool.Width, first.Format.Bits())],
            MaxPoolIndexGradient => [new(VectorClass.Move, written, widest)],
            MaxPoolGradient gradient => [new(VectorClass.Pool, read * gradient.Pool.Height * gradient.Pool.Width, widest)],
            MaxPoolTangent tangent => [new(VectorClass.Pool, written * tangent.Pool.Height * tangent.Pool.Width, widest)],
            SumTo or BatchMean or BatchVariance => [new(VectorClass.Reduce, read, first.Format.Bits())],
            CrossEntropy or CrossEntropyGradient or MeanSquaredError or MeanSquaredErrorGradient =>
                [new(VectorClass.Loss, read, first.Format.Bits())],
            // Labels, teacher, logits softened
            Distillation or DistillationGradient => [new(VectorClass.Loss, 3 * read, first.Format.Bits())],
            // Each part brought to one scale
            Concat when output.Format.IsInteger() => [new(VectorClass.Elementwise, written, widest)],
            Broadcast or Concat or Fill or Lookup or Pad or Slice or Transpose =>
            [new(VectorClass.Move, written, output.Format.Bits())],
            // q and zero point are cut out of their bytes; a difference and a product
            Decode { Form.GroupBits: not null } =>
                [new(VectorClass.Elementwise, written, 8), new(VectorClass.Elementwise, 2 * written, output.Format.Bits())],
            Decode decode =>
            [
                .. decode.Form.Entries is null
                    ? ImmutableArray<VectorPass>.Empty // indices are cut out of their bytes, then looked up
                    : [new(VectorClass.Elementwise, decode.Kept, 8), new(VectorClass.Table, decode.Kept, output.Format.Bits())],
                .. decode.Form.IsPruned || decode.Form.Entries is null
                    ? [new(VectorClass.Move, written, output.Format.Bits())] // to their places between zeros
                    : ImmutableArray<VectorPass>.Empty,
            ],
            Perturb perturb =>
            [
                .. Directions(perturb.Probe, written, 1, output.Format), new(VectorClass.Perturb, written, widest),
                .. perturb.IsAtNeighbour
                    ? [.. Directions(perturb.Probe with { IsStored = false }, written, 1, output.Format),
                        new(VectorClass.Perturb, written, widest)]
                    : ImmutableArray<VectorPass>.Empty,
            ],
            DrawDirection draw => [.. Directions(draw.Probe, written, 1, output.Format), new(VectorClass.Move, written, widest)],
            GuideDirection guide => [.. Directions(guide.Probe, written, 2, output.Format),
                new(VectorClass.Perturb, written, widest)],
            KernelNorm norm =>
                [.. Directions(norm.Estimate.Probe, read, norm.Estimate.Directions, first.Format),
                    new(VectorClass.Reduce, 2 * read, first.Format.Bits())],
            ForwardGradientUpdate update =>
            [
                .. Directions(update.Estimate.Probe, written, update.Estimate.Directions, output.Format),
                // Each state is an update of its own, the bits below a weight too
                new(VectorClass.Update, written * (Roundings(op, isMean: false) * (update.ResidualBits > 0 ? 2 : 1)
                    + (update.Optimizer?.States ?? 0)), widest),
                .. update.Optimizer is FrankWolfeOptimizer walk ? Minimization(walk.Set, written, widest) : [],
            ],
            DirectionGram gram =>
            [
                .. Directions(gram.Probe, gram.Elements, gram.Directions, output.Format),
                new(VectorClass.Reduce, gram.Elements * gram.Directions * (gram.Directions + 1) / 2.0, output.Format.Bits()),
            ],
            DirectionProjection project => [new(VectorClass.Elementwise, Math.Pow(project.Directions, 3), output.Format.Bits())],
            GradientDescentUpdate update => [Descent(plan, op, update, written, widest)],
            _ => throw new InputException($"operation '{op.Name}' ({op.Op.Name}) has no timing model on the vector unit."),
        };
    }

    // What finds the point of a set to which an estimate points.
    private static ImmutableArray<VectorPass> Minimization(FrankWolfeSet set, double elements, int bits) => set switch
    {
        FrankWolfeSet.Box => [new(VectorClass.Elementwise, elements, bits)],
        FrankWolfeSet.Cross => [new(VectorClass.Reduce, elements, bits)],
        FrankWolfeSet.Top => [new(VectorClass.Reduce, 2 * elements, bits)], // how many are that large, then which
        FrankWolfeSet.Ball => [new(VectorClass.Reduce, elements, bits), new(VectorClass.Elementwise, elements, bits)],
        // Two products with d in each iteration, then one of two vectors
        _ => [new(VectorClass.Reduce, 2 * FrankWolfeOptimizer.PowerIterations * elements, bits),
            new(VectorClass.Elementwise, elements, bits)],
    };

    // Random bits that an operation draws because the method rounds at random there; what the accelerator's own rounding draws
    // comes from registers beside the output stage.
    private static ImmutableArray<VectorPass> RandomBits(Plan plan, PlannedOp op)
    {
        double elements = Roundings(op) * (double)plan.Tensors[op.Op is KernelNorm ? op.Inputs[0] : op.Output].Shape.Count;
        return op.RandomBits == 0 || elements == 0 ? [] : [new(VectorClass.Random, elements, op.RandomBits)];
    }

    // Roundings of an element; the mean of several signs is one more.
    private static int Roundings(PlannedOp op, bool isMean = true) => op.Op switch
    {
        Perturb perturb => perturb.IsAtNeighbour ? 2 : 1,
        ForwardGradientUpdate update => update.IsByDirection(op.RandomBits) ? update.Estimate.Directions
            : isMean && update.Estimate.Directions > 1 && update.Estimate.Estimator == Estimator.SignSpsa ? 2 : 1,
        KernelNorm { Estimate.Directions: > 1 } => 1,
        GradientDescentUpdate update => update.Momentum > 0 ? 2 : 1,
        CrossEntropyGradient or UnaryGradient or SoftmaxGradient or LayerNormGradient or AveragePoolGradient or Mul or Add
            or SumTo or Requantize or Concat => 1,
        _ => 0,
    };

    // Where part of a weight trains, the gradient tells how much. The velocity is a second update.
    private static VectorPass Descent(Plan plan, PlannedOp op, GradientDescentUpdate update, double weights, int bits)
    {
        double changed = update.Channels > 0 ? plan.Tensors[op.Inputs[1]].Shape.Count : weights;
        int widest = op.Inputs.Length > 1 ? Math.Max(bits, plan.Tensors[op.Inputs[1]].Format.Bits()) : bits;
        return new(VectorClass.Update, changed * (1 + (update.Momentum > 0 ? 1 : 0) + (update.ResidualBits > 0 ? 1 : 0)), widest);
    }

    // z has 8 bits beside integer weights, the weights' width beside floats. What is stored is not drawn; a mask is laid over
    // each direction, a random one drawn first, sixteen bits an element.
    private static ImmutableArray<VectorPass> Directions(Probe probe, double elements, int directions, NumberFormat weights)
    {
        int bits = weights.IsInteger() ? 8 : weights.Bits();
        double all = elements * directions;
        var passes = ImmutableArray.CreateBuilder<VectorPass>();
        if (!probe.IsStored)
            passes.Add(new(VectorClass.Random, all, bits));
        if (probe.Sparsity is { IsStored: false })
            passes.Add(new(VectorClass.Random, all, 16));
        if (probe.Sparsity is not null)
            passes.Add(new(VectorClass.Elementwise, all, bits));
        return passes.ToImmutable();
    }

    private static double Throughput(VectorUnit unit, VectorClass operation) => operation switch
    {
        VectorClass.Move => unit.Move,
        VectorClass.Elementwise => unit.Elementwise,
        VectorClass.Table => unit.Table,
        VectorClass.Softmax => unit.Softmax,
        VectorClass.Normalize => unit.Normalize,
        VectorClass.Pool => unit.Pool,
        VectorClass.Reduce => unit.Reduce,
        VectorClass.Random => unit.Random,
        VectorClass.Perturb => unit.Perturb,
        VectorClass.Update => unit.Update,
        VectorClass.Loss => unit.Loss,
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}
