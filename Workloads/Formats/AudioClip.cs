namespace NpuSim.Workloads.Formats;

/// <summary>One recording with one channel.</summary>
/// <param name="SampleRateHz">Samples per second.</param>
/// <param name="Samples">In [−1, 1) for integer formats; any finite number for float formats.</param>
internal sealed record AudioClip(int SampleRateHz, ReadOnlyMemory<float> Samples);
