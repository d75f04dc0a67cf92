using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Timing;

/// <summary>What one operation asks of its unit, wherever its tensors lie.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Gemm">The matrix product; null on the vector unit and for element-wise work.</param>
/// <param name="Rate">MACs per cycle of these formats as a share of the peak.</param>
/// <param name="ComputeCycles">Cycles of its unit with every operand at hand.</param>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="ComputeJoules">Energy of MACs, vector elements and host cycles, memories apart.</param>
/// <param name="Reads">Tensors read.</param>
/// <param name="Writes">Tensors written.</param>
internal sealed record OpDemand(
    PlannedOp Op, Gemm? Gemm, double Rate, double ComputeCycles, long Macs, double ComputeJoules,
    ImmutableArray<int> Reads, ImmutableArray<int> Writes)
{
    private const double Picojoule = 1e-12;

    /// <summary>Weights that it changes and that the engine takes laid out anew.</summary>
    public double ChangedWeights { get; init; }

    /// <summary>Reads an operation.</summary>
    /// <exception cref="NotRunnableException">The profile cannot run it.</exception>
    /// <exception cref="InputException">It has no timing model.</exception>
    public static OpDemand Of(Plan plan, PlannedOp op, HardwareProfile profile)
    {
        if (op.Op.IsView)
            return new(op, null, 1, 0, 0, 0, [], []);
        ImmutableArray<int> writes = op.Op is TrainingOp training ? [op.Output, .. training.AlsoWrites(op.Inputs)] : [op.Output];
        Contraction? contraction = op.Op.AsContraction(plan.InputShapes(op));
        return op.Unit switch
        {
            Unit.Host => OnHost(plan, op, profile, contraction, writes),
            Unit.Engine when contraction is not null => OnEngine(plan, op, profile, contraction, writes),
            _ => OnVectorUnit(plan, op, profile, contraction, writes),
        };
    }

    private static OpDemand OnEngine(
        Plan plan, PlannedOp op, HardwareProfile profile, Contraction contraction, ImmutableArray<int> writes)
    {
        OperandPair pair = PairOf(plan, op, profile, contraction);
        Gemm gemm = AsGemm(contraction);
        long macs = gemm.Macs;
        double macPicojoules = (pair.Weights.Bits(), pair.Activations.Bits()) switch
        {
            ( <= 8, <= 8) => profile.Energy.Int8MacPicojoules,
            ( > 8, > 8) => profile.Energy.Int16MacPicojoules,
            _ => profile.Energy.Int16x8MacPicojoules,
        };

        int width = plan.Tensors[op.Output].Format.Bits();
        bool requantizes = profile.Engine.RequantizesOnVectorUnit && width < 32;
        VectorPass outputs = new(VectorClass.Elementwise, requantizes ? (double)gemm.Count * gemm.M * gemm.N : 0, width);
        Gemm share = CoreShare.Of(gemm, plan.SamplesAtOnce, profile.Cores); // each core scales its own results
        double part = (double)share.Count * share.M * share.N / ((double)gemm.Count * gemm.M * gemm.N);
        double array = profile.Engine.Cycles(share, pair.Rate), requantize = outputs.Cycles(profile.Vector) * part;
        double cycles = profile.Engine.RequantizesBeside ? Math.Max(array, requantize) : array + requantize;
        double joules = Picojoule * ((macs * macPicojoules) + (outputs.ByteElements * profile.Energy.VectorPicojoulesPerElement));
        return new(op, gemm, pair.Rate, cycles, macs, joules, op.Inputs, writes);
    }

    private static OpDemand OnVectorUnit(
        Plan plan, PlannedOp op, HardwareProfile profile, Contraction? contraction, ImmutableArray<int> writes)
    {
        int width = plan.Tensors[op.Output].Format.Bits();
        ImmutableArray<VectorPass> passes = contraction is null
            ? VectorPass.Of(plan, op)
            // a product without an engine: one multiply-add after another
            : [new(VectorClass.Elementwise, contraction.Macs, width)];
        (double cycles, double joules) = VectorWork.Of(passes, profile);
        return new(op, null, 1, cycles / (profile.Cores?.Count ?? 1), contraction?.Macs ?? 0, joules, op.Inputs, writes);
    }

    private static OpDemand OnHost(
        Plan plan, PlannedOp op, HardwareProfile profile, Contraction? contraction, ImmutableArray<int> writes)
    {
        NumberFormat format = plan.Tensors[op.Inputs.IsEmpty ? op.Output : op.Inputs[0]].Format;
        HostCore host = profile.Host ?? throw new NotRunnableException(
            $"'{op.Name}' ({op.Op.Name} in {Text(format)}) needs a core with float arithmetic; {profile.Name} has no host core.");
        double cycles = contraction is null
            ? VectorPass.Of(plan, op).Sum(p => p.Elements) * host.CyclesPerElement
            : format == NumberFormat.Fp32 ? contraction.Macs * host.Fp32CyclesPerMac
            : host.Fp16Engine?.Cycles(AsGemm(contraction)) ?? (contraction.Macs * host.Fp16CyclesPerMac);
        double joules = Picojoule * cycles * host.PicojoulesPerCycle;
        return new(op, null, 1, cycles * profile.ClockHz / host.ClockHz, contraction?.Macs ?? 0, joules, op.Inputs, writes);
    }

    private static OperandPair PairOf(Plan plan, PlannedOp op, HardwareProfile profile, Contraction contraction)
    {
        NumberFormat streamed = plan.Tensors[op.Inputs[0]].Format, weights = plan.Tensors[op.Inputs[1]].Format;
        OperandPair? pair = profile.Pair(weights, streamed);
        if (pair is null && contraction.Kind == ContractionKind.MatMul) // of two activations either may stay
            pair = profile.Pair(streamed, weights);
        if (pair is not null)
            return pair;
        string native = string.Join(", ", profile.Formats.Select(p => $"{Text(p.Weights)} by {Text(p.Activations)}"));
        throw new NotRunnableException(
            $"'{op.Name}' ({op.Op.Name}) multiplies {Text(weights)} weights by {Text(streamed)} activations; "
            + $"the engine of {profile.Name} multiplies {native}.");
    }

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

    private static string Text(NumberFormat format) => format.ToString().ToLowerInvariant();
}
