using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;
using NpuSim.Simulator.Timing;

namespace NpuSim.Simulator.Studies;

/// <summary>
/// The two readings of a step that need no values, in full: where every tensor lies and what every operation costs.
/// </summary>
/// <param name="Step">The step or the inference.</param>
/// <param name="Profile">The accelerator.</param>
/// <param name="Cost">Cycles and energy; null when the accelerator cannot run it.</param>
/// <param name="NotRunnable">Why it cannot; null when it can.</param>
public sealed record PlanReading(Step Step, HardwareProfile Profile, PlanCost? Cost, string? NotRunnable)
{
    /// <summary>What is done.</summary>
    public Plan Plan => Step.Plan;

    /// <summary>Where everything lies.</summary>
    public MemoryLayout Layout => Step.Layout;

    /// <summary>Reads a step.</summary>
    /// <param name="step">The step or the inference.</param>
    /// <param name="profile">
    /// The accelerator. Where it cannot run the plan, or nothing computes its values, the result says why and has no cost.
    /// </param>
    /// <param name="operands">Where operands lie.</param>
    /// <exception cref="InputException">
    /// An operation has no timing model, sizes leave 64 bits, or operands are to lie off-chip and there is no such memory.
    /// </exception>
    public static PlanReading Of(Step step, HardwareProfile profile, OperandPlace operands = OperandPlace.Cheapest)
    {
        try
        {
            PlanCost cost = CostModel.Price(step, profile, operands);
            return Repertoire.Missing(step.Plan, Repertoire.ExecutorOf(step.Plan)) is { } missing
                ? new(step, profile, null, missing)
                : new(step, profile, cost, null);
        }
        catch (NotRunnableException cannot)
        {
            return new(step, profile, null, cannot.Message);
        }
    }

    /// <summary>
    /// Bytes of the gradients of all trained weights, that of a weight with several uses once; 0 for methods that draw their
    /// direction again instead.
    /// </summary>
    public long WeightGradientBytes
    {
        get
        {
            HashSet<int> parts = [.. Plan.Ops.Where(o => o.Phase == Phase.Backward
                && Plan.Tensors[o.Output].Role == TensorRole.WeightGradient).SelectMany(o => o.Inputs.Where(i => i != o.Output))];
            return Plan.Tensors.Where(t => t is { Role: TensorRole.WeightGradient, ViewOf: null } && !parts.Contains(t.Id))
                .Sum(t => t.Bytes);
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
