namespace NpuSim.Simulator.Timing;

/// <summary>One tile of a product that a sequencer unrolls.</summary>
internal readonly record struct SequencedTile
{
    /// <summary>Cycles in which its operands come at the memory's bandwidth, the wait for the very first byte included.</summary>
    public double BusCycles { get; init; }

    /// <summary>Cycles in which its operands come by as many requests as may be under way.</summary>
    public double RequestCycles { get; init; }

    /// <summary>Cycles in which its operands come: the slower limit.</summary>
    public double LoadCycles => Math.Max(BusCycles, RequestCycles);

    /// <summary>Cycles until the very first byte comes.</summary>
    public double WaitCycles { get; init; }

    /// <summary>Cycles in which its operands are written into banks that the engine would read.</summary>
    public double WriteCycles { get; init; }

    /// <summary>Cycles in which the array multiplies, turns at a shared bank included.</summary>
    public double EngineCycles { get; init; }

    /// <summary>Of loading, the share that comes behind the first piece, with which folds can begin; 0..1.</summary>
    public double Behind { get; init; }

    /// <summary>Of <see cref="EngineCycles"/>, those whose operands come before the last piece.</summary>
    public double ReadyCycles { get; init; }

    /// <summary>Of loading, the share in which weights go into a bank that the first folds do not read; 0..1.</summary>
    public double OtherBank { get; init; }

    /// <summary>Of <see cref="EngineCycles"/>, those of the first folds, which do not read that bank.</summary>
    public double OtherBankCycles { get; init; }

    /// <summary>True: one fold alone, whose results leave as its rows come.</summary>
    public bool StoresAsItLoads { get; init; }

    /// <summary>Cycles in which its results leave.</summary>
    public double StoreCycles { get; init; }

    /// <summary>Of these, cycles in which they occupy the path to memory.</summary>
    public double StoreBusCycles { get; init; }

    /// <summary>Cycles of the engine that go on while the tile's own operands come.</summary>
    /// <param name="loading">Cycles in which they come.</param>
    public double Early(double loading) => Math.Max(
        Math.Min(Free(loading), ReadyCycles), Math.Min((loading - WaitCycles) * OtherBank, OtherBankCycles));

    /// <summary>Cycles of storing that go on while the tile's own operands come.</summary>
    /// <param name="loading">Cycles in which they come.</param>
    public double EarlyStores(double loading) => StoresAsItLoads
        ? Math.Min(Math.Min(StoreCycles, Math.Max(0, loading - BusCycles)), Math.Max(0, Free(loading) - ReadyCycles))
        : 0;

    private double Free(double loading) => Math.Max(0, loading - WaitCycles - WriteCycles) * Behind;
}
