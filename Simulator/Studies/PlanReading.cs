using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// The two readings of a plan that need no values, in full: where every tensor lies and what every operation costs.
/// </summary>
/// <param name="Plan">The step or the inference.</param>
/// <param name="Profile">The accelerator.</param>
/// <param name="Layout">Its scratch memory.</param>
/// <param name="Cost">Cycles and energy; null when the accelerator cannot run it.</param>
/// <param name="NotRunnable">Why it cannot; null when it can.</param>
public sealed record PlanReading(Plan Plan, HardwareProfile Profile, MemoryLayout Layout, PlanCost? Cost, string? NotRunnable)
{
    /// <summary>Reads a plan.</summary>
    /// <param name="plan">The step or the inference.</param>
    /// <param name="profile">
    /// The accelerator. Where it cannot run the plan, or nothing computes its values, the result says why and has no cost.
    /// </param>
    /// <param name="operands">Where operands lie.</param>
    /// <exception cref="InputException">
    /// An operation has no timing model, sizes leave 64 bits, or operands are to lie off-chip and there is no such memory.
    /// </exception>
    public static PlanReading Of(Plan plan, HardwareProfile profile, OperandPlace operands = OperandPlace.Cheapest)
    {
        MemoryLayout layout = MemoryPlanner.Lay(plan, profile.Memory.AlignmentBytes);
        try
        {
            PlanCost cost = CostModel.Price(plan, layout, profile, operands);
            return Repertoire.Missing(plan, Repertoire.ExecutorOf(plan)) is { } missing
                ? new(plan, profile, layout, null, missing)
                : new(plan, profile, layout, cost, null);
        }
        catch (NotRunnableException cannot)
        {
            return new(plan, profile, layout, null, cannot.Message);
        }
    }

    /// <summary>
    /// Bytes of the gradients of all trained weights, that of a weight with several uses once; 0 for methods that draw their direction again
    /// instead.
    /// </summary>
    public long WeightGradientBytes
    {
        get
        {
            HashSet<int> parts = [.. Plan.Ops.Where(o => o.Phase == Phase.Backward && Plan.Tensors[o.Output].Role == TensorRole.WeightGradient).SelectMany(o => o.Inputs)];
            return Plan.Tensors.Where(t => t is { Role: TensorRole.WeightGradient, ViewOf: null } && !parts.Contains(t.Id)).Sum(t => t.Bytes);
        }
    }

    /// <summary>True when the arena fits the scratchpad.</summary>
    public bool FitsScratchpad => Layout.ArenaBytes <= Profile.Memory.Scratchpad.SizeBytes;

    /// <summary>The smallest scratchpad that holds the arena: with it no activation goes off-chip.</summary>
    public long NoSpillBytes => Layout.ArenaBytes;

    /// <summary>Largest sum of live tensors that lie in the scratchpad, weights apart; 0 when the plan cannot run.</summary>
    public long ScratchpadLiveBytes
    {
        get
        {
            long[] change = new long[Plan.Ops.Length + 1];
            foreach (ArenaBuffer buffer in Layout.Buffers.Where(b => Cost?.Residency.Places[b.Tensors[0]] == Place.Scratchpad))
            {
                change[buffer.First] += buffer.Bytes;
                change[buffer.Last + 1] -= buffer.Bytes;
            }

            long now = 0, most = 0;
            foreach (long step in change)
                most = Math.Max(most, now += step);
            return most;
        }
    }

    /// <summary>Bytes of weights and optimiser state in each memory; empty when the plan cannot run.</summary>
    public ImmutableSortedDictionary<Place, long> PersistentByPlace => Cost is null
        ? ImmutableSortedDictionary<Place, long>.Empty
        : Plan.Tensors.Where(t => t is { IsPersistent: true, ViewOf: null }).GroupBy(t => Cost.Residency.Places[t.Id])
            .ToImmutableSortedDictionary(g => g.Key, g => g.Sum(t => t.Bytes));
}
