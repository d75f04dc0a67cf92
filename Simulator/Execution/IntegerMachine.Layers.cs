using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Products;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of networks.</content>
public abstract partial class IntegerMachine<TOperand>
{
    private protected OutputStage Stage(PlannedOp op, params ReadOnlySpan<double> factors)
    {
        FixedScale[] requantize = new FixedScale[factors.Length];
        for (int i = 0; i < factors.Length; i++)
            requantize[i] = Factor(op, factors[i]);
        (int least, int greatest) = Clamp(op, op.Rectifier);
        return new(
            requantize, scales[op.Output].ZeroPoint, least, greatest, -scales[op.Inputs[0]].ZeroPoint,
            op.Inputs.Length > 1 ? -scales[op.Inputs[1]].ZeroPoint : 0);
    }

    // Scales come from files, from calibration and from weights: they may be too far apart for fixed point.
    private protected static FixedScale Factor(PlannedOp op, double factor) =>
        FixedScale.FromDouble(factor, Origin(op));

    private static string Origin(PlannedOp op) => $"operation '{op.Name}': the factor between its scales";

    // Likewise for the learning rate in units of the weights' scale; this runs in every step, where no text is made for nothing.
    private protected static FixedScale Rate(PlannedOp op, in StepContext context, double unitsPerRate)
    {
        double factor = context.LearningRate * unitsPerRate;
        return FixedScale.Holds(factor)
            ? FixedScale.FromDouble(factor)
            : FixedScale.FromDouble(factor,
                $"operation '{op.Name}': the learning rate {context.LearningRate:G4} in units of its weights");
    }

    // The integers that a rectifier lets through, as TFLite works them out.
    private (int Least, int Greatest) Clamp(PlannedOp op, Relu? rectifier)
    {
        TensorScale scale = scales[op.Output];
        if (rectifier is null)
            return (int.MinValue, int.MaxValue);
        return double.IsInfinity(rectifier.Ceiling)
            ? (scale.ZeroPoint, int.MaxValue)
            : (scale.ZeroPoint, (int)Math.Min(
                int.MaxValue, scale.ZeroPoint + (double)MathF.Round((float)rectifier.Ceiling / (float)scale.Step,
                    MidpointRounding.AwayFromZero)));
    }

    // Factors from the accumulator of a layer to its output: one, or one per channel.
    private OutputStage LayerStage(PlannedOp op)
    {
        (TensorScale x, TensorScale w, TensorScale y) = (scales[op.Inputs[0]], scales[op.Inputs[1]], scales[op.Output]);
        return w.Channels.IsDefault
            ? Stage(op, TensorScale.Product(x, w) / y.Step)
            : Stage(op, [.. w.Channels.Select(channel => x.Step * channel / y.Step)]);
    }

    private Action<StepContext> Clamped(PlannedOp op, Relu relu)
    {
        (int least, int greatest) = Clamp(op, relu);
        double factor = Step(op.Inputs[0]) / Step(op.Output);
        OutputStage stage = new([FixedScale.FromDouble(factor)], scales[op.Output].ZeroPoint, least, greatest,
            -scales[op.Inputs[0]].ZeroPoint);
        return context => KernelsOf(op).Requantize(In(op, 0), stage, Out(op), Noise(context, op), op.Index);
    }

    private Action<StepContext> Filled(PlannedOp op, Fill fill)
    {
        float[] number = [.. Enumerable.Repeat((float)fill.Number, (int)ShapeOf(op.Output).Count)];
        byte[] integers = FixedWeights.Quantize(number, Plan.Tensors[op.Output].Format, scales[op.Output]);
        return _ =>
        {
            integers.CopyTo(Scratch(op.Output));
            Send(op.Output);
        };
    }

    private Action<StepContext> Cleared(PlannedOp op) => _ =>
    {
        Scratch(op.Output).Clear();
        Send(op.Output);
    };

    private Action<StepContext> Product(PlannedOp op)
    {
        (int x, int w) = (op.Inputs[0], op.Inputs[1]);
        (int n, int k) = (ShapeOf(w)[0], ShapeOf(w)[1]);
        int m = (int)(ShapeOf(x).Count / k);
        OutputStage stage = LayerStage(op);
        (int y, ChannelPart part) = Destination(op);
        return context =>
            KernelsOf(op).Linear(new(m, n, k), In(op, 0), In(op, 1), Bias(op), stage, Out(y), Noise(context, op), op.Index, part);
    }

