using NpuSim.Accelerators.Kernels.Elements;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Execution;

/// <summary>
/// The table of what each executor has a kernel for, by operation and formats, forwards, backwards and for tangents. Whoever
/// promises that a plan runs asks it, and machines refuse what it does not name; docs/methods.md prints it.
/// </summary>
public static class Repertoire
{
    private const int MostPlaces = 128; // pixels of a window whose places eight bits tell apart
    private const int MostOverlapping = 256; // so many shares of 15 bits of 8-bit gradients stay within 32
    private const string Nothing = "";

    /// <summary>The executor that a plan is for; a device is asked for by name.</summary>
    public static Executor ExecutorOf(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Ops.Any(o => o.Unit == Unit.Host) ? Executor.FloatingPoint : Executor.Integers;
    }

    /// <summary>Why a plan cannot run: its first operation without a kernel, and what is missing; null when it can.</summary>
    /// <param name="plan">A step or an inference.</param>
    /// <param name="executor">What would run it.</param>
    public static string? Missing(Plan plan, Executor executor)
    {
        ArgumentNullException.ThrowIfNull(plan);
        foreach (PlannedOp op in plan.Ops)
        {
            if (Lack(plan, op, executor) is { } lack)
                return $"'{op.Name}' ({op.Op.Name}) has no {Text(executor)} kernel{(lack == Nothing ? "" : $" {lack}")}.";
        }

        return null;
    }

    /// <summary>Refuses a plan that its executor cannot run.</summary>
    /// <exception cref="NotRunnableException">An operation has no kernel; it is named.</exception>
    public static void Require(Plan plan)
    {
        if (Missing(plan, ExecutorOf(plan)) is { } reason)
            throw new NotRunnableException(reason);
    }

    /// <summary>True when an executor has a kernel for an operation of a plan.</summary>
    public static bool Has(Plan plan, PlannedOp op, Executor executor) => Lack(plan, op, executor) is null;

    // What an executor lacks for an operation: nothing at all of it, or a form of it, as "for windows that overlap"; null: it
    // lacks nothing.
    private static string? Lack(Plan plan, PlannedOp op, Executor executor) => executor switch
    {
        _ when op.Op.IsView => null,
        Executor.FloatingPoint => null, // FloatOps and the machine itself compute all there is
        Executor.Integers => OfIntegers(plan, op),
        _ => OfDevices(plan, op) ?? OfIntegers(plan, op),
    };

    // Devices have no kernels of backward passes.
    private static string? OfDevices(Plan plan, PlannedOp op) => op.Op switch
    {
        Add or Mul when ShapeOf(plan, op, 0) is var large && ShapeOf(plan, op, 1) is var small
            && Repetition.Of(small.AsSpan(), large.AsSpan()) is not null =>
            $"for an operand of shape {small} beside {large}: one is repeated as a whole, along outer axes alone",
        Lookup or LookupGradient or Pad or Resample or Rotate => Nothing,
        Softmax { IsCausal: true } or LayerNorm { IsCentred: false } => Nothing,
        LayerNorm when op.Inputs.Length < 3 => "without a shift",
        ForwardGradientUpdate { Optimizer: FrankWolfeOptimizer } => "for Frank–Wolfe",
        ForwardGradientUpdate { ResidualBits: > 0 } => "that keeps bits below the weights",
        _ when op.RandomBits > 0 => "that rounds at random by itself",
        MatMul { TransposeA: true } => "for a transposed first operand",
        Accumulate when FormatIsLoss(plan, op) => null,
        Accumulate or SumTo or Positive or MaxPoolIndex or GradientDescentUpdate or Decode => Nothing,
        _ => op.Phase == Phase.Backward ? "in a backward pass" : null,
    };

