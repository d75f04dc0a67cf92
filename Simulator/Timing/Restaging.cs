using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>Which operations change weights that an engine may take in a form of its own.</summary>
internal static class Restaging
{
    /// <summary>Tensors that the engine multiplies by.</summary>
    public static HashSet<int> Weights(Plan plan) =>
    [
        .. plan.Ops.Where(o => o.Unit == Unit.Engine && o.Inputs.Length > 1 && !o.Op.IsView
                && o.Op.AsContraction(plan.InputShapes(o)) is not null)
            .Select(o => plan.Owner(o.Inputs[1]).Id),
    ];

    /// <summary>How many weights an operation changes: a perturbation or an update of one of those tensors.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="op">The operation.</param>
    /// <param name="weights">Tensors that the engine multiplies by.</param>
    public static double Changed(Plan plan, PlannedOp op, HashSet<int> weights) => op.Op switch
    {
        Perturb or ForwardGradientUpdate or GradientDescentUpdate when !weights.Contains(plan.Owner(op.Output).Id) => 0,
        Perturb or ForwardGradientUpdate => plan.Tensors[op.Output].Shape.Count,
        GradientDescentUpdate { Channels: > 0 } => plan.Tensors[op.Inputs[1]].Shape.Count,
        GradientDescentUpdate => plan.Tensors[op.Output].Shape.Count,
        _ => 0,
    };
}
