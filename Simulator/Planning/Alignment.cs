using NpuSim.Accelerators.Numerics;
using NpuSim.Simulator.Methods;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Simulator.Planning;

/// <summary>A parameter on its way to an operation that reads it in another format or scale.</summary>
internal static class Alignment
{
    /// <summary>Emits the copy that the operation reads.</summary>
    /// <param name="plan">Where it goes.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="tensor">Its tensor, or the perturbed one.</param>
    /// <param name="needed">What the operation reads.</param>
    /// <param name="formats">Formats of the step.</param>
    /// <param name="phase">Phase of the operation.</param>
    /// <param name="role">Class of the copy.</param>
    /// <param name="direction">Direction of the operation.</param>
    /// <param name="suffix">Of the copy's name.</param>
    /// <returns>The copy.</returns>
    public static int Align(this PlanBuilder plan, Value parameter, int tensor, NumberFormat needed, OperandFormats formats,
        Phase phase, TensorRole role = TensorRole.Activation, int direction = 0, string suffix = "")
    {
        int aligned = plan.Tensor($"{parameter.Name}{suffix} aligned", parameter.Shape, needed, role, source: parameter.Id).Id;
        plan.Add(new PlannedOp(0, $"align {parameter.Name}", new Requantize(), [tensor], aligned, phase, formats.ElementUnit(),
            direction));
        return aligned;
    }
}
