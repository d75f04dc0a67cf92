using System.Runtime.InteropServices;
using NpuSim.Accelerators.Kernels;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution;

/// <content>Operations of networks.</content>
public abstract partial class IntegerMachine
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
        return context => Multiply(op, m, n, k, stage, Noise(context, op));
    }

    private Action<StepContext> Convolution(PlannedOp op)
    {
        (int x, int w) = (op.Inputs[0], op.Inputs[1]);
        OutputStage stage = Stage(op, Step(x) * Step(w) / Step(op.Output));
        Window window = op.Op.AsContraction(Plan.InputShapes(op))!.Window!;
        ConvolutionShape shape = new(
            window.Batch, window.InputHeight, window.InputWidth, window.InputChannels, window.KernelHeight, window.KernelWidth,
            window.OutputHeight, window.OutputWidth, window.OutputChannels, window.Stride, window.Stride, window.PadTop, window.PadLeft,
            Groups: window.Groups);
        return context => Convolve(op, shape, stage, Noise(context, op));
    }

    private Action<StepContext> BatchedProduct(PlannedOp op, MatMul matmul)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        Contraction c = matmul.AsContraction(Plan.InputShapes(op))!;
        OutputStage stage = Stage(op, matmul.Scale * Step(a) * Step(b) / Step(op.Output));
        if (matmul.TransposeA)
            throw new InputException($"operation 'matmul' ({op.Name}) has no fixed-point kernel for a transposed first operand.");
        return context => Multiply(op, (int)c.Count, (int)c.M, (int)c.N, (int)c.K, matmul.TransposeB, stage, Noise(context, op));
    }

    private Action<StepContext> Elementwise(PlannedOp op)
    {
        (int a, int b) = (op.Inputs[0], op.Inputs[1]);
        if (op.Op is Mul)
        {
            OutputStage stage = Stage(op, Step(a) * Step(b) / Step(op.Output));
            return context => MultiplyElements(op, stage, Noise(context, op));
        }

        NumberFormat widest = FormatOf(a) == NumberFormat.Int16 || FormatOf(b) == NumberFormat.Int16 ? NumberFormat.Int16 : NumberFormat.Int8;
        AddStage sum = AddStage.From(Step(a), Step(b), Step(op.Output), widest) with { Minimum = op.Rectified ? 0 : int.MinValue };
        return context => AddElements(op, sum, Noise(context, op));
    }

    private Action<StepContext> GeluOf(PlannedOp op)
    {
        (double x, double y) = (Step(op.Inputs[0]), Step(op.Output));
        LookupTable table = Plan.Tensors[op.Inputs[0]].Format == NumberFormat.Int16
            ? LookupTable.ForInt16(TableKernel.Gelu, x, y)
            : LookupTable.ForInt8(TableKernel.Gelu, x, y, Plan.Tensors[op.Output].Format);
        return _ => LookUp(op, table);
    }

    private Action<StepContext> SoftmaxOf(PlannedOp op)
    {
        Shape shape = ShapeOf(op.Output);
        SoftmaxStage stage = SoftmaxStage.From(Step(op.Inputs[0]), FormatOf(op.Inputs[0]));
        return _ => Soften(op, (int)(shape.Count / shape[^1]), shape[^1], stage);
    }

    private Action<StepContext> Normalize(PlannedOp op, LayerNorm norm)
    {
        (int x, int gamma, int beta) = (op.Inputs[0], op.Inputs[1], op.Inputs[2]);
        int depth = ShapeOf(x)[^1], rows = (int)(ShapeOf(x).Count / depth);
        LayerNormStage stage = LayerNormStage.From(Step(x), Step(gamma), Step(beta), Step(op.Output), norm.Epsilon);
        return context => Normalize(op, rows, depth, stage, Noise(context, op));
    }

    private Action<StepContext> PoolOf(PlannedOp op, Pool pool)
    {
        (Shape x, Shape y) = (ShapeOf(op.Inputs[0]), ShapeOf(op.Output));
        ConvolutionShape shape = new(
            x[0], x[1], x[2], x[3], pool.Height, pool.Width, y[1], y[2], y[3], pool.Stride, pool.Stride, pool.Padding.Top, pool.Padding.Left);
        return pool is MaxPool
            ? _ => MaxPool(op, shape)
            : _ => AveragePool(op, shape);
    }

    private Action<StepContext> Permute(PlannedOp op, Transpose transpose)
    {
        int[] sources = Permutation.Sources(ShapeOf(op.Inputs[0]), [.. transpose.Permutation]);
        return _ => Gather(op, sources);
    }
}
