using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NpuSim.Accelerators.Engines;
using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>Prices the operations of a step with their tensors in given places.</summary>
internal sealed class Pricing
{
    private readonly StepNeeds needs;
    private readonly ImmutableArray<OpDemand> demands;
    private readonly PlacedStep placed;
    private readonly HardwareProfile profile;
    private readonly Channels channels;
    private readonly Staging staging;
    private readonly TilePricing tiles;
    private readonly OpPrice?[] prices;

    /// <summary>Sets it up.</summary>
    /// <param name="needs">What the operations need.</param>
    /// <param name="demands">What each kind of them takes of its unit.</param>
    /// <param name="placed">Where their tensors lie.</param>
    /// <param name="profile">The accelerator.</param>
    public Pricing(StepNeeds needs, ImmutableArray<OpDemand> demands, PlacedStep placed, HardwareProfile profile)
    {
        (this.needs, this.demands, this.placed, this.profile) = (needs, demands, placed, profile);
        channels = new Channels(profile);
        staging = new Staging(placed.Residency.TileBytes, profile.Memory.DoubleBuffered, profile.Engine.ReadsInPlace);
        tiles = new TilePricing(profile, channels, staging);
        prices = new OpPrice?[placed.Ops.Length];
    }

    /// <summary>Cycles of the step, once <see cref="IsBelow"/> has found them.</summary>
    public double Cycles { get; private set; }

    /// <summary>True where something is fetched from or sent to another memory.</summary>
    public bool Transfers => prices.Any(p => !(p!.Value.TransferCycles == 0));

    /// <summary>
    /// Prices every operation, as often as it runs, in order; false as soon as they take as many cycles as something else that
    /// is known.
    /// </summary>
    /// <param name="bound">Those cycles; null: nothing else is known.</param>
    public bool IsBelow(double? bound)
    {
        foreach (int op in placed.OpOf)
        {
            Cycles += (prices[op] ??= Price(placed.Ops[op])).Cycles;
            if (bound is double known && !(Cycles < known))
                return false;
        }

        return true;
    }

    /// <summary>What every operation costs.</summary>
    /// <param name="plan">The plan.</param>
    /// <exception cref="InputException">A cost is not finite.</exception>
    public PricedStep Priced(Plan plan)
    {
        OpCost[] costs = new OpCost[prices.Length];
        for (int i = 0; i < costs.Length; i++)
            costs[i] = Cost(plan.Ops[placed.Ops[i].First], placed.Ops[i], prices[i]!.Value);
        return new(placed, ImmutableCollectionsMarshal.AsImmutableArray(costs));
    }

    private OpCost Cost(PlannedOp op, PlacedOp where, in OpPrice price)
    {
        OpNeeds need = needs.Kinds[where.Needs].Needs;
        OpDemand demand = demands[where.Needs];
        long macs = checked(need.Runs * need.Macs);
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
        double peak = need.Unit == Unit.Engine && price.Cycles > 0
            ? macs / (price.Cycles * profile.PeakMacsPerCycle)
            : 0;
        OpCost cost = new(
            op.Index, op.Name, op.Phase, op.Unit, macs, price.Cycles, need.Runs * demand.ComputeCycles, price.TransferCycles, t,
            (need.Runs * demand.ComputeJoules) + (picojoules * 1e-12) + leakage, peak)
        {
            RestageCycles = price.RestageCycles,
        };
        return CostLimits.Require(cost, profile);
    }

    private OpPrice Price(PlacedOp op)
    {
        OpNeeds need = needs.Kinds[op.Needs].Needs;
        OpDemand demand = demands[op.Needs];
        if (need.WriteBytes.IsEmpty)
            return default;
        OpPrice once = Restaged(need, op.Writes[0], need.Unit == Unit.Host ? OnHost(need, demand, op)
            : need.Gemm is { } gemm ? tiles.Best(Placed(need, demand, op, gemm))
            : Streamed(need, demand, op));
        return once.Times(need.Runs);
    }

