namespace NpuSim.Simulator.Timing;

/// <summary>
/// Three stages – load, multiply, store – through which tiles pass, two at a time in the scratchpad. Tiles are added in their
/// order.
/// </summary>
/// <param name="storeLatency">Cycles until a store has arrived.</param>
/// <param name="loadLatency">Cycles until the first byte of a load comes.</param>
internal sealed class Pipeline(double storeLatency, double loadLatency)
{
    private double loaded, multiplied, stored, storedBefore, lastStore;
    private bool any;

    /// <summary>Cycles in which loads and stores go on, hidden or not.</summary>
    public double Transfer { get; private set; }

    /// <summary>Cycle in which the last result has arrived.</summary>
    public double End => stored + storeLatency;

    /// <summary>One more tile.</summary>
    public void Add(in SequencedTile tile)
    {
        double start = any ? Math.Max(loaded, storedBefore > 0 ? storedBefore + storeLatency : 0) : 0;
        if (!any && tile is { IsBusBound: true, LoadCycles: > 0 })
            start += loadLatency; // requests under way include it already
        double load = tile.LoadCycles + (tile.IsBusBound ? lastStore : 0); // results share the path
        loaded = start + load;
        multiplied = Math.Max(multiplied + tile.EngineCycles, loaded + tile.EngineCycles - tile.EarlyCycles);
        storedBefore = any ? stored : 0;
        stored = Math.Max(stored, multiplied) + tile.StoreCycles - tile.EarlyStoreCycles;
        lastStore = tile.StoreBusCycles;
        Transfer += tile.LoadCycles + tile.StoreCycles;
        any = true;
    }
}
