using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Tests.Timing;

/// <summary>Plans of one matrix product.</summary>
internal static class GemmPlan
{
    public static Plan Create(
        int m, int n, int k, TensorRole weights = TensorRole.TrainedWeight, NumberFormat format = NumberFormat.Int8,
            Unit unit = Unit.Engine)
    {
        PlanWriter plan = new();
        int x = plan.Tensor([m, k], TensorRole.Input, format), w = plan.Tensor([n, k], weights, format),
            y = plan.Tensor([m, n], format: format);
        plan.Op(new Linear(), y, [x, w], unit: unit);
        return plan.Build();
    }
}
