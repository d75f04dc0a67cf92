using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>The update of a weight by its gradient.</summary>
internal static class Descent
{
    /// <summary>Emits it, with the velocity that momentum keeps.</summary>
    /// <param name="plan">Where it goes.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="tensor">Its tensor.</param>
    /// <param name="gradient">The tensor of its gradient.</param>
    /// <param name="formats">Formats of the step; in integers the velocity has 32 bits.</param>
    /// <param name="momentum">μ in [0, 1); 0: no velocity.</param>
    /// <param name="channels">See <see cref="GradientDescentUpdate.Channels"/>.</param>
    /// <param name="lossScale">See <see cref="GradientDescentUpdate.LossScale"/>.</param>
    /// <param name="residualBits">See <see cref="GradientDescentUpdate.ResidualBits"/>.</param>
    public static void Descend(this PlanBuilder plan, Value weight, int tensor, int gradient, OperandFormats formats,
        double momentum, int channels = 0, double lossScale = 1, int residualBits = 0)
    {
        ImmutableArray<int> inputs = [tensor, gradient];
        Shape trained = channels > 0 ? [.. weight.Shape[..^1], channels] : weight.Shape;
        if (momentum > 0)
        {
            NumberFormat velocity = formats.IsFixedPoint ? NumberFormat.Int32 : formats.Stored;
            inputs = inputs.Add(plan.Tensor($"velocity of {weight.Name}", trained, velocity, TensorRole.OptimizerState).Id);
        }

        inputs = [.. inputs, .. plan.Residual(weight.Name, trained, residualBits)];
        plan.Add(new PlannedOp(0, $"update {weight.Name}", new GradientDescentUpdate(momentum, channels, lossScale, residualBits),
            inputs, tensor, Phase.Update, formats.ElementUnit()));
    }

    /// <summary>Where bits below a weight are kept, if any are.</summary>
    /// <param name="plan">Where it goes.</param>
    /// <param name="weight">Name of the weight.</param>
    /// <param name="trained">Shape of what of it changes.</param>
    /// <param name="bits">How many, 0..16.</param>
    public static ImmutableArray<int> Residual(this PlanBuilder plan, string weight, Shape trained, int bits) => bits == 0 ? []
        : [plan.Tensor($"residual of {weight}", trained, bits <= 8 ? NumberFormat.Int8 : NumberFormat.Int16,
            TensorRole.OptimizerState).Id];
}
