using NpuSim.Accelerators.Profiles;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>Which operations change weights that the engine takes in a form of its own.</summary>
internal static class Restaging
{
    /// <summary>
    /// The demands, each with the number of weights that it changes: perturbations and updates of a tensor that the engine
    /// multiplies by. Nothing is marked on a profile without <see cref="HardwareProfile.Weights"/>.
    /// </summary>
    public static OpDemand[] Mark(Plan plan, OpDemand[] demands, HardwareProfile profile)
    {
        if (profile.Weights is null)
            return demands;
        HashSet<int> weights =
            [.. demands.Where(d => d.Gemm is not null && d.Op.Inputs.Length > 1).Select(d => plan.Owner(d.Op.Inputs[1]).Id)];
        return [.. demands.Select(d => Changed(plan, d.Op) is var (tensor, elements) && weights.Contains(plan.Owner(tensor).Id)
            ? d with { ChangedWeights = elements } : d)];
    }

    private static (int Tensor, double Elements) Changed(Plan plan, PlannedOp op) => op.Op switch
    {
        Perturb or ForwardGradientUpdate => (op.Output, plan.Tensors[op.Output].Shape.Count),
        GradientDescentUpdate { Channels: > 0 } => (op.Output, plan.Tensors[op.Inputs[1]].Shape.Count),
        GradientDescentUpdate => (op.Output, plan.Tensors[op.Output].Shape.Count),
        _ => (op.Output, 0),
    };
}
