using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Timing;

/// <summary>Prices operations with their tensors in given places.</summary>
internal sealed class Pricing
{
    private readonly Plan plan;
    private readonly HardwareProfile profile;
    private readonly Residency residency;
    private readonly Channels channels;
    private readonly Staging staging;
    private readonly TilePricing tiles;

    public Pricing(Plan plan, HardwareProfile profile, Residency residency)
    {
        (this.plan, this.profile, this.residency) = (plan, profile, residency);
        channels = new Channels(profile);
        staging = new Staging(residency.TileBytes, profile.Memory.DoubleBuffered, profile.Engine.ReadsInPlace);
        tiles = new TilePricing(profile, channels, staging);
    }

    /// <summary>Prices every operation, as often as it runs; null once they take as many cycles as something else that is known.</summary>
    /// <param name="demands">The operations.</param>
    /// <param name="bound">Those cycles; null: nothing else is known.</param>
    public OpPrice[]? All(ReadOnlySpan<OpDemand> demands, double? bound)
    {
        OpPrice[] prices = new OpPrice[demands.Length];
        double cycles = 0;
        for (int i = 0; i < prices.Length; i++)
        {
            prices[i] = Restaged(demands[i], Price(demands[i])).Times(plan.RunsOf(demands[i].Op));
            cycles += prices[i].Cycles;
            if (bound is double known && !(cycles < known))
                return null;
        }

        return prices;
    }

    private OpPrice Price(OpDemand demand) =>
        demand.Writes.IsEmpty ? default
        : demand.Op.Unit == Unit.Host ? OnHost(demand)
        : demand.Gemm is { } gemm ? tiles.Best(Placed(demand, gemm))
        : Streamed(demand);

    // After the operation that changed them, weights are laid out anew where they lie: read by that unit, written packed.
    private OpPrice Restaged(OpDemand demand, OpPrice price)
    {
        if (demand.ChangedWeights == 0)
            return price;
        Restage restage = profile.Weights!.Restage;
        Place place = residency.Places[demand.Op.Output];
        double bytes = demand.ChangedWeights * restage.BytesPerWeight;
        double transfer = channels[place].Cycles(bytes, bytes > 0 ? 1 : 0);
        double cycles = Math.Max(demand.ChangedWeights * restage.CyclesPerWeight, transfer);
        return price with
        {
            Cycles = price.Cycles + cycles,
            RestageCycles = cycles,
            Traffic = price.Traffic + MemoryTraffic.Write(place, bytes),
        };
    }

    private PlacedGemm Placed(OpDemand demand, Gemm gemm)
    {
        int streamed = demand.Reads[0], weights = demand.Reads[1], result = demand.Writes[0];
        (long biasBytes, Place biasPlace) =
            demand.Reads.Length > 2 ? (Bytes(demand.Reads[2]), residency.Places[demand.Reads[2]]) : (0, Place.Scratchpad);
        WholeTiles whole = WholeTiles.Of(profile.Engine);
        double rows = Longer(gemm.M, whole.Rows), columns = Longer(gemm.N, whole.Columns), depth = Longer(gemm.K, whole.Depth);
        return new(
            gemm, demand.Rate, demand.ComputeCycles,
            (long)Math.Round(Bytes(streamed) * rows * depth), residency.Places[streamed],
            (long)Math.Round(Bytes(weights) * columns * depth), residency.Places[weights],
            (long)Math.Round(Bytes(result) * rows * columns), residency.Places[result],
            biasBytes, biasPlace, whole);

        static double Longer(long length, long whole) => (double)WholeTiles.Filled(length, whole) / length;
    }

    private OpPrice Streamed(OpDemand demand)
    {
        MemoryTraffic traffic = default;
        int weights = 0, dramReads = 0, dramWrites = 0;
        foreach (int tensor in demand.Reads)
        {
            Place place = residency.Places[tensor];
            traffic += MemoryTraffic.Read(place, Bytes(demand, tensor));
            weights += place == Place.Weights ? 1 : 0;
            dramReads += place == Place.Dram ? 1 : 0;
        }

        foreach (int tensor in demand.Writes)
        {
            Place place = residency.Places[tensor];
            traffic += MemoryTraffic.Write(place, Bytes(demand, tensor));
            dramWrites += place == Place.Scratchpad ? 0 : 1;
        }

        return StreamPricing.Best(demand.ComputeCycles, traffic, (weights, dramReads, dramWrites), staging, channels);
    }

    // Operands go to the host before it computes and the result comes back after: nothing overlaps. The slower of memory and link
    // counts.
    private OpPrice OnHost(OpDemand demand)
    {
        Channel link = new(profile.Host!.TransferBytesPerSecond / profile.ClockHz, 0, 1);
        MemoryTraffic traffic = default;
        double transfer = 0;
        foreach (int tensor in demand.Reads)
            traffic += Move(tensor, MemoryTraffic.Read(residency.Places[tensor], Bytes(demand, tensor)));
        foreach (int tensor in demand.Writes)
            traffic += Move(tensor, MemoryTraffic.Write(residency.Places[tensor], Bytes(demand, tensor)));
        return new(demand.ComputeCycles + transfer, transfer, traffic);

        MemoryTraffic Move(int tensor, MemoryTraffic memory)
        {
            long bytes = Bytes(demand, tensor);
            transfer += Math.Max(link.Cycles(bytes, 1), channels[residency.Places[tensor]].Cycles(bytes, 1));
            return memory with { HostLink = bytes };
        }
    }

    // Of a weight that trains in part an update touches as much as there is gradient; of a table, what is looked up.
    private long Bytes(OpDemand demand, int tensor) => demand.Op switch
    {
        { Op: GradientDescentUpdate { Channels: > 0 } } update when tensor == update.Output => Bytes(update.Inputs[1]),
        { Op: Lookup } lookup when tensor == lookup.Inputs[1] =>
        plan.Tensors[tensor].Bytes / plan.Tensors[tensor].Shape[0] * plan.Tensors[lookup.Inputs[0]].Shape.Count,
        _ => Bytes(tensor),
    };

    private long Bytes(int tensor) => plan.Tensors[tensor].Bytes;
}
