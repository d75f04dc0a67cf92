using System.Collections.Immutable;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// Prices a plan on an accelerator: cycles, traffic and energy of every operation. Same plan and profile, same numbers.
/// </summary>
public static class CostModel
{
    /// <summary>Lays out the plan's memory and prices it.</summary>
    /// <exception cref="NotRunnableException">
    /// The accelerator cannot run the plan: the message says which operation and what is missing.
    /// </exception>
    /// <exception cref="InputException">An operation has no timing model, sizes leave 64 bits, or a cost is not
    /// finite.</exception>
    public static PlanCost Price(Plan plan, HardwareProfile profile) =>
        Price(Step.Of(profile, plan), profile);

    /// <summary>Prices a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="profile">The accelerator.</param>
    /// <param name="operands">Where operands lie.</param>
    /// <exception cref="NotRunnableException">
    /// The accelerator cannot run the plan: the message says which operation and what is missing.
    /// </exception>
    /// <exception cref="InputException">An operation has no timing model, sizes leave 64 bits, or a cost is not
    /// finite.</exception>
    public static PlanCost Price(Step step, HardwareProfile profile, OperandPlace operands = OperandPlace.Cheapest)
    {
        (Plan plan, MemoryLayout layout) = step;
        try
        {
            OpDemand[] demands = Restaging.Mark(plan, [.. plan.Ops.Select(op => OpDemand.Of(plan, op, profile))], profile);
            OpPrice[] best = [];
            Residency? placed = null;
            double fewest = double.PositiveInfinity;
            foreach (Residency residency in Residency.Options(step, profile, operands))
            {
                double? bound = placed is null ? null : fewest; // costs may be infinite: they are refused below
                if (new Pricing(plan, profile, residency).All(demands, bound) is not { } prices)
                    continue; // no fewer cycles than the best placement so far
                (best, placed, fewest) = (prices, residency, prices.Sum(p => p.Cycles));
                if (prices.All(p => p.TransferCycles == 0) && !profile.Engine.ReadsInPlace)
                    break; // nothing is ever fetched: no other placement can do better, but for a core with a slow scratchpad
            }

            ImmutableArray<OpCost> ops = [.. demands.Zip(best, (demand, price) => Cost(demand, plan.RunsOf(demand.Op), price, profile))];
            return new PlanCost(
                profile.Name, ops, ops.GroupBy(o => o.Phase).ToImmutableSortedDictionary(g => g.Key, g => g.Sum(o => o.Cycles)),
                placed!, layout.ArenaBytes, profile.PeakMacsPerCycle, profile.ClockHz);
        }
        catch (OverflowException overflow)
        {
            throw new InputException($"{plan.Name}: an operation has more multiply-accumulates than 64 bits count.", overflow);
        }
    }

    private static OpCost Cost(OpDemand demand, int runs, in OpPrice price, HardwareProfile profile)
    {
        long macs = checked(runs * demand.Macs);
        MemoryTraffic t = price.Traffic;
        MemorySystem memory = profile.Memory;
        double picojoules = (t.ScratchpadRead * memory.Scratchpad.ReadPicojoulesPerByte)
            + (t.ScratchpadWritten * memory.Scratchpad.WritePicojoulesPerByte)
            + (t.AccumulatorRead * (memory.Accumulators?.ReadPicojoulesPerByte ?? 0))
            + (t.AccumulatorWritten * (memory.Accumulators?.WritePicojoulesPerByte ?? 0))
            + (t.WeightsRead * (memory.Weights?.ReadPicojoulesPerByte ?? 0))
            + (t.DramRead * (memory.Dram?.ReadPicojoulesPerByte ?? 0))
            + (t.DramWritten * (memory.Dram?.WritePicojoulesPerByte ?? 0));
        double leakage = profile.Energy.LeakageWatts * price.Cycles / profile.ClockHz;
        PlannedOp op = demand.Op;
        double peak = op.Unit == Unit.Engine && price.Cycles > 0
            ? macs / (price.Cycles * profile.PeakMacsPerCycle)
            : 0;
        OpCost cost = new(
            op.Index, op.Name, op.Phase, op.Unit, macs, price.Cycles, runs * demand.ComputeCycles, price.TransferCycles, t,
            (runs * demand.ComputeJoules) + (picojoules * 1e-12) + leakage, peak)
        {
            RestageCycles = price.RestageCycles,
        };
        return CostLimits.Require(cost, profile);
    }
}