    private Action<StepContext> Convolution(PlannedOp op)
    {
        OutputStage stage = LayerStage(op);
        (int y, ChannelPart part) = Destination(op);
        ConvolutionShape shape = ShapeOf(op.Op.AsContraction(Plan.InputShapes(op))!.Window!);
        return context =>
            KernelsOf(op).Convolution(shape, In(op, 0), In(op, 1), Bias(op), stage, Out(y), Noise(context, op), op.Index, part);
    }

    // Where the channels of a result go: all of it, or its part of a tensor.
    private protected (int Tensor, ChannelPart Part) Destination(PlannedOp op)
    {
        PlanTensor output = Plan.Tensors[op.Output], owner = Plan.Owner(op.Output);
        return owner == output ? (output.Id, default) : (owner.Id, new ChannelPart(output.First, owner.Shape[^1]));
    }

    private protected static ConvolutionShape ShapeOf(Window w) => new(
        w.Batch, w.InputHeight, w.InputWidth, w.InputChannels, w.KernelHeight, w.KernelWidth, w.OutputHeight, w.OutputWidth,
        w.OutputChannels,
        w.Stride.Rows, w.Stride.Columns, w.PadTop, w.PadLeft, w.Dilation.Rows, w.Dilation.Columns, w.Groups);

    private Action<StepContext> BatchedProduct(PlannedOp op, MatMul matmul)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        Contraction c = matmul.AsContraction(Plan.InputShapes(op))!;
        OutputStage stage = Stage(op, matmul.Scale * TensorScale.Product(scales[a], scales[b]) / Step(op.Output));
        MatrixShape shape = new((int)c.M, (int)c.N, (int)c.K, (int)c.Count, matmul.TransposeA, matmul.TransposeB);
        return context => KernelsOf(op).MatMul(shape, In(op, 0), In(op, 1), stage, Out(op), Noise(context, op), op.Index);
    }

    private Action<StepContext> Elementwise(PlannedOp op)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        Repetition? repetition = Repetition.Of(ShapeOf(b).AsSpan(), ShapeOf(a).AsSpan());
        if (op.Op is Mul)
        {
            double product = TensorScale.Product(scales[a], scales[b]);
            // So TFLite
            OutputStage stage = Stage(op, scales[a].Given ? (float)product / (float)Step(op.Output) : product / Step(op.Output));
            return context => KernelsOf(op).Mul(In(op, 0), In(op, 1), stage, Out(op), Noise(context, op), op.Index, repetition);
        }

        NumberFormat widest = FormatOf(a) == NumberFormat.Int16 || FormatOf(b) == NumberFormat.Int16
            ? NumberFormat.Int16 : NumberFormat.Int8;
        (int least, int greatest) = Clamp(op, op.Rectifier);
        AddStage sum = AddStage.From(Step(a), Step(b), Step(op.Output), widest, Origin(op)) with
        {
            OffsetA = -scales[a].ZeroPoint,
            OffsetB = -scales[b].ZeroPoint,
            OutputZeroPoint = scales[op.Output].ZeroPoint,
            Minimum = least,
            Maximum = greatest,
        };
        return context => KernelsOf(op).Add(In(op, 0), In(op, 1), sum, Out(op), Noise(context, op), op.Index, repetition);
    }

    private Action<StepContext> Tabulated(PlannedOp op, UnaryFunction function)
    {
        (TensorScale x, TensorScale y) = (scales[op.Inputs[0]], scales[op.Output]);
        Func<double, double> f = function.Of;
        LookupTable table = (x.Given && y.Given && Policy.Requantization == Requantization.Double
            ? AsTflite(function, x, y) : null)
            ?? (Plan.Tensors[op.Inputs[0]].Format == NumberFormat.Int16
            ? LookupTable.ForInt16(f, x.Step, y.Step)
            : LookupTable.ForInt8(f, x.Step, y.Step, Plan.Tensors[op.Output].Format, x.ZeroPoint, y.ZeroPoint));
        return _ => KernelsOf(op).LookUp(table, In(op, 0), Out(op));
    }

    // Of a network that was quantised elsewhere, on accelerators with TFLite's requantisation: its kernels' own integers.
    private static LookupTable? AsTflite(UnaryFunction function, TensorScale x, TensorScale y)
    {
        (float, int) from = ((float)x.Step, x.ZeroPoint), to = ((float)y.Step, y.ZeroPoint);
        return function switch
        {
            Scale { Factor: 1 } => TfliteTables.Requantized(from, to),
            LeakyRelu { Alpha: >= 0 } leaky => TfliteTables.LeakyRelu((float)leaky.Alpha, from, to),
            HardSwish => TfliteTables.HardSwish(from, to),
            Sigmoid or Tanh => TfliteTables.Of(v => (float)function.Of(v), from, to),
            _ => null,
        };
    }

    private Action<StepContext> SoftmaxOf(PlannedOp op)
    {
        Shape shape = ShapeOf(op.Output);
        SoftmaxStage stage = SoftmaxStage.From(Step(op.Inputs[0]), FormatOf(op.Inputs[0]), origin: Origin(op));
        return _ => KernelsOf(op).Softmax((int)(shape.Count / shape[^1]), shape[^1], In(op, 0), stage, Out(op));
    }

    private Action<StepContext> Normalize(PlannedOp op, LayerNorm norm)
    {
        bool hasShift = op.Inputs.Length > 2;
        (int x, int gamma, int beta) = (op.Inputs[0], op.Inputs[1], hasShift ? op.Inputs[2] : 0);
        int depth = ShapeOf(x)[^1], rows = (int)(ShapeOf(x).Count / depth);
        LayerNormStage stage = LayerNormStage.From(
            Step(x), Step(gamma), hasShift ? Step(beta) : Step(gamma), Step(op.Output), norm.Epsilon, Origin(op)) with
        {
            IsCentred = norm.IsCentred,
        };
        return context =>
            KernelsOf(op).LayerNorm(rows, depth, In(op, 0), In(op, 1), Bias(op), stage, Out(op), Noise(context, op), Uncounted);
    }

    private Action<StepContext> PoolOf(PlannedOp op, Pool pool)
    {
        if (pool is AveragePool { IsMean: true } && scales[op.Output].Given)
            return Backward(op)!;
        ConvolutionShape shape = ShapeOf(pool.WindowOf(ShapeOf(op.Inputs[0]))) with { Groups = 1 };
        if (pool.Dilation != default)
            throw new InputException(
                $"operation '{op.Op.Name}' ({op.Name}) has no fixed-point kernel for windows with a dilation.");
        (int least, int greatest) = Clamp(op, op.Rectifier);
        if (!KeepsScale(op))
            (least, greatest) = (int.MinValue, int.MaxValue); // it is the new scale that is clamped
        return Rescaled(op, pool is MaxPool
            ? _ => KernelsOf(op).MaxPool(shape, In(op, 0), Out(op), least, greatest)
            : _ => KernelsOf(op).AveragePool(shape, In(op, 0), Out(op), least, greatest));
    }

    // Each operand is brought to the scale of the result and put in its place.
    private Action<StepContext> Join(PlannedOp op, Concat concat)
    {
        Shape joined = ShapeOf(op.Output);
        int inner = concat.Axis + 1 < joined.Rank ? (int)joined[(concat.Axis + 1)..].Count : 1;
        int rows = (int)joined.Count / (inner * joined[concat.Axis]), stride = inner * joined[concat.Axis];
        int[] lengths = [.. op.Inputs.Select(i => inner * ShapeOf(i)[concat.Axis])];
        OutputStage?[] stages = [.. op.Inputs.Select(i => scales[i] == scales[op.Output] && FormatOf(i) == FormatOf(op.Output)
            ? null
            : new OutputStage([Factor(op, Step(i) / Step(op.Output))], scales[op.Output].ZeroPoint,
                inputOffset: -scales[i].ZeroPoint))];
        return context =>
        {
            for (int i = 0, place = 0; i < lengths.Length; place += lengths[i++])
                KernelsOf(op).Place(In(op, i), rows, stride, place, stages[i], Out(op), Noise(context, op), Uncounted);
        };
    }
}
