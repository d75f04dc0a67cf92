using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>Operations of equal needs whose tensors lie in the same memories: they cost the same.</summary>
/// <param name="Needs">Index of what they need.</param>
/// <param name="First">Index of the first of them in the plan.</param>
/// <param name="Reads">Where each operand lies.</param>
/// <param name="Writes">Where each result goes.</param>
internal sealed record PlacedOp(int Needs, int First, ImmutableArray<Place> Reads, ImmutableArray<Place> Writes);

/// <summary>The operations of a step with their tensors in given places, equal ones once.</summary>
/// <param name="Residency">The places.</param>
/// <param name="Ops">The different ones, in the order in which the step comes to them.</param>
/// <param name="OpOf">Per operation of the plan, which of them it is.</param>
internal sealed record PlacedStep(Residency Residency, ImmutableArray<PlacedOp> Ops, ImmutableArray<int> OpOf)
{
    private const int PlaceBits = 2, MostCoded = 64 / PlaceBits;

    /// <summary>Places the operations of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="needs">What its operations need.</param>
    /// <param name="residency">Where tensors lie.</param>
    public static PlacedStep Of(Plan plan, StepNeeds needs, Residency residency)
    {
        Dictionary<(int Needs, ulong Places, int Alone), int> known = [];
        var ops = ImmutableArray.CreateBuilder<PlacedOp>();
        var opOf = ImmutableArray.CreateBuilder<int>(plan.Ops.Length);
        foreach (PlannedOp op in plan.Ops)
        {
            ImmutableArray<int> written = op.Op.IsView ? [] : OpNeeds.Written(op);
            ulong places = 0;
            foreach (int tensor in op.Inputs)
                places = (places << PlaceBits) | (uint)residency.Places[tensor];
            foreach (int tensor in written)
                places = (places << PlaceBits) | (uint)residency.Places[tensor];
            // More operands than a word has places for: a price of its own.
            var key = op.Inputs.Length + written.Length <= MostCoded
                ? (needs.KindOf[op.Index], places, -1) : (needs.KindOf[op.Index], 0UL, op.Index);
            if (!known.TryGetValue(key, out int place))
            {
                known.Add(key, place = ops.Count);
                ops.Add(new(needs.KindOf[op.Index], op.Index,
                    [.. op.Inputs.Select(t => residency.Places[t])], [.. written.Select(t => residency.Places[t])]));
            }

            opOf.Add(place);
        }

        return new(residency, ops.ToImmutable(), opOf.MoveToImmutable());
    }
}
