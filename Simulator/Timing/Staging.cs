namespace NpuSim.Simulator.Timing;

/// <summary>The part of the scratchpad through which data from other memories passes.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="DoubleBuffered">True: one half is filled while the other is read.</param>
/// <param name="ReadsInPlace">
/// True for cores that load from every memory themselves: nothing is staged, and loads overlap with arithmetic.
/// </param>
internal readonly record struct Staging(double Bytes, bool DoubleBuffered, bool ReadsInPlace);
