using NpuSim.Accelerators.Dataflows;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>Lengths to whose multiples zeros fill up operands that are moved in whole tiles of the array; 1 where they do not.</summary>
/// <param name="Rows">Of M.</param>
/// <param name="Columns">Of N.</param>
/// <param name="Depth">Of K.</param>
internal readonly record struct WholeTiles(long Rows, long Columns, long Depth)
{
    /// <summary>Nothing is filled up.</summary>
    public static WholeTiles None { get; } = new(1, 1, 1);

    /// <summary>The tiles of an engine. What streams is not filled up: it may have any length.</summary>
    public static WholeTiles Of(Engine engine) => engine is not SystolicArray { Overheads.WholeTiles: true } array ? None
        : array.Dataflow switch
        {
            Dataflow.WeightStationary => new(1, array.Columns, array.Rows),
            Dataflow.InputStationary => new(array.Columns, 1, array.Rows),
            _ => new(array.Rows, array.Columns, 1),
        };

    /// <summary>A length with its zeros.</summary>
    public static long Filled(long length, long whole) => Gemm.CeilingDivide(length, whole) * whole;
}
