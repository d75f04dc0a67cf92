using NpuSim.Workloads.Data;
using NpuSim.Workloads.Formats;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Tasks;

/// <summary>A trained network that another one learns from.</summary>
/// <param name="Model">The network.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Pixels">What it takes for pixels.</param>
/// <param name="Temperature">T, above 0.</param>
/// <param name="Share">Share of the teacher in the loss, 0..1.</param>
public sealed record Teacher(Model Model, Weights Weights, PixelRange Pixels, double Temperature, double Share);
