using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of a backward pass (docs/numerics.md, "Backpropagation in integers").</content>
public sealed partial class FixedPointMachine
{
    /// <inheritdoc/>
    private protected override Action<StepContext>? Backward(PlannedOp op) => op.Op switch
    {
        // The seed of the pass, which the loss's gradient takes for granted
        Fill => _ => At(op.Output).Bytes.Fill(1),
        CrossEntropyGradient => LossGradient(op),
        Conv2dInputGradient => InputGradient(op),
        Conv2dWeightGradient => FilterGradient(op),
        ReluGradient gradient => Rectified(op, gradient),
        Positive positive => SignsOf(op, positive),
        UnaryGradient { Function: var function } => Sloped(op, function),
        SoftmaxGradient => SoftmaxSloped(op),
        LayerNormGradient gradient => NormalizationSloped(op, gradient),
        LayerNormScaleGradient gradient => GainSloped(op, gradient),
        Pad pad => Padded(op, pad),
        MaxPoolGradient { Pool: var pool } => MaxGradient(op, pool),
        MaxPoolIndex { Pool: var pool } => Places(op, pool),
        MaxPoolIndexGradient gradient => Routed(op, gradient),
        AveragePoolGradient gradient => AverageGradient(op, gradient),
        SumTo => Summed(op, count: 1),
        AveragePool { IsMean: true } pool => Summed(op, pool.Height * pool.Width),
        Resample resample => Interpolated(op, resample),
        Lookup => Found(op),
        LookupGradient => Scattered(op),
        Rotate rotate => Rotated(op, rotate),
        Softmax { IsCausal: true } => CausalSoftmax(op),
        Add or Accumulate => Joined(op),
        GradientDescentUpdate descent => Descended(op, descent),
        ForwardGradientUpdate { Optimizer: FrankWolfeOptimizer walk } update => Walked(op, update, walk),
        _ => null,
    };

    // Devices have none: rows of a table, whose integers are the result's.
    private Action<StepContext> Found(PlannedOp op)
    {
        (int indices, int table) = (op.Inputs[0], op.Inputs[1]);
        string origin = $"operation '{op.Name}' (lookup)";
        return _ => LookupKernel.Run(At(indices).As<int>(), At(table), ShapeOf(table)[0], At(op.Output), origin);
    }

    private Action<StepContext> Scattered(PlannedOp op)
    {
        (int indices, int dy) = (op.Inputs[0], op.Inputs[1]);
        return _ => LookupGradientKernel.Run(At(indices).As<int>(), At(dy), ShapeOf(op.Output)[1], At(op.Output).As<int>());
    }

    private Action<StepContext> Rotated(PlannedOp op, Rotate rotate)
    {
        Workloads.Graphs.Shape shape = ShapeOf(op.Output);
        (double[] cosines, double[] sines) = rotate.Tables(shape[^2], shape[^1]);
        int[] c = [.. cosines.Select(RotationKernel.Fixed)], s = [.. sines.Select(RotationKernel.Fixed)];
        double factor = Step(op.Inputs[0]) / Step(op.Output);
        return context => Count(op, RotationKernel.Run(
            At(op.Inputs[0]), c, s, shape[^1] / 2, factor, At(op.Output), PolicyOf(op), Noise(context, op)));
    }

    // Each row a softmax of the tokens up to its own; the others have weight 0.
    private Action<StepContext> CausalSoftmax(PlannedOp op)
    {
        int depth = ShapeOf(op.Output)[^1];
        SoftmaxStage stage = SoftmaxStage.From(Step(op.Inputs[0]), Plan.Tensors[op.Inputs[0]].Format,
            origin: $"operation '{op.Name}'");
        int zero = ScaleOf(op.Output).ZeroPoint;
        return _ => CausalSoftmaxKernel.Run(depth, At(op.Inputs[0]), stage, zero, At(op.Output));
    }

    private Action<StepContext> LossGradient(PlannedOp op)
    {
        (int rows, int classes) = (ShapeOf(op.Inputs[0])[0], ShapeOf(op.Inputs[0])[1]);
        return context => Count(op, CrossEntropyGradientKernel.Run(
            rows, classes, Plan.Batch, At(op.Inputs[0]), Step(op.Inputs[0]), At(op.Inputs[1]).As<int>(), Step(op.Output),
            At(op.Output), PolicyOf(op), Noise(context, op)));
    }

    private Action<StepContext> InputGradient(PlannedOp op)
    {
        (int dy, int w) = (op.Inputs[0], op.Inputs[1]);
        ConvolutionShape shape = Undilated(op, op.Op.AsContraction(Plan.InputShapes(op))!.Window!);
        OutputStage stage = Stage(op, Step(dy) * Step(w) / Step(op.Output));
        return context => Count(op, ConvolutionGradientKernel.Input(shape, At(dy), At(w), stage, At(op.Output), PolicyOf(op),
            Noise(context, op)));
    }

    private Action<StepContext> FilterGradient(PlannedOp op)
    {
        (int dy, int x) = (op.Inputs[0], op.Inputs[1]);
        ConvolutionShape shape = Undilated(op, op.Op.AsContraction(Plan.InputShapes(op))!.Window!);
        return _ => Count(op, ConvolutionGradientKernel.Weights(shape, At(dy), At(x), At(op.Output), PolicyOf(op)));
    }

