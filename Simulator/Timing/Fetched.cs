namespace NpuSim.Simulator.Timing;

/// <summary>Adds up what moving the operands of one operation costs.</summary>
/// <param name="channels">Paths to the memories.</param>
/// <param name="readsInPlace">True when nothing passes through the scratchpad.</param>
internal struct Fetched(Channels channels, bool readsInPlace)
{
    private double scratchpadRead, scratchpadWritten, weightsRead, dramRead, dramWritten;

    /// <summary>Cycles of all transfers from and to memories other than the scratchpad.</summary>
    public double TransferCycles { get; private set; }

    /// <summary>Cycles of one tile's transfers.</summary>
    public double TileCycles { get; private set; }

    /// <summary>Cycles in which the scratchpad is busy.</summary>
    public readonly double ScratchpadCycles
    {
        get
        {
            double bytes = scratchpadRead + scratchpadWritten;
            return channels.Scratchpad.Cycles(bytes, bytes > 0 ? 1 : 0);
        }
    }

    /// <summary>Bytes by memory.</summary>
    public readonly MemoryTraffic Traffic => default(MemoryTraffic) with
    {
        ScratchpadRead = scratchpadRead,
        ScratchpadWritten = scratchpadWritten,
        WeightsRead = weightsRead,
        DramRead = dramRead,
        DramWritten = dramWritten,
    };

    /// <summary>An operand that is fetched some times over, in pieces, and passes into the engine some times over.</summary>
    public void Read(Place place, double bytes, double tileBytes, double fetches, double passes, double pieces)
    {
        if (place == Place.Scratchpad)
        {
            scratchpadRead += bytes * passes;
            return;
        }

        if (place == Place.Weights)
            weightsRead += bytes * fetches;
        else
            dramRead += bytes * fetches;
        if (!readsInPlace)
        {
            scratchpadWritten += bytes * fetches;
            scratchpadRead += bytes * Math.Max(passes, fetches);
        }

        Move(channels[place], bytes * fetches, tileBytes, pieces * fetches);
    }

    /// <summary>A result, written once in pieces.</summary>
    public void Write(Place place, double bytes, double tileBytes, double pieces)
    {
        if (place == Place.Scratchpad || !readsInPlace)
            scratchpadWritten += bytes;
        if (place == Place.Scratchpad)
            return;
        dramWritten += bytes;
        scratchpadRead += readsInPlace ? 0 : bytes;
        Move(channels[place], bytes, tileBytes, pieces);
    }

    // No more transfers than bytes: an int4 element is no transfer of its own.
    private void Move(in Channel channel, double bytes, double tileBytes, double transfers)
    {
        TransferCycles += channel.Cycles(bytes, Math.Min(transfers, bytes));
        TileCycles += bytes > 0 ? channel.Cycles(tileBytes, 1) : 0;
    }
}
