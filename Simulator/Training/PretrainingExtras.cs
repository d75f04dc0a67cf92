using NpuSim.Workloads.Data;
using NpuSim.Workloads.Tasks;

namespace NpuSim.Simulator.Training;

/// <summary>What pre-training may use beside images and labels.</summary>
/// <param name="Teacher">A trained network to learn from; null: labels alone.</param>
/// <param name="Augmentation">Random changes to the images; null: none.</param>
/// <param name="Pixels">Range of the images' pixels.</param>
public sealed record PretrainingExtras(Teacher? Teacher, Augmentation? Augmentation, PixelRange Pixels)
{
    /// <summary>Neither; pixels in 0..1.</summary>
    public static PretrainingExtras None { get; } = new(null, null, PixelRange.Unit);
}
