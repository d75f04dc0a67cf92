using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Numerics;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Timing;

/// <summary>What an operation takes of its unit on one accelerator, wherever its tensors lie.</summary>
/// <param name="Rate">MACs per cycle of these formats as a share of the peak.</param>
/// <param name="ComputeCycles">Cycles of its unit with every operand at hand.</param>
/// <param name="ComputeJoules">Energy of MACs, vector elements and host cycles, memories apart.</param>
internal readonly record struct OpDemand(double Rate, double ComputeCycles, double ComputeJoules)
{
    private const double Picojoule = 1e-12;

    /// <summary>Reads an operation.</summary>
    /// <param name="needs">What it needs.</param>
    /// <param name="op">The operation, for messages.</param>
    /// <param name="batch">Samples that run at once.</param>
    /// <param name="profile">The accelerator.</param>
    /// <exception cref="NotRunnableException">The profile cannot run it.</exception>
    public static OpDemand Of(OpNeeds needs, PlannedOp op, int batch, HardwareProfile profile)
    {
        if (needs.WriteBytes.IsEmpty)
            return new(1, 0, 0);
        if (needs.Unit == Unit.Host)
            return OnHost(needs, op, profile);
        if (needs.Gemm is { } gemm)
            return OnEngine(needs, op, gemm, batch, profile);
        (double cycles, double joules) = VectorWork.Of(needs.Passes, profile);
        return new(1, cycles / (profile.Cores?.Count ?? 1), joules);
    }

    private static OpDemand OnEngine(OpNeeds needs, PlannedOp op, Gemm gemm, int batch, HardwareProfile profile)
    {
        OperandPair pair = PairOf(needs, op, profile);
        double macPicojoules = (pair.Weights.Bits(), pair.Activations.Bits()) switch
        {
            ( <= 8, <= 8) => profile.Energy.Int8MacPicojoules,
            ( > 8, > 8) => profile.Energy.Int16MacPicojoules,
            _ => profile.Energy.Int16x8MacPicojoules,
        };

        bool requantizes = profile.Engine.RequantizesOnVectorUnit && needs.ResultBits < 32;
        VectorPass outputs =
            new(VectorClass.Elementwise, requantizes ? (double)gemm.Count * gemm.M * gemm.N : 0, needs.ResultBits);
        Gemm share = CoreShare.Of(gemm, batch, profile.Cores); // each core scales its own results
        double part = (double)share.Count * share.M * share.N / ((double)gemm.Count * gemm.M * gemm.N);
        double array = profile.Engine.Cycles(share, pair.Rate), requantize = outputs.Cycles(profile.Vector) * part;
        double cycles = profile.Engine.RequantizesBeside ? Math.Max(array, requantize) : array + requantize;
        double joules = Picojoule
            * ((needs.Macs * macPicojoules) + (outputs.ByteElements * profile.Energy.VectorPicojoulesPerElement));
        return new(pair.Rate, cycles, joules);
    }

    private static OpDemand OnHost(OpNeeds needs, PlannedOp op, HardwareProfile profile)
    {
        NumberFormat format = needs.Gemm is not null && needs.Weights.Bits() > needs.Streamed.Bits() ? needs.Weights : needs.Streamed;
        HostCore host = profile.Host ?? throw new NotRunnableException(
            $"'{op.Name}' ({op.Op.Name} in {Text(format)}) needs a core with float arithmetic; {profile.Name} has no host core.");
        double cycles = needs.Gemm is not { } gemm
            ? Elements(needs.Passes) * host.CyclesPerElement
            : (host.Products(format) ?? throw new NotRunnableException(
                $"'{op.Name}' ({op.Op.Name}) multiplies {Text(format)}; the host core of {profile.Name} does not.")).Cycles(gemm);
        double joules = Picojoule * cycles * host.PicojoulesPerCycle;
        return new(1, cycles * profile.ClockHz / host.ClockHz, joules);
    }

    private static double Elements(ImmutableArray<VectorPass> passes)
    {
        double sum = 0;
        foreach (VectorPass pass in passes)
            sum += pass.Elements;
        return sum;
    }

    private static OperandPair PairOf(OpNeeds needs, PlannedOp op, HardwareProfile profile)
    {
        NumberFormat streamed = needs.Streamed, weights = needs.Weights;
        OperandPair? pair = profile.Pair(weights, streamed);
        if (pair is null && needs.EitherStays)
            pair = profile.Pair(streamed, weights);
        if (pair is not null)
            return pair;
        string native = string.Join(", ", profile.Formats.Select(p => $"{Text(p.Weights)} by {Text(p.Activations)}"));
        throw new NotRunnableException(
            $"'{op.Name}' ({op.Op.Name}) multiplies {Text(weights)} weights by {Text(streamed)} activations; "
            + $"the engine of {profile.Name} multiplies {native}.");
    }

    private static string Text(NumberFormat format) => format.ToString().ToLowerInvariant();
}