    private Action<StepContext> MaxGradient(PlannedOp op, MaxPool pool)
    {
        ConvolutionShape shape = ShapeOf(op, pool, ShapeOf(op.Inputs[1]));
        return _ => PoolGradientKernel.Max(shape, At(op.Inputs[0]), At(op.Inputs[1]), At(op.Output), PolicyOf(op));
    }

    private Action<StepContext> Places(PlannedOp op, MaxPool pool)
    {
        ConvolutionShape shape = ShapeOf(op, pool, ShapeOf(op.Inputs[0]));
        return _ => PoolGradientKernel.Places(shape, At(op.Inputs[0]), At(op.Output));
    }

    private Action<StepContext> Routed(PlannedOp op, MaxPoolIndexGradient gradient)
    {
        ConvolutionShape shape = ShapeOf(op, gradient.Pool, gradient.Input);
        return _ => PoolGradientKernel.Route(shape, At(op.Inputs[0]), At(op.Inputs[1]), At(op.Output), PolicyOf(op));
    }

    // A pixel gets dy / n of each window that reads it, n being the pixels of the window that lie in the image.
    private Action<StepContext> AverageGradient(PlannedOp op, AveragePoolGradient gradient)
    {
        ConvolutionShape shape = ShapeOf(op, gradient.Pool, gradient.Input);
        double factor = Step(op.Inputs[0]) / Step(op.Output);
        if (Repertoire.Overlaps(gradient))
        {
            return context => Count(op, PoolGradientKernel.AverageOverlapping(shape, In(op, 0), factor, Out(op), PolicyOf(op),
                Noise(context, op)));
        }

        return context => Count(op, PoolGradientKernel.Average(shape, In(op, 0), factor, Out(op), PolicyOf(op),
            Noise(context, op)));
    }

    // Sums of all that a result is repeated over, divided by a count: TFLite's SUM and MEAN.
    private Action<StepContext> Summed(PlannedOp op, int count)
    {
        (Shape x, Shape y) = (ShapeOf(op.Inputs[0]), ShapeOf(op.Output));
        int[] targets = Rearrangement.Broadcast(y, x).Elements;
        OutputStage each = Stage(op, Step(op.Inputs[0]) / Step(op.Output)), stage = new(
            [each.Scales[0].Over(count)], each.OutputZeroPoint, each.Minimum, each.Maximum,
            checked(each.InputOffset * (int)(x.Count / y.Count)));
        return context => Count(op, SumKernel.Run(At(op.Inputs[0]), targets, stage, At(op.Output), PolicyOf(op),
            Noise(context, op)));
    }

    // A network that was quantised elsewhere keeps its integers' scale, zero points included: factors add up to 1.
    private Action<StepContext> Interpolated(PlannedOp op, Resample resample)
    {
        (TensorScale x, TensorScale y) = (ScaleOf(op.Inputs[0]), ScaleOf(op.Output));
        int bits = ResampleKernel.BitsAfter(Plan.Tensors[op.Inputs[0]].Format);
        OutputStage? stage = x.Given && Policy.Requantization == Requantization.Double ? null
            : new OutputStage(Factor(op, x.Step / y.Step / (1 << bits)));
        int size = resample.Taps.Size, inner = (int)Math.Max(1, ShapeOf(op.Inputs[0]).Skip(resample.Axis + 1)
            .Aggregate(1L, (product, extent) => product * extent));
        (int, int)[][] taps =
            [.. resample.Taps.Rows.Select(r => r.Select(t => (t.From, ResampleKernel.Factor(t.Factor))).ToArray())];
        return context => Count(op, ResampleKernel.Run(
            At(op.Inputs[0]), taps, size, inner, stage, At(op.Output), PolicyOf(op), Noise(context, op)));
    }

    // What two uses of one weight add to its gradient.
    private Action<StepContext> Joined(PlannedOp op)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        FixedScale? scaleA = Factor(a), scaleB = Factor(b);
        return context => Count(op, GradientSumKernel.Run(
            At(a), scaleA, At(b), scaleB, At(op.Output).As<int>(), PolicyOf(op), Noise(context, op)));

        FixedScale? Factor(int part) => Step(part) == Step(op.Output)
            ? null : FixedScale.FromDouble(Step(part) / Step(op.Output));
    }

    private Action<StepContext> Descended(PlannedOp op, GradientDescentUpdate descent)
    {
        int stride = ShapeOf(op.Output)[^1], part = descent.Channels > 0 ? descent.Channels : stride;
        double stepsPerRate = Step(op.Inputs[1]) / Step(op.Output);
        FixedScale momentum = Factor(op, descent.Momentum);
        return context =>
        {
            kernels.CountUpdates(DescentKernel.Run(
                At(op.Output), At(op.Inputs[1]).As<int>(), descent.Momentum > 0 ? At(op.Inputs[2]).As<int>() : [], part, stride,
                Rate(op, context with { LearningRate = context.DescentRate }, stepsPerRate), momentum, PolicyOf(op),
                Noise(context, op), descent.ResidualBits > 0 ? At(op.Inputs[^1]) : default, descent.ResidualBits));
        };
    }

    private static ConvolutionShape Undilated(PlannedOp op, Window window) => window.Dilation == default
        ? ShapeOf(window)
        : throw new InputException(
            $"operation '{op.Op.Name}' ({op.Name}) has no fixed-point kernel for windows with a dilation.");

    private static ConvolutionShape ShapeOf(PlannedOp op, Pool pool, Shape images) =>
        Undilated(op, pool.WindowOf(images)) with { Groups = 1 };
}
