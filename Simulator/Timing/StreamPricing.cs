namespace NpuSim.Simulator.Timing;

/// <summary>
/// Prices an operation that reads each operand once from front to back and writes its result once: all vector operations. What
/// lies outside the scratchpad passes through it in chunks.
/// </summary>
internal static class StreamPricing
{
    private const double SmallestChunk = 64;

    /// <summary>Fewest cycles over the sizes of chunk that fit.</summary>
    /// <param name="computeCycles">Cycles with all operands at hand.</param>
    /// <param name="demand">Bytes read and written, each in one pass, by memory.</param>
    /// <param name="operands">How many tensors lie in the memory for weights, are read from and are written to DRAM.</param>
    /// <param name="scratchpad">Where chunks wait.</param>
    /// <param name="channels">Paths to the memories.</param>
    public static OpPrice Best(
        double computeCycles, in MemoryTraffic demand, (int Weights, int DramRead, int DramWritten) operands, Staging scratchpad,
        Channels channels)
    {
        double outside = demand.External;
        MemoryTraffic traffic = outside == 0 || scratchpad.ReadsInPlace ? demand : demand with
        {
            ScratchpadRead = demand.ScratchpadRead + outside, // a chunk is written by one side and read by the other
            ScratchpadWritten = demand.ScratchpadWritten + outside,
        };
        double busy = Math.Max(computeCycles, channels.Scratchpad.Cycles(traffic.Scratchpad, traffic.Scratchpad > 0 ? 1 : 0));
        if (outside == 0)
            return new(busy, 0, traffic);
        if (scratchpad.ReadsInPlace)
        {
            double direct = Transfer(demand, 1);
            return new(Math.Max(busy, direct), direct, traffic);
        }

        double whole = Transfer(demand, 1), serial = Transfer(demand, Math.Ceiling(outside / SmallestChunk));
        OpPrice best = new(busy + serial, serial, traffic);
        for (double chunk = SmallestChunk; ; chunk = Math.Min(outside, chunk * 4))
        {
            double transfer = Transfer(demand, Math.Ceiling(outside / chunk)), share = chunk / outside;
            if (chunk <= scratchpad.Bytes)
                best = OpPrice.Cheaper(best, new(busy + transfer, transfer, traffic));
            if (scratchpad.DoubleBuffered && 2 * chunk <= scratchpad.Bytes)
            {
                double first = Math.Min(transfer, whole * share + Latency()), last = Math.Min(busy, busy * share);
                best = OpPrice.Cheaper(best, new(Math.Max(busy + first, transfer + last), transfer, traffic));
            }

            if (chunk >= outside)
                return best;
        }

        double Transfer(in MemoryTraffic t, double chunks) =>
            channels[Place.Weights].Cycles(t.WeightsRead, Count(t.WeightsRead, operands.Weights, chunks))
            + channels[Place.Dram].Cycles(t.DramRead, Count(t.DramRead, operands.DramRead, chunks))
            + channels[Place.Dram].Cycles(t.DramWritten, Count(t.DramWritten, operands.DramWritten, chunks));

        double Latency() => channels[Place.Weights].LatencyCycles * operands.Weights
            + (channels[Place.Dram].LatencyCycles * (operands.DramRead + operands.DramWritten));
    }

    // No more transfers than bytes.
    private static double Count(double bytes, int tensors, double chunks) => Math.Min(bytes, tensors * chunks);
}
