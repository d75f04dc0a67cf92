using NpuSim.Reports.Tables;
using NpuSim.Reports.Text;
using NpuSim.Simulator.Execution;

namespace NpuSim.Reports.Studies;

/// <summary>The tables that have one row per tensor or per layer of one run.</summary>
internal static class TensorTables
{
    /// <summary>The perturbation of each trained tensor.</summary>
    public static readonly Table<EpsilonSteps> Epsilon = new("Perturbation of each trained tensor",
        new("Tensor", e => e.Tensor),
        new("Scale Δw", e => e.Scale, Format: "G4"),
        new("ε in steps", e => e.Steps, Format: "F0",
            Meaning: "ε_q = round(ε / Δw); 0 means that the tensor is never perturbed."));

    /// <summary>Overflow of each layer.</summary>
    public static readonly Table<LayerOverflow> Overflow = new("Overflow of each layer",
        new("Layer", l => l.Layer),
        new("Accumulations", l => l.Accumulations, Format: "prefix"),
        new("Overflowed", l => l.Overflowed, Format: "prefix"),
        new("Share", l => 100 * l.OverflowShare(), "%", "F1", l => Quantity.Share(l.OverflowShare())[..^2]),
        new("Clipped", l => l.Clipped, Format: "prefix"));
}
