using NpuSim.Accelerators.Dataflows;
using NpuSim.Accelerators.Profiles;

namespace NpuSim.Simulator.Timing;

/// <summary>Operands that are moved in whole tiles of the array.</summary>
internal static class WholeTiles
{
    /// <summary>By how much zeros lengthen each axis; at least 1. What streams is not filled up: it may have any length.</summary>
    public static (double Rows, double Columns, double Depth) Filled(SystolicArray array, Gemm gemm) => array.Dataflow switch
    {
        Dataflow.WeightStationary => (1, Share(gemm.N, array.Columns), Share(gemm.K, array.Rows)),
        Dataflow.InputStationary => (Share(gemm.M, array.Columns), 1, Share(gemm.K, array.Rows)),
        _ => (Share(gemm.M, array.Rows), Share(gemm.N, array.Columns), 1),
    };

    private static double Share(long length, int tile) => (double)(Gemm.CeilingDivide(length, tile) * tile) / length;
}
