using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Planning;

namespace NpuSim.Simulator.Memory;

/// <summary>
/// Scratch memory as arXiv 2411.04036 counts it: the <c>paper</c> column. Every gradient, activation and activation gradient is
/// counted once, whenever it lives; attention scores and tensors of layers without parameters are not counted.
/// </summary>
public static class PaperConvention
{
    /// <summary>bytes × (trained parameters + 2 Σ outputs of the layers that own parameters).</summary>
    /// <param name="bytesPerElement">Width of all tensors.</param>
    /// <param name="trainedParameters">
    /// Parameters of layers that train; tables that are only added or joined on are not counted.
    /// </param>
    /// <param name="layerOutputs">Elements written by the layers that own parameters.</param>
    /// <exception cref="OverflowException">The size leaves 64 bits.</exception>
    public static long Bytes(int bytesPerElement, long trainedParameters, long layerOutputs) =>
        checked(bytesPerElement * (trainedParameters + (2 * layerOutputs)));

    /// <summary>
    /// The convention applied to a training plan: for backpropagation the formula above, each tensor at its own width; for a
    /// forward-gradient method the estimate of the gradient vector that the paper keeps (8 bit where weights are integers, as z
    /// is; this plan needs none of it when z is drawn again). 0 for plain inference.
    /// </summary>
    public static long Bytes(Plan plan)
    {
        if (plan.Ops.Any(o => o.Op is ForwardGradientUpdate))
            return GradientVectorBytes(plan);
        if (!plan.Ops.Any(o => o.Phase == Phase.Backward))
            return 0;

        HashSet<int> trained = [];
        long outputs = 0;
        foreach (PlannedOp op in plan.Ops.Where(o => o.Phase == Phase.Forward && IsLayer(plan, o)))
        {
            int[] parameters = [.. op.Inputs.Select(i => plan.Owner(i))
                .Where(t => t.IsPersistent || t.Role == TensorRole.DecodedWeight).Select(t => t.Id)];
            if (parameters.Length > 0)
                outputs = checked(outputs + plan.Tensors[op.Output].Bytes);
            trained.UnionWith(parameters.Where(p => plan.Tensors[p].Role == TensorRole.TrainedWeight));
        }

        long gradients = plan.Ops.Where(o => o.Op is GradientDescentUpdate && trained.Contains(o.Output))
            .Sum(o => plan.Tensors[o.Inputs[1]].Bytes);
        return checked(gradients + (2 * outputs));
    }

    /// <summary>Bytes of one gradient estimate for every trained weight.</summary>
    public static long GradientVectorBytes(Plan plan) =>
        plan.Tensors.Where(t => t is { Role: TensorRole.TrainedWeight, ViewOf: null })
            .Sum(t => t.Format.IsInteger() ? NumberFormat.Int8.BytesFor(t.Shape.Count) : t.Bytes);

    // Matrix products and normalisations own parameters; sums with a table and joins do not make a layer.
    private static bool IsLayer(Plan plan, PlannedOp op) =>
        op.Op.Name.Contains("norm", StringComparison.Ordinal) || op.Op.AsContraction(plan.InputShapes(op)) is not null;
}