    private static string? OfIntegers(Plan plan, PlannedOp op)
    {
        NumberFormat to = FormatOf(op.Output);
        NumberFormat? from = op.Inputs.IsEmpty ? null : FormatOf(op.Inputs[0]);
        string change = from is null || from == to ? $"in {Text(to)}" : $"from {Text(from.Value)} to {Text(to)}";
        return op.Op switch
        {
            _ when IsDilated(op.Op) => "for windows with a dilation",
            Add when to == NumberFormat.Int32 => null, // gradients of a weight that several layers share
            Linear or Conv2d or Add or Mul or Concat or LayerNorm or Conv2dInputGradient => Where(AreSmall() && IsSmall(to)),
            MatMul => Where(AreSmall() && (IsSmall(to) || to == NumberFormat.Int32)),
            Conv2dWeightGradient => Where(AreSmall() && to == NumberFormat.Int32),
            Relu or Pool => Where(from == to && IsSmall(to)),
            Resample => Where((from == to || from == NumberFormat.Int32) ? IsSmall(to)
                : from == NumberFormat.Int8 && to == NumberFormat.Int32),
            Transpose or Slice or Broadcast => Where(from == to),
            LookupGradient => Where(IsSmall(FormatOf(op.Inputs[1])) && to == NumberFormat.Int32),
            Rotate => Where(IsSmall(from!.Value) && IsSmall(to)),
            Lookup => Where(FormatOf(op.Inputs[1]) == to && IsSmall(to)),
            Softmax or UnaryFunction { HasTable: true } =>
            Where(from == to ? IsSmall(to) : from == NumberFormat.Int8 && to == NumberFormat.Int16),
            SumTo => Where(from != NumberFormat.Int64 && to != NumberFormat.Int64),
            CrossEntropy or CrossEntropyGradient => Where(IsSmall(from!.Value)),
            ReluGradient => Where(from == to),
            UnaryGradient { Function.HasTable: true } or SoftmaxGradient => Where(AreSmall() && IsSmall(to)),
            LayerNormGradient => Where(from == NumberFormat.Int8 && AreSmall() && IsSmall(to)),
            LayerNormScaleGradient => Where(from == NumberFormat.Int8 && to == NumberFormat.Int32),
            Pad => Where(from == to && IsSmall(to)),
            MaxPoolGradient { Pool: var pool } when pool.Height * pool.Width > MostPlaces =>
            $"for windows of more than {MostPlaces} pixels",
            MaxPoolGradient or MaxPoolIndexGradient => Where(from == to && IsSmall(to)),
            AveragePoolGradient gradient when Overlaps(gradient) && (from != NumberFormat.Int8
                || gradient.Pool.Height * gradient.Pool.Width > MostOverlapping) =>
                $"for windows that overlap, of more than 8 bits or {MostOverlapping} pixels",
            AveragePoolGradient => Where(IsSmall(from!.Value) && IsSmall(to)),
            GradientDescentUpdate => FormatOf(op.Inputs[1]) == NumberFormat.Int32
            ? null : $"for a gradient in {Text(FormatOf(op.Inputs[1]))}",
            ForwardGradientUpdate { Estimate: var estimate, Optimizer: not AdamOptimizer } =>
                estimate is { Estimator: Estimator.SignSpsa or Estimator.Spsa, IsProjected: false } ? null : Nothing,
            Accumulate => Where(to is NumberFormat.Int64 or NumberFormat.Int32),
            Decode { Form.GroupBits: not null } =>
            "for weights in groups with scales in fp16 (compress.bits); integers of few bits are the format 4w8a",
            Fill or Positive or MaxPoolIndex or Requantize or Decode or Perturb or GuideDirection or KernelNorm => null,
            _ => Nothing,
        };

        NumberFormat FormatOf(int tensor) => plan.Tensors[tensor].Format;

        string? Where(bool has) => has ? null : change;

        // A third one starts accumulators
        bool AreSmall() => op.Inputs.Select(FormatOf).Take(2).All(f => IsSmall(f) || f == NumberFormat.Int4);
    }

    private static bool FormatIsLoss(Plan plan, PlannedOp op) => plan.Tensors[op.Output].Format == NumberFormat.Int64;

    private static Shape ShapeOf(Plan plan, PlannedOp op, int input) => plan.Tensors[op.Inputs[input]].Shape;

    // Forwards, convolutions alone have kernels for dilations.
    private static bool IsDilated(Op op) => op switch
    {
        Pool pool => pool.Dilation != default,
        MaxPoolGradient gradient => gradient.Pool.Dilation != default,
        MaxPoolIndex index => index.Pool.Dilation != default,
        MaxPoolIndexGradient gradient => gradient.Pool.Dilation != default,
        AveragePoolGradient gradient => gradient.Pool.Dilation != default,
        Conv2dInputGradient gradient => gradient.Convolution.Dilation != default,
        Conv2dWeightGradient gradient => gradient.Convolution.Dilation != default,
        _ => false,
    };

    private static bool IsSmall(NumberFormat format) => format is NumberFormat.Int8 or NumberFormat.Int16;

    /// <summary>True when windows of a pooling share pixels.</summary>
    internal static bool Overlaps(AveragePoolGradient gradient)
    {
        Window w = gradient.Pool.WindowOf(gradient.Input);
        return (w.OutputHeight > 1 && w.Stride.Rows < w.KernelHeight) || (w.OutputWidth > 1 && w.Stride.Columns < w.KernelWidth);
    }

    private static string Text(NumberFormat format) => format.ToString().ToLowerInvariant();

    private static string Text(Executor executor) => executor switch
    {
        Executor.FloatingPoint => "floating-point",
        Executor.Integers => "integer",
        _ => "device",
    };
}
