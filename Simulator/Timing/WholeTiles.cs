using NpuSim.Accelerators.Engines;

namespace NpuSim.Simulator.Timing;

/// <summary>Lengths to whose multiples zeros fill up operands that are moved in whole tiles of the array; 1 where they do
/// not.</summary>
/// <param name="Rows">Of M.</param>
/// <param name="Columns">Of N.</param>
/// <param name="Depth">Of K.</param>
internal readonly record struct WholeTiles(long Rows, long Columns, long Depth)
{
    /// <summary>Those of an engine.</summary>
    public static WholeTiles Of(Engine engine)
    {
        (long rows, long columns, long depth) = engine.WholeTiles;
        return new(rows, columns, depth);
    }

    /// <summary>A length with its zeros.</summary>
    public static long Filled(long length, long whole) => Gemm.CeilingDivide(length, whole) * whole;
}
