namespace NpuSim.Simulator.Timing;

/// <summary>
/// Three stages – load, multiply, store – through which tiles pass, two at a time in the scratchpad. Tiles are added in their
/// order.
/// </summary>
/// <param name="storeLatency">Cycles until a store has arrived.</param>
internal sealed class Pipeline(double storeLatency)
{
    private double loaded, multiplied, stored, storedBefore, occupied;
    private bool any;

    /// <summary>Cycles in which loads and stores go on, hidden or not.</summary>
    public double Transfer { get; private set; }

    /// <summary>Cycle in which the last result has arrived.</summary>
    public double End => stored + storeLatency;

    /// <summary>One more tile.</summary>
    public void Add(in SequencedTile tile)
    {
        double start = any ? Math.Max(loaded, storedBefore > 0 ? storedBefore + storeLatency : 0) : 0;
        // Results of the tiles before share the path, which carries no more than its bandwidth.
        loaded = Math.Max(start + tile.LoadCycles, occupied + tile.BusCycles);
        occupied += tile.BusCycles + tile.StoreBusCycles;
        double loading = loaded - start;
        multiplied = Math.Max(multiplied + tile.EngineCycles, loaded + tile.EngineCycles - tile.Early(loading));
        storedBefore = any ? stored : 0;
        stored = Math.Max(Math.Max(stored, multiplied) + tile.StoreCycles - tile.EarlyStores(loading), occupied);
        Transfer += tile.LoadCycles + tile.StoreCycles;
        any = true;
    }
}
