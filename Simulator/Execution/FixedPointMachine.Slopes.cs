using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Kernels.Rows;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution;

/// <content>Backward operations of functions, normalisations and attention (docs/numerics.md).</content>
public sealed partial class FixedPointMachine
{
    private Action<StepContext> Rectified(PlannedOp op, ReluGradient gradient)
    {
        int ceiling = CeilingOf(op.Inputs[1], gradient.Ceiling);
        return _ => RectifierKernel.Gradient(At(op.Inputs[0]), At(op.Inputs[1]), At(op.Output), ceiling);
    }

    private Action<StepContext> SignsOf(PlannedOp op, Positive positive)
    {
        int ceiling = CeilingOf(op.Inputs[0], positive.Ceiling);
        return _ => RectifierKernel.Signs(At(op.Inputs[0]), At(op.Output), ceiling);
    }

    // The integer at which a rectifier's result is clamped, as the rectifier itself rounds it.
    private int CeilingOf(int result, double ceiling) => double.IsInfinity(ceiling) ? int.MaxValue
        : (int)Math.Min(int.MaxValue, (double)MathF.Round((float)ceiling / (float)Step(result), MidpointRounding.AwayFromZero));

    // f′ as a table of 16 bits, scaled to its greatest magnitude over the arguments there are; then a product as any other.
    private Action<StepContext> Sloped(PlannedOp op, UnaryFunction function)
    {
        NumberFormat format = Plan.Tensors[op.Inputs[1]].Format;
        (double x, long least, long greatest) = (Step(op.Inputs[1]), format.MinValue(), format.MaxValue());
        long stride = Math.Max(1, (greatest - least + 1) / 512);
        double steepest = 0;
        for (long q = least; q <= greatest + 1; q += stride)
            steepest = Math.Max(steepest, Math.Abs(function.Slope(q * x)));
        double scale = steepest > 0 ? steepest / short.MaxValue : 1;
        LookupTable table = format == NumberFormat.Int16 ? LookupTable.ForInt16(function.Slope, x, scale)
            : LookupTable.ForInt8(function.Slope, x, scale, NumberFormat.Int16);
        OutputStage stage = new([Factor(op, Step(op.Inputs[0]) * scale / Step(op.Output))]);
        short[] slopes = new short[ShapeOf(op.Inputs[1]).Count];
        return context =>
        {
            KernelsOf(op).LookUp(table, At(op.Inputs[1]), slopes.AsSpan());
            KernelsOf(op).Mul(At(op.Inputs[0]), slopes.AsSpan(), stage, At(op.Output), Noise(context, op), op.Index, null);
        };
    }

    private Action<StepContext> SoftmaxSloped(PlannedOp op)
    {
        int depth = ShapeOf(op.Output)[^1], rows = (int)(ShapeOf(op.Output).Count / depth);
        double factor = Step(op.Inputs[0]) / Step(op.Output);
        return context => Count(op, SoftmaxGradientKernel.Run(
            rows, depth, At(op.Inputs[0]), At(op.Inputs[1]), factor, At(op.Output), PolicyOf(op), Noise(context, op)));
    }

    private Action<StepContext> NormalizationSloped(PlannedOp op, LayerNormGradient gradient)
    {
        (int dy, int x, int gamma) = (op.Inputs[0], op.Inputs[1], op.Inputs[2]);
        int depth = ShapeOf(x)[^1], rows = (int)(ShapeOf(x).Count / depth);
        long epsilon = LayerNormStage.EpsilonOf(Step(x), gradient.Epsilon);
        double factor = Step(dy) * Step(gamma) / (Step(x) * Step(op.Output));
        return context => Count(op, LayerNormGradientKernel.Input(
            rows, depth, At(dy), At(x), At(gamma), epsilon, factor, At(op.Output), PolicyOf(op), Noise(context, op),
            gradient.IsCentred));
    }

    private Action<StepContext> GainSloped(PlannedOp op, LayerNormScaleGradient gradient)
    {
        (int dy, int x) = (op.Inputs[0], op.Inputs[1]);
        int depth = ShapeOf(x)[^1], rows = (int)(ShapeOf(x).Count / depth);
        long epsilon = LayerNormStage.EpsilonOf(Step(x), gradient.Epsilon);
        return _ => Count(op, LayerNormGradientKernel.Scale(rows, depth, At(dy), At(x), epsilon, At(op.Output).As<int>(),
            gradient.IsCentred));
    }

    // The same integers between what stands for zero.
    private Action<StepContext> Padded(PlannedOp op, Pad pad)
    {
        Workloads.Graphs.Shape from = ShapeOf(op.Inputs[0]), to = ShapeOf(op.Output);
        int outer = pad.Axis == 0 ? 1 : (int)from[..pad.Axis].Count;
        int bytes = At(op.Output).Bytes.Length / (int)to.Count;
        int row = bytes * (int)(from.Count / outer), wide = bytes * (int)(to.Count / outer),
            before = wide / to[pad.Axis] * pad.Before, zero = ScaleOf(op.Inputs[0]).ZeroPoint;
        return Rescaled(op, _ =>
        {
            Operand result = At(op.Output);
            ReadOnlySpan<byte> operand = At(op.Inputs[0]).Bytes;
            if (bytes == 1)
                result.Bytes.Fill((byte)(sbyte)zero);
            else
                result.As<short>().Fill((short)zero);
            for (int i = 0; i < outer; i++)
                operand.Slice(i * row, row).CopyTo(result.Bytes[((i * wide) + before)..]);
        });
    }
}
