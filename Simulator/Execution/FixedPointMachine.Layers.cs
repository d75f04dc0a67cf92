using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of networks.</content>
public sealed partial class FixedPointMachine
{
    private OutputStage Stage(PlannedOp op, double factor) => new(
        [FixedScale.FromDouble(factor)], scales[op.Output].ZeroPoint, op.Rectified ? 0 : int.MinValue, int.MaxValue,
        -scales[op.Inputs[0]].ZeroPoint, -scales[op.Inputs[1]].ZeroPoint);

    private Action<StepContext> Product(PlannedOp op)
    {
        (int x, int w) = (op.Inputs[0], op.Inputs[1]);
        (int n, int k) = (ShapeOf(w)[0], ShapeOf(w)[1]);
        int m = (int)(ShapeOf(x).Count / k);
        OutputStage stage = Stage(op, Step(x) * Step(w) / Step(op.Output));
        (int y, ChannelPart part) = Destination(op);
        return context => overflow[op.Index] += LinearKernel.Run(m, n, k, At(x), At(w), Bias(op), stage, At(y), policy, Noise(context, op), part);
    }

    private Action<StepContext> Convolution(PlannedOp op)
    {
        (int x, int w) = (op.Inputs[0], op.Inputs[1]);
        OutputStage stage = Stage(op, Step(x) * Step(w) / Step(op.Output));
        ConvolutionShape shape = ShapeOf(op.Op.AsContraction(Plan.InputShapes(op))!.Window!);
        (int y, ChannelPart part) = Destination(op);
        return context => overflow[op.Index] += ConvolutionKernel.Run(shape, At(x), At(w), Bias(op), stage, At(y), policy, Noise(context, op), part);
    }

    private Action<StepContext> BatchedProduct(PlannedOp op, MatMul matmul)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        Contraction c = matmul.AsContraction(Plan.InputShapes(op))!;
        OutputStage stage = Stage(op, matmul.Scale * Step(a) * Step(b) / Step(op.Output));
        return context => overflow[op.Index] += MatMulKernel.Run(
            (int)c.Count, (int)c.M, (int)c.N, (int)c.K, matmul.TransposeB, At(a), At(b), stage, At(op.Output), policy, Noise(context, op), matmul.TransposeA);
    }

    private Action<StepContext> Elementwise(PlannedOp op)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        if (op.Op is Mul)
        {
            OutputStage stage = Stage(op, Step(a) * Step(b) / Step(op.Output));
            return context => overflow[op.Index] += ElementwiseKernel.Mul(At(a), At(b), stage, At(op.Output), policy, Noise(context, op));
        }

        NumberFormat widest = At(a).Format == NumberFormat.Int16 || At(b).Format == NumberFormat.Int16 ? NumberFormat.Int16 : NumberFormat.Int8;
        AddStage sum = AddStage.From(Step(a), Step(b), Step(op.Output), widest) with { Minimum = op.Rectified ? 0 : int.MinValue };
        return context => overflow[op.Index] += ElementwiseKernel.Add(At(a), At(b), sum, At(op.Output), policy, Noise(context, op));
    }

    private Action<StepContext> GeluOf(PlannedOp op)
    {
        (double x, double y) = (Step(op.Inputs[0]), Step(op.Output));
        LookupTable table = Plan.Tensors[op.Inputs[0]].Format == NumberFormat.Int16
            ? LookupTable.ForInt16(TableKernel.Gelu, x, y)
            : LookupTable.ForInt8(TableKernel.Gelu, x, y, Plan.Tensors[op.Output].Format);
        return _ => TableKernel.Run(table, At(op.Inputs[0]), At(op.Output));
    }

    private Action<StepContext> SoftmaxOf(PlannedOp op)
    {
        Shape shape = ShapeOf(op.Output);
        SoftmaxStage stage = SoftmaxStage.From(Step(op.Inputs[0]), At(op.Inputs[0]).Format);
        return _ => SoftmaxKernel.Run((int)(shape.Count / shape[^1]), shape[^1], At(op.Inputs[0]), stage, At(op.Output));
    }

    private Action<StepContext> Normalize(PlannedOp op, LayerNorm norm)
    {
        (int x, int gamma, int beta) = (op.Inputs[0], op.Inputs[1], op.Inputs[2]);
        int depth = ShapeOf(x)[^1], rows = (int)(ShapeOf(x).Count / depth);
        LayerNormStage stage = LayerNormStage.From(Step(x), Step(gamma), Step(beta), Step(op.Output), norm.Epsilon);
        return context => LayerNormKernel.Run(rows, depth, At(x), At(gamma), At(beta), stage, At(op.Output), policy, Noise(context, op));
    }

    private Action<StepContext> PoolOf(PlannedOp op, Pool pool)
    {
        (Shape x, Shape y) = (ShapeOf(op.Inputs[0]), ShapeOf(op.Output));
        ConvolutionShape shape = new(
            x[0], x[1], x[2], x[3], pool.Height, pool.Width, y[1], y[2], y[3], pool.Stride, pool.Stride, pool.Padding.Top, pool.Padding.Left);
        return pool is MaxPool
            ? _ => PoolKernel.Max(shape, At(op.Inputs[0]), At(op.Output))
            : _ => PoolKernel.Average(shape, At(op.Inputs[0]), At(op.Output));
    }

    private Action<StepContext> Move(PlannedOp op, Rearrangement order)
    {
        int size = At(op.Output).Format.Bits() / 8;
        return _ => order.Copy(At(op.Inputs[0]).Bytes, At(op.Output).Bytes, size);
    }

    // Each operand is brought to the scale of the result and put in its place, one outer index after another.
    private Action<StepContext> Join(PlannedOp op, Concat concat)
    {
        Shape joined = ShapeOf(op.Output);
        int inner = concat.Axis + 1 < joined.Rank ? (int)joined[(concat.Axis + 1)..].Count : 1;
        int rows = (int)joined.Count / (inner * joined[concat.Axis]), stride = inner * joined[concat.Axis];
        int[] lengths = [.. op.Inputs.Select(i => inner * ShapeOf(i)[concat.Axis])];
        OutputStage[] stages = [.. op.Inputs.Select(i => new OutputStage(FixedScale.FromDouble(Step(i) / Step(op.Output))))];
        bool[] same = [.. op.Inputs.Select(i => scales[i] == scales[op.Output] && At(i).Format == At(op.Output).Format)];
        return context =>
        {
            for (int i = 0, place = 0; i < lengths.Length; place += lengths[i++])
            {
                Operand x = At(op.Inputs[i]), y = At(op.Output);
                int from = x.Format.Bits() / 8 * lengths[i], to = y.Format.Bits() / 8;
                for (int row = 0; row < rows; row++)
                {
                    Span<byte> part = x.Bytes.Slice(row * from, from);
                    int start = (row * stride) + place;
                    if (same[i])
                        part.CopyTo(y.Bytes[(start * to)..]);
                    else
                        ElementwiseKernel.Requantize(new Operand(part, x.Format), stages[i], y, policy, Noise(context, op), start);
                }
            }
        };
    }
}
