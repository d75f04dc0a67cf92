using System.Collections.Immutable;
using NpuSim.Accelerators.Numerics;
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
    /// <param name="momentum">μ in [0, 1); 0: no velocity.</param>
    /// <param name="velocity">Format of the velocity; integers run on the vector unit, floats on the host.</param>
    /// <param name="channels">See <see cref="GradientDescentUpdate.Channels"/>.</param>
    /// <param name="lossScale">See <see cref="GradientDescentUpdate.LossScale"/>.</param>
    public static void Descend(this PlanBuilder plan, Value weight, int tensor, int gradient, double momentum,
        NumberFormat velocity, int channels = 0, double lossScale = 1)
    {
        ImmutableArray<int> inputs = [tensor, gradient];
        if (momentum > 0)
        {
            Shape trained = channels > 0 ? [.. weight.Shape[..^1], channels] : weight.Shape;
            inputs = inputs.Add(plan.Tensor($"velocity of {weight.Name}", trained, velocity, TensorRole.OptimizerState).Id);
        }

        plan.Add(new PlannedOp(0, $"update {weight.Name}", new GradientDescentUpdate(momentum, channels, lossScale), inputs,
            tensor, Phase.Update, velocity.IsInteger() ? Unit.Vector : Unit.Host));
    }
}
