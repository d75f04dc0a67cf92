using System.Collections.Concurrent;
using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// Prices one step on any number of accelerators. What the plan alone decides is read once, and where tensors can lie once for
/// all accelerators whose memories have the same sizes. Any thread may call.
/// </summary>
/// <param name="step">The step.</param>
internal sealed class StepPricing(Step step)
{
    private const int MostRooms = 64; // the ways to place a step are kept for so many sizes of memories

    private readonly Lazy<StepNeeds> needs = new(() => StepNeeds.Of(step.Plan));
    private readonly ConcurrentDictionary<Room, ImmutableArray<PlacedStep>> placed = [];

    /// <summary>The step.</summary>
    public Step Step => step;

    /// <summary>Prices the step with its tensors where it takes the fewest cycles.</summary>
    /// <param name="profile">The accelerator.</param>
    /// <param name="operands">Where operands lie.</param>
    /// <exception cref="NotRunnableException">
    /// The accelerator cannot run the plan: the message says which operation and what is missing.
    /// </exception>
    /// <exception cref="InputException">An operation has no timing model, sizes leave 64 bits, or a cost is not
    /// finite.</exception>
    public PricedStep Price(HardwareProfile profile, OperandPlace operands = OperandPlace.Cheapest)
    {
        try
        {
            int batch = step.Plan.SamplesAtOnce;
            ImmutableArray<OpDemand> demands =
                [.. needs.Value.Kinds.Select(k => OpDemand.Of(k.Needs, k.First, batch, profile))];
            Pricing? best = null;
            foreach (PlacedStep ways in Placed(profile, operands))
            {
                Pricing pricing = new(needs.Value, demands, ways, profile);
                if (!pricing.IsBelow(best?.Cycles)) // costs may be infinite: they are refused below
                    continue; // no fewer cycles than the best placement so far
                best = pricing;
                if (!pricing.Transfers && !profile.Engine.ReadsInPlace)
                    break; // nothing is ever fetched: no other placement can do better, but for a core with a slow scratchpad
            }

            return best!.Priced(step.Plan);
        }
        catch (OverflowException overflow)
        {
            throw new InputException(
                $"{step.Plan.Name}: an operation has more multiply-accumulates than 64 bits count.", overflow);
        }
    }

    private ImmutableArray<PlacedStep> Placed(HardwareProfile profile, OperandPlace operands)
    {
        MemorySystem memory = profile.Memory;
        Room room = new(
            memory.Scratchpad.SizeBytes, memory.Weights?.SizeBytes, memory.Dram?.SizeBytes, profile.Engine.ReadsInPlace,
            operands);
        if (placed.TryGetValue(room, out ImmutableArray<PlacedStep> known))
            return known;
        known = [.. Residency.Options(step, profile, operands).Select(r => PlacedStep.Of(step.Plan, needs.Value, r))];
        if (placed.Count >= MostRooms)
            placed.Clear();
        return placed[room] = known;
    }

    // What Residency.Options reads of a profile, but for the name in its messages.
    private readonly record struct Room(long Scratchpad, long? Weights, long? Dram, bool ReadsInPlace, OperandPlace Operands);
}
