using System.Collections.Immutable;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Timing;

/// <summary>
/// The cost of a step by layer of the network, all phases and directions together. An operation belongs to the layer whose
/// weights it reads, perturbs, aligns, differentiates or updates; else to the value that it, or the gradient that it computes, is
/// named after.
/// </summary>
internal static class LayerSummary
{
    private static readonly ImmutableArray<string> Prefixes =
    [
        "d ", "update ", "perturb ", "align ", "decode ", "draw ", "guide ", "norm ", "gram ", "tangent of ", "ones for ",
            "zeros for ", "one for ", "slope of ", "accumulate ", "clear ",
    ];

    /// <summary>Every layer, in the order in which the step comes to them.</summary>
    /// <param name="cost">The cost of the plan.</param>
    /// <param name="plan">The plan.</param>
    public static ImmutableArray<LayerCost> Of(PlanCost cost, Plan plan)
    {
        HashSet<string> weights = [.. plan.Tensors.Where(IsWeight).Select(t => t.Name)];
        return
        [
            .. cost.Ops.GroupBy(o => LayerOf(plan.Ops[o.Index], plan, weights)).Select(layer => new LayerCost(
                layer.Key, layer.Sum(o => o.Cycles), layer.Sum(o => o.Macs), layer.Sum(o => o.Traffic.Dram))),
        ];
    }

    private static bool IsWeight(PlanTensor tensor) =>
        tensor.Role is TensorRole.FrozenWeight or TensorRole.TrainedWeight or TensorRole.DecodedWeight;

    private static string LayerOf(PlannedOp op, Plan plan, HashSet<string> weights)
    {
        foreach (int input in op.Inputs)
        {
            if (IsWeight(plan.Tensors[input]))
                return Owner(plan.Tensors[input].Name);
        }

        string value = op.Name;
        while (Prefixes.FirstOrDefault(p => value.StartsWith(p, StringComparison.Ordinal)) is { } prefix)
        {
            value = value[prefix.Length..];
            if (prefix is "tangent of ")
                value = value.Split('#')[0]; // one of several summands
        }

        return weights.Contains(value) ? Owner(value) : value;
    }

    // "conv1.weight" and "conv1.bias" are of "conv1".
    private static string Owner(string weight) => weight.LastIndexOf('.') is > 0 and var dot ? weight[..dot] : weight;
}
