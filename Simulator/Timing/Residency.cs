using System.Collections.Immutable;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Memory;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>Which memory holds each tensor, and what is left of the scratchpad for tiles of those that lie elsewhere.</summary>
/// <param name="Name">As "all in scratchpad".</param>
/// <param name="Places">Per tensor, where it lies; views with their owners.</param>
/// <param name="TileBytes">Scratchpad left for tiles.</param>
/// <param name="SpilledBytes">Largest sum of live tensors of the arena that lie off-chip.</param>
public sealed record Residency(string Name, ImmutableArray<Place> Places, double TileBytes, long SpilledBytes)
{
    // Shares of the scratchpad that tensors may take when the arena does not fit; the rest is for tiles.
    private static readonly double[] Shares = [0.75, 0.5, 0.25, 0];

    /// <summary>
    /// The ways to place a plan, best first in the common case. Either the whole arena is in the scratchpad, with or without the
    /// weights that otherwise lie off-chip, or a tensor is there only if all that lives beside it fits a fixed share of the
    /// scratchpad and goes off-chip (spills) otherwise. A larger scratchpad never has less to choose from: each way keeps at
    /// least the same tensors and leaves at least the same room.
    /// </summary>
    /// <exception cref="NotRunnableException">No memory is large enough.</exception>
    /// <exception cref="InputException">Operands are to lie off-chip and there is no such memory.</exception>
    public static ImmutableArray<Residency> Options(
        Step step, HardwareProfile profile, OperandPlace operands = OperandPlace.Cheapest)
    {
        (Plan plan, MemoryLayout layout) = step;
        MemorySystem memory = profile.Memory;
        long size = memory.Scratchpad.SizeBytes, frozen = layout.PersistentByRole.GetValueOrDefault(TensorRole.FrozenWeight);
        bool ownMemory = memory.Weights is { } w && frozen <= w.SizeBytes;
        ImmutableArray<PlanTensor> owners = [.. plan.Tensors.Select(t => plan.Owner(t.Id))];
        long movable = plan.Tensors.Where(t => t.IsPersistent && t.ViewOf is null && !LiesInWeights(t))
            .Sum(t => FirstFit.Align(t.Bytes, layout.AlignmentBytes));
        double[] shares = profile.Engine.ReadsInPlace ? [0] : Shares; // such a core gains nothing from room for tiles
        long[] crowds = [.. layout.Buffers.Select(b => Crowd(layout, b))];

        if (operands == OperandPlace.OffChip)
        {
            if (memory.Dram is not { } far)
                throw new InputException($"{profile.Name} has no off-chip memory for operands; accepted is --operands resident.");
            Residency cold = Partial(0) with { Name = "operands off-chip" };
            return cold.SpilledBytes + movable <= far.SizeBytes
                ? [cold] : throw new NotRunnableException(Shortage(layout, profile, movable));
        }

        if (operands == OperandPlace.Resident)
        {
            return layout.ArenaBytes + movable <= size
                ? [Whole("all in scratchpad", Place.Scratchpad, movable)]
                : throw new NotRunnableException(
                    $"{profile.Name}: operands and result of {layout.ArenaBytes + movable} bytes do not fit the scratchpad of "
                        + $"{size} "
                    + "bytes; they can lie off-chip (--operands off-chip).");
        }

        var options = ImmutableArray.CreateBuilder<Residency>();
        if (layout.ArenaBytes + movable <= size)
            options.Add(Whole("all in scratchpad", Place.Scratchpad, movable));
        if (memory.Dram is { } dram)
        {
            if (layout.ArenaBytes <= size && movable > 0 && movable <= dram.SizeBytes)
                options.Add(Whole("weights off-chip", Place.Dram, 0));
            options.AddRange(shares.Select(Partial).Where(o => o.SpilledBytes + movable <= dram.SizeBytes));
        }

        return options.Count > 0 ? options.ToImmutable() : throw new NotRunnableException(Shortage(layout, profile, movable));

        bool LiesInWeights(PlanTensor owner) => ownMemory && owner.Role == TensorRole.FrozenWeight;

        Place PlaceOf(PlanTensor owner, Place weights) =>
            LiesInWeights(owner) ? Place.Weights : owner.IsPersistent ? weights : Place.Scratchpad;

        Residency Whole(string name, Place weights, long beside) =>
            new(name, [.. owners.Select(t => PlaceOf(t, weights))], size - layout.ArenaBytes - beside, 0);

        Residency Partial(double share)
        {
            bool[] spills = new bool[plan.Tensors.Length];
            long[] change = new long[plan.Ops.Length + 1];
            for (int b = 0; b < crowds.Length; b++)
            {
                if (crowds[b] <= share * size)
                    continue;
                ArenaBuffer buffer = layout.Buffers[b];
                foreach (int tensor in buffer.Tensors)
                    spills[tensor] = true;
                change[buffer.First] += buffer.Bytes;
                change[buffer.Last + 1] -= buffer.Bytes;
            }

            long now = 0, most = 0;
            foreach (long step in change)
                most = Math.Max(most, now += step);
            ImmutableArray<Place> places = [.. owners.Select(t => spills[t.Id] ? Place.Dram : PlaceOf(t, Place.Dram))];
            return new($"up to {100 * share} % of the scratchpad for tensors", places, (1 - share) * size, most);
        }
    }

    // The most bytes that ever live beside a buffer, itself included.
    private static long Crowd(MemoryLayout layout, ArenaBuffer buffer)
    {
        long most = 0;
        for (int op = buffer.First; op <= buffer.Last; op++)
            most = Math.Max(most, layout.Timeline[op]);
        return most;
    }

    private static string Shortage(MemoryLayout layout, HardwareProfile profile, long weights) =>
        profile.Memory.Dram is { } dram
            ? $"{profile.Name}: {weights} bytes of weights and up to {layout.PeakLiveBytes} bytes of other tensors fit neither "
                + $"the scratchpad ({profile.Memory.Scratchpad.SizeBytes} bytes) nor off-chip memory ({dram.SizeBytes} bytes)."
            : $"{profile.Name}: the arena of {layout.ArenaBytes} bytes and {weights} bytes of weights do not fit the scratchpad "
                + $"of {profile.Memory.Scratchpad.SizeBytes} bytes, and there is no off-chip memory.";
}
