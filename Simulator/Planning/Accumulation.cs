using NpuSim.Accelerators.Numerics;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Graphs.Ops;

namespace NpuSim.Simulator.Planning;

/// <summary>
/// Adds what a micro-batch gives to the sum over those of the step. Operands: the sum so far, the addend; result: the sum, in
/// place. Losses in floating point are means, of which each counts by its share of the samples; in integers they are sums.
/// </summary>
/// <param name="Share">Factor of the addend in floating point, above 0 up to 1; integers are added as they are.</param>
internal sealed record Accumulate(double Share) : TrainingOp
{
    /// <inheritdoc/>
    public override string Name => "accumulate";

    /// <inheritdoc/>
    public override bool InPlace => true;
}

/// <summary>Sums over the micro-batches of a step: set to zero before their loop, added to inside.</summary>
internal static class Accumulation
{
    /// <summary>A sum that starts at zero.</summary>
    /// <param name="plan">Where it goes, outside a loop.</param>
    /// <param name="name">What is summed.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="format">Its format.</param>
    /// <param name="role">Its class.</param>
    /// <param name="unit">What computes.</param>
    /// <returns>Id of the sum.</returns>
    public static int Sum(this PlanBuilder plan, string name, Shape shape, NumberFormat format, TensorRole role, Unit unit)
    {
        int sum = plan.Tensor($"sum of {name}", shape, format, role).Id;
        plan.Add(new PlannedOp(0, $"clear {name}", new Fill(shape, 0), [], sum, Phase.Forward, unit));
        return sum;
    }

    /// <summary>Adds to a sum, inside a loop.</summary>
    /// <param name="plan">Where it goes.</param>
    /// <param name="name">What is added.</param>
    /// <param name="sum">Id of the sum.</param>
    /// <param name="addend">Id of what is added.</param>
    /// <param name="share">See <see cref="Planning.Accumulate.Share"/>.</param>
    /// <param name="phase">Part of the step.</param>
    /// <param name="unit">What computes.</param>
    /// <param name="direction">Which of the m directions.</param>
    public static void Accumulate(
        this PlanBuilder plan, string name, int sum, int addend, double share, Phase phase, Unit unit, int direction = 0) =>
        plan.Add(new PlannedOp(0, $"accumulate {name}", new Accumulate(share), [sum, addend], sum, phase, unit, direction));
}
