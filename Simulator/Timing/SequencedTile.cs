namespace NpuSim.Simulator.Timing;

/// <summary>One tile of a product that a sequencer unrolls.</summary>
/// <param name="LoadCycles">Cycles in which its operands come.</param>
/// <param name="IsBusBound">True: bandwidth sets the pace of loading, not the requests under way.</param>
/// <param name="EngineCycles">Cycles in which the array multiplies, waits for banks included.</param>
/// <param name="EarlyCycles">Of these, cycles that go on while the tile's own operands still come.</param>
/// <param name="StoreCycles">Cycles in which its results leave.</param>
/// <param name="StoreBusCycles">Cycles in which they occupy the path to memory.</param>
/// <param name="EarlyStoreCycles">Of these, cycles that go on while the tile's own operands still come.</param>
internal readonly record struct SequencedTile(
    double LoadCycles, bool IsBusBound, double EngineCycles, double EarlyCycles, double StoreCycles, double StoreBusCycles,
    double EarlyStoreCycles);