    // After the operation that changed them, weights are laid out anew where they lie: read by that unit, written packed.
    private OpPrice Restaged(OpNeeds need, Place place, OpPrice price)
    {
        if (need.ChangedWeights == 0 || profile.Weights is not { Restage: var restage })
            return price;
        double bytes = need.ChangedWeights * restage.BytesPerWeight;
        double transfer = channels[place].Cycles(bytes, bytes > 0 ? 1 : 0);
        double cycles = Math.Max(need.ChangedWeights * restage.CyclesPerWeight, transfer);
        return price with
        {
            Cycles = price.Cycles + cycles,
            RestageCycles = cycles,
            Traffic = price.Traffic + MemoryTraffic.Write(place, bytes),
        };
    }

    private PlacedGemm Placed(OpNeeds need, in OpDemand demand, PlacedOp op, Gemm gemm)
    {
        (long biasBytes, Place biasPlace) = op.Reads.Length > 2 ? (need.ReadBytes[2], op.Reads[2]) : (0, Place.Scratchpad);
        WholeTiles whole = WholeTiles.Of(profile.Engine);
        double rows = Longer(gemm.M, whole.Rows), columns = Longer(gemm.N, whole.Columns), depth = Longer(gemm.K, whole.Depth);
        return new(
            gemm, demand.Rate, demand.ComputeCycles,
            (long)Math.Round(need.ReadBytes[0] * rows * depth), op.Reads[0],
            (long)Math.Round(need.ReadBytes[1] * columns * depth), op.Reads[1],
            (long)Math.Round(need.WriteBytes[0] * rows * columns), op.Writes[0],
            biasBytes, biasPlace, whole);

        static double Longer(long length, long whole) => (double)WholeTiles.Filled(length, whole) / length;
    }

    private OpPrice Streamed(OpNeeds need, in OpDemand demand, PlacedOp op)
    {
        MemoryTraffic traffic = default;
        int weights = 0, dramReads = 0, dramWrites = 0;
        for (int i = 0; i < op.Reads.Length; i++)
        {
            traffic += MemoryTraffic.Read(op.Reads[i], need.ReadBytes[i]);
            weights += op.Reads[i] == Place.Weights ? 1 : 0;
            dramReads += op.Reads[i] == Place.Dram ? 1 : 0;
        }

        for (int i = 0; i < op.Writes.Length; i++)
        {
            traffic += MemoryTraffic.Write(op.Writes[i], need.WriteBytes[i]);
            dramWrites += op.Writes[i] == Place.Scratchpad ? 0 : 1;
        }

        return StreamPricing.Best(demand.ComputeCycles, traffic, (weights, dramReads, dramWrites), staging, channels);
    }

    // Operands go to the host before it computes and the result comes back after: nothing overlaps. The slower of memory and link
    // counts.
    private OpPrice OnHost(OpNeeds need, in OpDemand demand, PlacedOp op)
    {
        Channel link = new(profile.Host!.TransferBytesPerSecond / profile.ClockHz, 0, 1);
        MemoryTraffic traffic = default;
        double transfer = 0;
        for (int i = 0; i < op.Reads.Length; i++)
            traffic += Move(need.ReadBytes[i], op.Reads[i], MemoryTraffic.Read(op.Reads[i], need.ReadBytes[i]));
        for (int i = 0; i < op.Writes.Length; i++)
            traffic += Move(need.WriteBytes[i], op.Writes[i], MemoryTraffic.Write(op.Writes[i], need.WriteBytes[i]));
        return new(demand.ComputeCycles + transfer, transfer, traffic);

        MemoryTraffic Move(long bytes, Place place, MemoryTraffic memory)
        {
            transfer += Math.Max(link.Cycles(bytes, 1), channels[place].Cycles(bytes, 1));
            return memory with { HostLink = bytes };
        }
    }
}
