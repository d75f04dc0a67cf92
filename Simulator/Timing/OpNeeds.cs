using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// What an operation needs of any accelerator: the part of its cost that the plan alone decides. Operations of equal needs cost
/// the same wherever their tensors lie in the same memories.
/// </summary>
internal sealed record OpNeeds
{
    /// <summary>Part of the step.</summary>
    public required Phase Phase { get; init; }

    /// <summary>Where it runs.</summary>
    public required Unit Unit { get; init; }

    /// <summary>How often it runs in a step; all else here is of one run.</summary>
    public required int Runs { get; init; }

    /// <summary>The matrix product; null where it is none.</summary>
    public Gemm? Gemm { get; init; }

    /// <summary>True for a product of two activations: either may stay in the engine.</summary>
    public bool EitherStays { get; init; }

    /// <summary>Format of the first operand; of the result where there is none.</summary>
    public required NumberFormat Streamed { get; init; }

    /// <summary>Format of the second operand; of the first where there is none.</summary>
    public required NumberFormat Weights { get; init; }

    /// <summary>Width of an element of the result.</summary>
    public required int ResultBits { get; init; }

    /// <summary>Work of the vector unit, or of the host in its place; empty for a product on engine or host.</summary>
    public ImmutableArray<VectorPass> Passes { get; init; } = [];

    /// <summary>Multiply-accumulates.</summary>
    public long Macs { get; init; }

    /// <summary>Bytes that it reads of each operand; empty for a view.</summary>
    public ImmutableArray<long> ReadBytes { get; init; } = [];

    /// <summary>Bytes that it writes of each result; empty for a view.</summary>
    public ImmutableArray<long> WriteBytes { get; init; } = [];

    /// <summary>Weights that it changes and that an engine with a form of its own takes laid out anew.</summary>
    public double ChangedWeights { get; init; }

    /// <summary>Reads an operation.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="op">The operation.</param>
    /// <param name="changedWeights"><see cref="ChangedWeights"/>.</param>
    /// <exception cref="InputException">It has no timing model.</exception>
    /// <exception cref="OverflowException">Its multiply-accumulates leave 64 bits.</exception>
    public static OpNeeds Of(Plan plan, PlannedOp op, double changedWeights)
    {
        NumberFormat result = plan.Tensors[op.Output].Format;
        NumberFormat first = op.Inputs.IsEmpty ? result : plan.Tensors[op.Inputs[0]].Format;
        OpNeeds bare = new()
        {
            Phase = op.Phase,
            Unit = op.Unit,
            Runs = plan.RunsOf(op),
            Streamed = first,
            Weights = op.Inputs.Length > 1 ? plan.Tensors[op.Inputs[1]].Format : first,
            ResultBits = result.Bits(),
        };
        if (op.Op.IsView)
            return bare;
        Contraction? contraction = op.Op.AsContraction(plan.InputShapes(op));
        bool multiplies = contraction is not null && op.Unit != Unit.Vector;
        return bare with
        {
            Gemm = multiplies ? AsGemm(contraction!) : null,
            EitherStays = contraction?.Kind == ContractionKind.MatMul,
            Passes = multiplies ? []
                : contraction is null ? VectorPass.Of(plan, op)
                // a product without an engine: one multiply-add after another
                : [new(VectorClass.Elementwise, contraction.Macs, result.Bits())],
            Macs = contraction?.Macs ?? 0,
            ReadBytes = [.. op.Inputs.Select(t => Bytes(plan, op, t))],
            WriteBytes = [.. Written(op).Select(t => Bytes(plan, op, t))],
            ChangedWeights = changedWeights,
        };
    }

    /// <summary>Tensors that an operation writes, its result first.</summary>
    public static ImmutableArray<int> Written(PlannedOp op) =>
        op.Op is TrainingOp training ? [op.Output, .. training.AlsoWrites(op.Inputs)] : [op.Output];

    /// <summary>Equal in every part.</summary>
    public bool Equals(OpNeeds? other) => other is not null
        && (Phase, Unit, Runs, Gemm, EitherStays) == (other.Phase, other.Unit, other.Runs, other.Gemm, other.EitherStays)
        && (Streamed, Weights, ResultBits) == (other.Streamed, other.Weights, other.ResultBits)
        && (Macs, ChangedWeights) == (other.Macs, other.ChangedWeights) && Passes.SequenceEqual(other.Passes)
        && ReadBytes.SequenceEqual(other.ReadBytes) && WriteBytes.SequenceEqual(other.WriteBytes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add((Phase, Unit, Gemm, Macs));
        foreach (long bytes in ReadBytes)
            hash.Add(bytes);
        foreach (long bytes in WriteBytes)
            hash.Add(bytes);
        return hash.ToHashCode();
    }

    // Of a weight that trains in part an update touches as much as there is gradient; of a table, what is looked up.
    private static long Bytes(Plan plan, PlannedOp op, int tensor) => op switch
    {
        { Op: GradientDescentUpdate { Channels: > 0 } } when tensor == op.Output => plan.Tensors[op.Inputs[1]].Bytes,
        { Op: Lookup } when tensor == op.Inputs[1] =>
            plan.Tensors[tensor].Bytes / plan.Tensors[tensor].Shape[0] * plan.Tensors[op.Inputs[0]].Shape.Count,
        _ => plan.Tensors[tensor].Bytes,
    };

    private static Gemm AsGemm(Contraction c)
    {
        KernelClass kernel = c.Kind switch
        {
            ContractionKind.Convolution => KernelClass.Convolution,
            ContractionKind.Depthwise => KernelClass.Depthwise,
            ContractionKind.Pointwise => KernelClass.Pointwise,
            _ => KernelClass.FullyConnected,
        };
        if (c.Window is not { } w || c.M != w.Pixels)
            return new(kernel, c.Count, c.M, c.N, c.K, c.M);
        long kernelElements = c.K == w.PatchLength ? (long)w.KernelHeight * w.KernelWidth : 1; // gradients reduce over other axes
        return new(kernel, c.Count, c.M, c.N, c.K, w.OutputWidth, w.OutputHeight, kernelElements);
    }
}
